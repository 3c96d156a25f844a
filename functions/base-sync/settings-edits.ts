import { addDays, atTime, dayOf } from '../../shared/calendar/day.ts';
import { AppError, ConflictError } from '../../shared/errors.ts';
import type { Bitable } from '../../shared/feishu/bitable.ts';
import { errorFields, log } from '../../shared/log.ts';
import { allSheets } from '../../shared/settings/all-sheets.ts';
import { answersOf } from '../../shared/settings/answers.ts';
import { askRecount } from '../../shared/settings/ask-recount.ts';
import { baseRowsOf } from '../../shared/settings/base-table.ts';
import { type Decision, decideTable } from '../../shared/settings/decide.ts';
import { findHome, nightlyRecord } from '../../shared/settings/home.ts';
import { type InForce, rowsInForce, sheetSetting } from '../../shared/settings/in-force.ts';
import type { Known } from '../../shared/settings/known.ts';
import { answerCells, fullCells, type Kept, type Sheet } from '../../shared/settings/sheet.ts';
import { slaSheet } from '../../shared/settings/sla.ts';
import { prioritiesOf } from '../../shared/settings/sla-row.ts';
import type { BaseEdit, EditQueue } from '../../shared/store/edit-queue.ts';
import type { Recounts } from '../../shared/store/recounts.ts';
import type { FoundReview, Reviews } from '../../shared/store/reviews.ts';
import type { Settings } from '../../shared/store/settings.ts';
import type { Priority } from '../../shared/tickets/ticket.ts';
import type { Hands } from './hands.ts';
import { refusalIn } from './refusal.ts';
import { type Asking, settleReview } from './settings-review.ts';

export type SettingsEditsDeps = Asking & {
  readonly bitable: Pick<Bitable, 'searchRecords' | 'updateRecords' | 'createRecords'>;
  readonly settings: Settings;
  readonly reviews: Reviews;
  readonly recounts: Recounts;
  readonly edits: Pick<EditQueue, 'finish' | 'postpone'>;
  /** The company as it is now, not as a cache remembers it. */
  readonly known: () => Promise<Known>;
};

type Table = {
  readonly sheet: Sheet;
  readonly rows: ReturnType<typeof baseRowsOf>;
  /** Record → who touched it last. */
  readonly editors: ReadonlyMap<string, string | undefined>;
};

type Seen = Table & {
  readonly known: Known;
  readonly inForce: InForce;
  readonly found: FoundReview | undefined;
  readonly decision: Decision;
};

const changedMeanwhile = (): ConflictError =>
  new ConflictError('setting_changed_meanwhile', 'somebody else wrote the setting at the same moment');

/** Advanced permissions without the right to manage make a table look empty, with code 0. */
const looksTakenAway = (records: readonly unknown[], inForce: InForce): boolean =>
  records.length === 0 && inForce.rows.length > 0;

const look = async (deps: SettingsEditsDeps, table: Table): Promise<Seen | undefined> => {
  const { sheet, rows } = table;
  const [known, inForce, found, records] = await Promise.all([
    deps.known(),
    rowsInForce(deps.settings)(sheet),
    deps.reviews.find(sheet.id),
    rows.list(),
  ]);
  if (looksTakenAway(records, inForce)) {
    log.error('settings_table_empty', { sheet: sheet.id });
    return undefined;
  }
  const decision = decideTable({ sheet, records, inForce, review: found?.review, known });
  return { ...table, known, inForce, found, decision };
};

/** What may not be deleted stands there again, as a new record with the same value. */
const restored = async (seen: Seen): Promise<readonly Kept[] | undefined> => {
  const { sheet, rows, known, inForce, decision } = seen;
  const { restore } = decision;
  if (restore.length === 0) return decision.rows;
  const answer = { status: `已生效 v${inForce.version + 1}`, note: '这一行不能删除，已恢复', changed: '' };
  const cells = restore.map(({ row }) => fullCells(sheet, row, { known, answer }));
  const ids = await rows.add(cells, `restore v${inForce.version + 1}`);
  const renamed = new Map(restore.map(({ id }, index) => [id, ids[index] ?? id]));
  return (decision.rows ?? inForce.rows).map(({ id, row }) => ({ id: renamed.get(id) ?? id, row }));
};

