import { z } from 'zod';
import { valueOf } from './filter.ts';
import type { Field, Row, Table } from './model.ts';
import { refuse } from './refuse.ts';

export const sortSchema = z.array(
  z.object({ field_name: z.string(), desc: z.optional(z.nullable(z.boolean())) }),
);

type Key = { readonly field: Field; readonly sign: 1 | -1 };

/** 单选 sorts by the order of its options, everything else by itself; empty cells come last. */
const compare = ({ field, sign }: Key, a: Row, b: Row): number => {
  const [left, right] = [valueOf(field, a), valueOf(field, b)];
  if (left === undefined || right === undefined)
    return Number(left === undefined) - Number(right === undefined);
  if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
  const place = (value: unknown): number => field.options.findIndex(({ name }) => name === value);
  if (field.options.length > 0) return sign * (place(left) - place(right));
  return sign * String(left).localeCompare(String(right), 'zh-CN');
};

/** Throws 1254016 for a field that isn't there. Rows that are equal keep their order. */
export const sortedBy = (
  table: Table,
  rows: readonly Row[],
  given: z.output<typeof sortSchema>,
): readonly Row[] => {
  const keys = given.map(({ field_name: name, desc }): Key => {
    const field = table.fields.find((one) => one.name === name);
    if (!field) throw refuse(1254016);
    return { field, sign: desc ? -1 : 1 };
  });
  if (keys.length === 0) return rows;
  return rows.toSorted((a, b) => keys.map((key) => compare(key, a, b)).find((order) => order !== 0) ?? 0);
};
