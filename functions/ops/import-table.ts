import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import * as z from 'zod';
import { InvalidInputError } from '../../shared/errors.ts';
import { type ImportRow, isImportColumn } from '../../shared/sources/import.ts';

/** A row and where people find it: line 1 of a CSV is its head, row 1 of JSON its first element. */
export type Line = { readonly line: number; readonly row: ImportRow };

const recordsSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }),
);

/** Excel saves both; a tab inside a cell of the comma kind is the shops' way to protect ids. */
const delimiterOf = (text: string): string => {
  const [head = ''] = text.split('\n', 1);
  return head.includes('\t') && !head.includes(',') ? '\t' : ',';
};

const recordsOf = (text: string): z.output<typeof recordsSchema> => {
  if (text.includes('\uFFFD')) {
    throw new InvalidInputError('csv_not_utf8', '文件不是 UTF-8：请另存为“CSV UTF-8”后再导入');
  }
  try {
    return recordsSchema.parse(
      // Shops write ="4705…" with nothing around it.
      parseCsv(text, {
        bom: true,
        info: true,
        skip_empty_lines: true,
        relax_quotes: true,
        delimiter: delimiterOf(text),
      }),
    );
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new InvalidInputError('csv_unreadable', cause.message, { cause });
  }
};

const asRow = (head: readonly string[], cells: readonly string[]): ImportRow =>
  Object.fromEntries(head.map((name, column) => [name.trim(), cells[column] ?? '']));

/** Throws `csv_not_utf8` or `csv_unreadable`, which names the line. */
export const readCsv = (text: string): readonly Line[] => {
  const [head, ...records] = recordsOf(text);
  if (!head) return [];
  const ends = [head, ...records].map(({ info }) => info.lines);
  // `lines` counts to the end of a record, and a cell may hold several lines.
  return records.map(({ record }, index) => ({
    line: (ends[index] ?? 0) + 1,
    row: asRow(head.record, record),
  }));
};

const cellSchema = z.union([z.string(), z.number(), z.null()]);
export const jsonRowsSchema = z.array(z.record(z.string(), cellSchema));

const lostDigits = (cell: z.output<typeof cellSchema>): boolean =>
  typeof cell === 'number' && Number.isInteger(cell) && !Number.isSafeInteger(cell);

/** Throws `digits_lost`: a number beyond 2^53 was another one before it came here. */
export const readJsonRows = (rows: z.output<typeof jsonRowsSchema>): readonly Line[] =>
  rows.map((cells, index) => {
    const lost = Object.entries(cells).find(([, cell]) => lostDigits(cell));
    if (lost) throw new InvalidInputError('digits_lost', `第 ${index + 1} 行“${lost[0]}”：长编号要写成文本`);
    return {
      line: index + 1,
      row: Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, String(cell ?? '')])),
    };
  });

/** The columns that a table has, told apart by whether we know them. */
export const columnsOf = (
  lines: readonly Line[],
): { readonly known: readonly string[]; readonly ignored: readonly string[] } => {
  const names = [...new Set(lines.flatMap(({ row }) => Object.keys(row)))].filter((name) => name !== '');
  return { known: names.filter(isImportColumn), ignored: names.filter((name) => !isImportColumn(name)) };
};