const authorOf = ({ editors, decision }: Seen): string =>
  decision.applied.map(({ id }) => editors.get(id)).find((who) => who !== undefined) ?? 'base';

const touchedPriorities = ({ inForce, decision }: Seen): readonly Priority[] => {
  const ids = decision.applied.map(({ id }) => id);
  const before = inForce.rows.filter(({ id }) => ids.includes(id));
  return prioritiesOf([...before, ...decision.applied].map(({ row }) => row));
};

/** The version that counts from now on. */
const apply = async ({ settings, recounts }: SettingsEditsDeps, seen: Seen): Promise<number> => {
  const { sheet, inForce, known, decision } = seen;
  const rows = await restored(seen);
  if (!rows) return inForce.version;
  const version = inForce.version + 1;
  if (sheet.id === slaSheet.id) await askRecount(recounts)(version, touchedPriorities(seen));
  const change = { value: { rows }, changedBy: authorOf(seen), now: known.now, after: inForce.version };
  if (!(await settings.append(sheetSetting(sheet), change))) throw changedMeanwhile();
  log.info('setting_applied', { sheet: sheet.id, version, rows: decision.applied.length });
  return version;
};

/**
 * Reads a whole table (one search) and does what it says: a new version for what is right and harmless, a second person
 * for what is risky, and an answer in every row that is about it. Doing it again changes nothing.
 */
const settleTable = async (deps: SettingsEditsDeps, table: Table): Promise<void> => {
  const seen = await look(deps, table);
  if (!seen) return;
  const { known, decision, editors, found, rows } = seen;
  const version = await apply(deps, seen);
  const review = await settleReview(deps, { known, decision, editors, found });
  const answers = answersOf({ decision, version, editors, asked: review?.asked ?? [], known });
  await rows.update(answers.map(({ id, answer }) => ({ id, cells: answerCells(answer) })));
};

const lastWho = ({ touches }: BaseEdit): string | undefined =>
  touches.toSorted((a, b) => a.revision - b.revision).at(-1)?.who;

/** An event that Feishu lost is made up for in the night: each table is looked at once. */
const nextNight = (now: Date): Date => atTime(addDays(dayOf(now), 1), '03:30');

/** A table that can't be read now must not keep tickets from their Base. */
const againMs = 60_000;

const guarded = async (
  { edits: queue, known }: SettingsEditsDeps,
  waiting: readonly BaseEdit[],
  work: () => Promise<void>,
): Promise<void> => {
  try {
    await work();
    const { now } = await known();
    for (const edit of waiting)
      await (edit.recordId === nightlyRecord ? queue.postpone(edit, nextNight(now)) : queue.finish(edit));
  } catch (error) {
    if (!(error instanceof AppError) || refusalIn(error).reason === 'lease_lost') throw error;
    log.error('settings_not_read', errorFields(error));
    const { now } = await known();
    for (const edit of waiting) await queue.postpone(edit, new Date(now.getTime() + againMs));
  }
};

/** Edits of tables that aren't the tickets': those of 「直达·设置」 are done, others are nobody's. */
export const readSettingsEdits =
  (deps: SettingsEditsDeps) =>
  async (hands: Hands, waiting: readonly BaseEdit[]): Promise<void> => {
    const home = await findHome(deps.settings);
    for (const [tableId, group] of Map.groupBy(waiting, (edit) => edit.tableId)) {
      const own = group.filter(({ appToken }) => appToken === home?.appToken);
      const sheet = allSheets.find(({ id }) => home?.tables[id] === tableId);
      await guarded(deps, group, async () => {
        if (!home || !sheet || own.length === 0) return;
        const rows = baseRowsOf(deps.bitable, { appToken: home.appToken, tableId }, hands);
        const editors = new Map(own.map((edit) => [edit.recordId, lastWho(edit)]));
        await settleTable(deps, { sheet, rows, editors });
      });
    }
  };
