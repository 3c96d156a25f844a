import * as z from 'zod';
import { readEnv } from '../../shared/config.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import { sealKeysSchema, seals } from '../../shared/seal.ts';
import { importColumnNames, readRow } from '../../shared/sources/import.ts';
import { bodyHash } from '../../shared/sources/source.ts';
import type { PutReceipt } from '../../shared/store/put-receipt.ts';
import { columnsOf, jsonRowsSchema, type Line, readCsv, readJsonRows } from './import-table.ts';
import type { RawSecrets } from './secret-checks.ts';
import { confirm } from './setting-commands.ts';

export type ImportDeps = { readonly putReceipt: PutReceipt; readonly secrets: RawSecrets };

const maxRows = 2_000;
/** Characters of a row: sealed it must fit into a row of the inbox. */
const maxRowLength = 50_000;
const maxProblemsShown = 50;
const writesAtOnce = 20;

type Problem = { readonly line: number; readonly column: string; readonly problem: string };

const problemsIn = ({ line, row }: Line): readonly Problem[] => {
  if (JSON.stringify(row).length > maxRowLength) return [{ line, column: '整行', problem: '太长' }];
  return readRow(row).problems.map((each) => ({ line, ...each }));
};

/** All rows or none: what can't be read is named before anything is written. */
const refuseProblems = (lines: readonly Line[], known: readonly string[]): void => {
  if (lines.length === 0 || known.length === 0) {
    throw new InvalidInputError(
      'no_known_column',
      `没有可导入的内容，可用的列：${importColumnNames.join('、')}`,
    );
  }
  if (lines.length > maxRows) {
    throw new InvalidInputError('too_many_rows', `一次最多 ${maxRows} 行，这里有 ${lines.length} 行`);
  }
  const problems = lines.flatMap(problemsIn);
  if (problems.length === 0) return;
  throw new InvalidInputError('rows_unreadable', `${problems.length} 处无法导入，什么都没有写入`, {
    details: { problems: problems.slice(0, maxProblemsShown), total: problems.length },
  });
};

type Case = { readonly id: string; readonly body: string };

/** The same row is the same case, in this file or in one that was imported before. */
const casesOf = (lines: readonly Line[]): readonly Case[] => {
  const bodies = lines.map(({ row }) => JSON.stringify(row));
  return [...new Set(bodies)].map((body) => ({ id: `import:table#${bodyHash(body)}`, body }));
};

const writeCases = async (deps: ImportDeps, cases: readonly Case[], now: Date): Promise<number> => {
  const { seal } = seals(readEnv({ SEAL_KEYS: sealKeysSchema }, deps.secrets).SEAL_KEYS);
  const at = now.toISOString();
  const put = ({ id, body }: Case): Promise<boolean> => {
    const receipt = { source: 'import', sender: 'table', eventType: 'row', work: 'ticket', eventAt: at };
    return deps.putReceipt({ ...receipt, id, receivedAt: at, body: seal(body) });
  };
  let written = 0;
  for (let from = 0; from < cases.length; from += writesAtOnce) {
    const answers = await Promise.all(cases.slice(from, from + writesAtOnce).map(put));
    written += answers.filter(Boolean).length;
  }
  return written;
};

/** Cases from a table: `csv` as text, or `rows` as objects under the same headers. A repeat after a failure is harmless. */
export const importCases = (deps: ImportDeps): Command =>
  command(
    z
      .strictObject({
        do: z.string(),
        csv: z.string().optional(),
        rows: jsonRowsSchema.optional(),
        confirm,
      })
      .refine(({ csv, rows }) => (csv === undefined) !== (rows === undefined), 'give "csv" or "rows"'),
    async ({ csv, rows, confirm: confirmed }, now): Promise<CommandReply> => {
      const lines = csv === undefined ? readJsonRows(rows ?? []) : readCsv(csv);
      const { known, ignored } = columnsOf(lines);
      refuseProblems(lines, known);
      const cases = casesOf(lines);
      const counts = { rows: lines.length, cases: cases.length, columns: known, ignoredColumns: ignored };
      if (!confirmed) return { dryRun: true, ...counts, hint: 'add "confirm": true to import' };
      const written = await writeCases(deps, cases, now);
      return { ...counts, written, knownBefore: cases.length - written };
    },
  );
