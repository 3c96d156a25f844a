import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { clockTime, dayOf } from '../../shared/calendar/day.ts';
import { ConflictError, NotFoundError } from '../../shared/errors.ts';
import type { Bitable } from '../../shared/feishu/bitable.ts';
import type { CommandReply } from '../../shared/lambda/command.ts';
import { askRecount } from '../../shared/settings/ask-recount.ts';
import { baseRowsOf } from '../../shared/settings/base-table.ts';
import { changesBetween, linesOf } from '../../shared/settings/changes.ts';
import { findHome } from '../../shared/settings/home.ts';
import { type InForce, rowsInForce, sheetSetting } from '../../shared/settings/in-force.ts';
import type { Known } from '../../shared/settings/known.ts';
import { type Answer, answerCells, fullCells, type Kept, type Sheet } from '../../shared/settings/sheet.ts';
import { slaSheet } from '../../shared/settings/sla.ts';
import { prioritiesOf } from '../../shared/settings/sla-row.ts';
import type { EditQueue } from '../../shared/store/edit-queue.ts';
import type { Leases } from '../../shared/store/leases.ts';
import type { Recounts } from '../../shared/store/recounts.ts';
import type { Settings } from '../../shared/store/settings.ts';
import { rowsOfVersion } from './sheet-versions.ts';

export type RollbackDeps = {
  readonly settings: Settings;
  readonly recounts: Recounts;
  readonly leases: Leases;
  readonly edits: Pick<EditQueue, 'queue'>;
  /** Throws `sender_unknown` when there is no app for it. */
  readonly bitable: () => Bitable;
};

export type Rollback = {
  readonly sheet: Sheet;
  readonly to: number;
  readonly changedBy: string;
  readonly known: Known;
};

type Going = Rollback & {
  readonly rows: ReturnType<typeof baseRowsOf>;
  readonly current: InForce;
  readonly target: readonly Kept[];
  readonly where: { readonly appToken: string; readonly tableId: string };
};

/** base-sync's: whoever has it is the only one who writes into a Base. */
const task = 'base-sync';
const leaseMs = 60_000;

const alone = async <T>({ leases }: RollbackDeps, work: () => Promise<T>): Promise<T> => {
  const lease = await leases.take({ task, holder: randomUUID() }, new Date(), leaseMs);
  if (!lease) throw new ConflictError('base_busy', 'base-sync writes right now: run it again in a minute');
  try {
    return await work();
  } finally {
    await leases.release(lease, new Date());
  }
};

const answerOf = ({ current, to, known }: Going, word: string): Answer => ({
  status: `${word} v${current.version + 1}`,
  note: `已回退到 v${to}`,
  changed: `${dayOf(known.now)} ${clockTime(known.now)}`,
});

/** The version's rows with the records that stand for them; what was deleted since is made anew. */
const standing = async (going: Going, there: ReadonlySet<string>): Promise<readonly Kept[]> => {
  const { sheet, rows, target, current, known } = going;
  const gone = target.filter(({ id }) => !there.has(id));
  const answer = answerOf(going, '已生效');
  const cells = gone.map(({ row }) => fullCells(sheet, row, { known, answer }));
  const ids = await rows.add(cells, `rollback v${current.version + 1}`);
  const renamed = new Map(gone.map(({ id }, index) => [id, ids[index] ?? id]));
  return target.map(({ id, row }) => ({ id: renamed.get(id) ?? id, row }));
};

const rewrite = async (going: Going, kept: readonly Kept[], there: ReadonlySet<string>): Promise<void> => {
  const { sheet, rows, current, known } = going;
  const answer = answerOf(going, '已生效');
  const wanted = kept
    .filter(({ id }) => there.has(id))
    .map(({ id, row }) => ({ id, cells: fullCells(sheet, row, { known, answer }) }));
  const ended = current.rows
    .filter(({ id }) => there.has(id) && !kept.some((each) => each.id === id))
    .map(({ id }) => ({ id, cells: { 启用: false, ...answerCells(answerOf(going, '已停用')) } }));
  await rows.update([...wanted, ...ended]);
};

const goBack = async (deps: RollbackDeps, going: Going): Promise<number> => {
  const { sheet, rows, current, target, known, changedBy, where } = going;
  const there = new Set((await rows.list()).map(({ id }) => id));
  const kept = await standing(going, there);
  const version = current.version + 1;
  if (sheet.id === slaSheet.id)
    await askRecount(deps.recounts)(
      version,
      prioritiesOf([...current.rows, ...target].map(({ row }) => row)),
    );
  const change = { value: { rows: kept }, changedBy, now: known.now, after: current.version };
  if (!(await deps.settings.append(sheetSetting(sheet), change)))
    throw new ConflictError('changed_meanwhile', 'somebody else changed this table at the same moment');
  await rewrite(going, kept, there);
  // What waited for a second person was about rows that are gone: base-sync looks at the table once more.
  const touch = { action: 'edited' as const, revision: 0, fields: [] };
  await deps.edits.queue({ ...where, recordId: 'rollback', stamp: `rollback v${version}`, touch }, known.now);
  return version;
};

/** A row that was deleted and made again stands under another record: what says the same is the same. */
const underItsRecord = (target: readonly Kept[], current: readonly Kept[]): readonly Kept[] =>
  target.map(({ id, row }) => {
    if (current.some((each) => each.id === id)) return { id, row };
    const same = current.find(
      (each) => isDeepStrictEqual(each.row, row) && !target.some((other) => other.id === each.id),
    );
    return { id: same?.id ?? id, row };
  });

/**
 * Puts an older version of a table in force again, as a new version, and writes its rows into Base. Throws
 * `unknown_version`, `no_settings_base`, `base_busy`, `changed_meanwhile`.
 */
export const rollBack = async (
  deps: RollbackDeps,
  { confirm: confirmed, ...rollback }: Rollback & { readonly confirm: boolean },
): Promise<CommandReply> => {
  const { sheet, to, known } = rollback;
  const current = await rowsInForce(deps.settings)(sheet);
  const target = underItsRecord(await rowsOfVersion(deps.settings, sheet, to), current.rows);
  const changes = changesBetween(current.rows, target);
  const lines = linesOf(sheet, { before: current.rows, changes }, known);
  const reply = { table: sheet.table, from: current.version, to, lines };
  if (changes.length === 0) return { ...reply, hint: 'nothing differs' };
  if (!confirmed) return { dryRun: true, ...reply, hint: 'add "confirm": true to apply' };
  const home = await findHome(deps.settings);
  const tableId = home?.tables[sheet.id];
  if (!home || tableId === undefined)
    throw new NotFoundError('no_settings_base', 'run {"do":"settings","act":"create"} first');
  const where = { appToken: home.appToken, tableId };
  const rows = baseRowsOf(deps.bitable(), where);
  const version = await alone(deps, () => goBack(deps, { ...rollback, rows, current, target, where }));
  return { ...reply, version };
};
