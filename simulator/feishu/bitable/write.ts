import type { Sender } from '../chats.ts';
import type { Tenant } from '../tenant.ts';
import { newRow } from './bases.ts';
import type { CellPatch } from './cells.ts';
import { announceRows, type RowChange } from './events.ts';
import { type Base, type Cell, type Field, type Row, type Table, TYPE } from './model.ts';
import { refuse } from './refuse.ts';

/** Where a write happens and who makes it. */
export type Place = {
  readonly tenant: Tenant;
  readonly base: Base;
  readonly table: Table;
  readonly author: Sender;
};

const MOST_COLOURS = 55;

const namesIn = (cell: Cell | undefined): readonly string[] => {
  if (typeof cell === 'string') return [cell];
  return Array.isArray(cell) ? cell.map(String) : [];
};

/** 对于新的选项值，将会创建一个新的选项. */
const learnOptions = ({ tenant }: Place, field: Field, cell: Cell | undefined): void => {
  if (field.type !== TYPE.select && field.type !== TYPE.multiSelect) return;
  for (const name of namesIn(cell)) {
    if (field.options.some((option) => option.name === name)) continue;
    const color = ((field.options.at(-1)?.color ?? -1) + 1) % MOST_COLOURS;
    field.options.push({ id: tenant.bases.newId('opt'), name, color });
  }
};

const same = (a: Cell | undefined, b: Cell | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

const store = (place: Place, row: Row, [field, cell]: readonly [Field, Cell | undefined]): void => {
  learnOptions(place, field, cell);
  if (cell === undefined) row.cells.delete(field.id);
  else row.cells.set(field.id, cell);
};

const commit = (place: Place, changes: readonly RowChange[]): void => {
  if (changes.length === 0) return;
  place.table.revision += 1;
  announceRows(place, changes);
};

const filled = (table: Table, row: Row): readonly (readonly [Field, Cell])[] =>
  table.fields.flatMap((field) => {
    const cell = row.cells.get(field.id);
    return cell === undefined ? [] : [[field, cell] as const];
  });

/** Throws 1254103 when the table would hold more than `baseRecordLimit` rows. */
export const addRows = (place: Place, drafts: readonly CellPatch[]): readonly Row[] => {
  const { tenant, table } = place;
  if (table.rows.size + drafts.length > tenant.switches().baseRecordLimit) throw refuse(1254103);
  const rows = drafts.map((patch) => {
    const at = tenant.clock.now();
    const row = newRow(table, { id: tenant.bases.newId('rec'), cells: new Map(), at, by: place.author });
    for (const entry of patch) store(place, row, entry);
    table.rows.set(row.id, row);
    return row;
  });
  commit(
    place,
    rows.map((row) => ({ rowId: row.id, action: 'record_added', before: [], after: filled(table, row) })),
  );
  return rows;
};

const edit = (place: Place, row: Row, patch: CellPatch): RowChange | undefined => {
  const changed = [...patch].filter(([{ id }, cell]) => !same(row.cells.get(id), cell));
  if (changed.length === 0) return undefined;
  const before = changed.map(([field]) => [field, row.cells.get(field.id)] as const);
  for (const entry of changed) store(place, row, entry);
  row.changedAt = place.tenant.clock.now();
  row.changedBy = place.author;
  return { rowId: row.id, action: 'record_edited', before, after: changed };
};

/** An edit that changes nothing makes no event. */
export const editRows = (place: Place, edits: readonly (readonly [Row, CellPatch])[]): void => {
  commit(
    place,
    edits.flatMap(([row, patch]) => edit(place, row, patch) ?? []),
  );
};

export const deleteRows = (place: Place, rows: readonly Row[]): void => {
  for (const { id } of rows) place.table.rows.delete(id);
  commit(
    place,
    rows.map((row) => ({
      rowId: row.id,
      action: 'record_deleted',
      before: filled(place.table, row),
      after: [],
    })),
  );
};

/** Throws 1254043 for a row that isn't there. */
export const requireRow = (table: Table, rowId: string): Row => {
  const row = table.rows.get(rowId);
  if (!row) throw refuse(1254043);
  return row;
};
