import { createHash } from 'node:crypto';
import { type Bitable, fieldTypes, type NewField } from '../feishu/bitable.ts';
import type { BaseTable } from '../feishu/bitable-records.ts';
import { dataOf, type Outcome } from '../feishu/outcome.ts';
import type { Cell } from './cells.ts';
import type { Column } from './columns.ts';
import type { Known } from './known.ts';
import type { BaseRecord, Sheet } from './sheet.ts';

type Rows = Pick<Bitable, 'searchRecords' | 'updateRecords' | 'createRecords'>;
/** How a call is made: by whoever may write, and again while it may work. */
type Hands = <T>(call: () => Promise<Outcome<T>>) => Promise<Outcome<T>>;
const once: Hands = (call) => call();
type Written = Readonly<Record<string, Cell>>;

const propertyOf = (column: Column, known: Known): NewField['property'] => {
  const { kind, options } = column;
  if (kind === 'people') return { multiple: true };
  if (kind === 'date') return { date_formatter: 'yyyy/MM/dd' };
  if (kind === 'number') return { formatter: '0.0' };
  const isChoice = kind === 'choice' || kind === 'choices';
  return isChoice ? { options: (options?.(known) ?? []).map((name) => ({ name })) } : undefined;
};

/** The fields of a table in Base; the first one names the row. */
export const fieldsOf = ({ columns }: Sheet, known: Known): readonly NewField[] =>
  columns.map((column) => {
    const property = propertyOf(column, known);
    return { name: column.name, type: fieldTypes[column.kind], ...(property && { property }) };
  });

/** The same rows get the same token, a UUID of version 4 in form, so that a repeated call makes them once. */
const tokenFor = (what: unknown): string => {
  const hex = createHash('sha256').update(JSON.stringify(what)).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
};

/** The rows of one settings table in Base. Each method throws `feishu_refused` or `feishu_unknown`. */
export const baseRowsOf = (
  bitable: Rows,
  table: BaseTable,
  hands: Hands = once,
): {
  readonly list: () => Promise<readonly BaseRecord[]>;
  readonly update: (rows: readonly { readonly id: string; readonly cells: Written }[]) => Promise<void>;
  /** The ids in the order of the rows. */
  readonly add: (rows: readonly Written[], occasion: string) => Promise<readonly string[]>;
} => ({
  list: async () =>
    dataOf(await hands(() => bitable.searchRecords(table))).map(({ recordId, fields }) => ({
      id: recordId,
      cells: fields,
    })),
  update: async (rows) => {
    if (rows.length === 0) return;
    const records = rows.map(({ id, cells }) => ({ recordId: id, fields: cells }));
    dataOf(await hands(() => bitable.updateRecords(table, records)));
  },
  add: async (rows, occasion) => {
    if (rows.length === 0) return [];
    const token = tokenFor([table, occasion, rows]);
    return dataOf(await hands(() => bitable.createRecords(table, rows, token)));
  },
});
