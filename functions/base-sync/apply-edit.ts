import type { BaseCell, BaseCells, BaseRow, BaseRows } from '../../shared/store/base-rows.ts';
import type { People } from '../../shared/store/people.ts';
import { differing } from '../../shared/tickets/base-drift.ts';
import { byEditor, decideEdits } from '../../shared/tickets/base-edits.ts';
import { cellsOf, columns, hintColumn, type RowSight } from '../../shared/tickets/base-fields.ts';
import { type ChangeDeps, changeTicket } from '../../shared/tickets/change.ts';
import type { Ticket, Who } from '../../shared/tickets/ticket.ts';
import type { Touched } from './touches.ts';

export type ApplyDeps = {
  readonly rows: Pick<BaseRows, 'rowWrite' | 'put'>;
  readonly changing: ChangeDeps;
  readonly people: Pick<People, 'find'>;
  readonly now: () => Date;
};

export type Act = {
  readonly row: BaseRow;
  /** What Base shows now. */
  readonly cells: BaseCells;
  readonly touched: Touched;
  readonly sight: RowSight;
  readonly stamp: string;
};

const editable = new Set(columns.filter(({ isEditable }) => isEditable).map(({ name }) => name));

export const whoIs = async (
  { people }: Pick<ApplyDeps, 'people'>,
  unionId: string | undefined,
): Promise<Who | undefined> => {
  const found = unionId === undefined ? undefined : await people.find(unionId);
  return found?.directory === 'here' ? { person: found.person, name: found.name } : undefined;
};

const peopleIn = async (deps: ApplyDeps, cell: BaseCell | undefined): Promise<ReadonlyMap<string, Who>> => {
  const found = await Promise.all((Array.isArray(cell) ? cell : []).map((id) => whoIs(deps, id)));
  return new Map(found.flatMap((who) => (who ? [[who.person, who] as const] : [])));
};

/** What Base shows now, except for columns whose edits are still on their way to us: those are read when they come. */
const shownNow = ({ row, cells, touched }: Act): BaseCells => {
  const isUnseen = (name: string): boolean => editable.has(name) && !touched.names.has(name);
  const kept = Object.entries(row.shown).filter(([name]) => isUnseen(name));
  const seen = Object.entries(cells).filter(([name]) => !isUnseen(name));
  return Object.fromEntries([...kept, ...seen]);
};

const putBack = ({ row, cells, touched }: Act): readonly string[] => {
  const changed = new Set(differing(row.shown, cells));
  const names = columns
    .filter(({ name, isEditable }) => !isEditable && changed.has(name) && touched.names.has(name))
    .filter(({ name }) => name !== hintColumn)
    .map(({ name }) => `「${name}」`);
  return names.length > 0 ? [`${names.join('')}由系统维护，已恢复`] : [];
};

/** Three sides: what we showed, what Base shows, what the ticket is. What one of the others has too is no edit. */
const editedCells = (act: Act, ticket: Ticket): ReadonlyMap<string, BaseCell | undefined> => {
  const fromShown = new Set(differing(act.row.shown, act.cells));
  const fromWanted = new Set(differing(cellsOf(ticket, act.sight), act.cells));
  const names = [...act.touched.names].filter(
    (name) => editable.has(name) && fromShown.has(name) && fromWanted.has(name),
  );
  return new Map(names.map((name) => [name, act.cells[name]]));
};

/** What one look at the row has to say stands together, whoever edited; the next edit that can be takes it away. */
const hintAfter = (
  { row: { hint }, stamp }: Act,
  { answers, isChanged }: { readonly answers: readonly string[]; readonly isChanged: boolean },
  at: string,
): BaseRow['hint'] => {
  const before = hint?.stamp === stamp ? [hint.text] : [];
  if (answers.length > 0) return { text: [...before, ...answers].join('；'), at, stamp };
  return isChanged && before.length === 0 ? undefined : hint;
};

/** The ticket and what we know of its row change in one transaction, so that a repeat finds nothing to do. */
export const applyEdit = async (deps: ApplyDeps, act: Act): Promise<void> => {
  const { row, touched, cells } = act;
  const [who, people] = await Promise.all([whoIs(deps, touched.who), peopleIn(deps, cells['处理人'])]);
  const now = deps.now();
  const changed = await changeTicket(deps.changing)(row.ticket, (ticket) => {
    const editing = { who, person: (id: string) => people.get(id), now };
    const { changes, objections } = decideEdits(ticket, editedCells(act, ticket), editing);
    const about = { answers: [...objections, ...putBack(act)], isChanged: changes.length > 0 };
    const hint = hintAfter(act, about, now.toISOString());
    const after: BaseRow = { ...row, count: row.count + 1, shown: shownNow(act), hint };
    if (changes.length === 0) return { intents: [], result: after };
    const intents = [{ id: ticket.ticket, before: ticket, by: byEditor(who), changes }];
    return { intents, also: [deps.rows.rowWrite(after, row)], result: undefined };
  });
  if (changed?.result) await deps.rows.put(changed.result, row);
};

/** A row that somebody deleted: history, and it is created again. By the rule of Base when nobody knows who. */
export const restoreRow = (
  { changing, rows }: Pick<ApplyDeps, 'changing' | 'rows'>,
  row: BaseRow,
  who?: Who,
): Promise<unknown> =>
  changeTicket(changing)(row.ticket, (ticket) => {
    const after = { ...row, place: undefined, count: row.count + 1, shown: {} };
    const changes = [{ do: 'row_restored' as const }];
    const intents = [{ id: ticket.ticket, before: ticket, by: byEditor(who), changes }];
    return { intents, also: [rows.rowWrite(after, row)], result: undefined };
  });
