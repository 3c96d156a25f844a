import type { BaseCell, BaseCells } from '../store/base-rows.ts';

const comparable = (cell: BaseCell | undefined): string =>
  typeof cell === 'object' && !Array.isArray(cell)
    ? `${cell.text} ${cell.link}`
    : JSON.stringify(cell ?? null);

/** Names of fields in which two rows differ. */
export const differing = (a: BaseCells, b: BaseCells): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (name) => comparable(a[name]) !== comparable(b[name]),
  );

/** A row as it stands in one of the tables. */
export type StandingRow = {
  readonly table: string;
  readonly recordId: string;
  readonly number: string;
  readonly cells: BaseCells;
};
/** A row as a ticket wants it; `table` absent: nowhere. */
export type WantedRow = {
  readonly ticket: string;
  readonly table: string | undefined;
  readonly cells: BaseCells;
};

/** One way in which Base and tickets disagree (不一致). */
export type Drift = {
  readonly ticket: string;
  readonly kind: 'missing' | 'twice' | 'surplus' | 'elsewhere' | 'differs';
  readonly fields?: readonly string[];
};

const driftOfOne = ({ ticket, table, cells }: WantedRow, rows: readonly StandingRow[]): readonly Drift[] => {
  const [first, ...others] = rows;
  if (!first) return table === undefined ? [] : [{ ticket, kind: 'missing' }];
  if (table === undefined) return [{ ticket, kind: 'surplus' }];
  if (others.length > 0) return [{ ticket, kind: 'twice' }];
  if (first.table !== table) return [{ ticket, kind: 'elsewhere' }];
  const fields = differing(cells, first.cells);
  return fields.length > 0 ? [{ ticket, kind: 'differs', fields }] : [];
};

/** Where the rows of these tickets differ from what the tickets want; rows of others are not looked at. */
export const driftOf = (wanted: readonly WantedRow[], standing: readonly StandingRow[]): readonly Drift[] => {
  const rows = Map.groupBy(standing, ({ number }) => number);
  return wanted.flatMap((want) => driftOfOne(want, rows.get(want.ticket) ?? []));
};
