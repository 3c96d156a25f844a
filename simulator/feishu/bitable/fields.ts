import { z } from 'zod';
import type { Tenant } from '../tenant.ts';
import { isKnownType, newField } from './bases.ts';
import { type Cell, type Field, type Option, type Table, TYPE } from './model.ts';
import { refuse } from './refuse.ts';

const MOST_FIELDS = 300;
const MOST_COLOURS = 55;
/** 索引字段仅支持: 1, 2, 5, 13, 15, 20, 22. */
const INDEX_TYPES: readonly number[] = [
  TYPE.text,
  TYPE.number,
  TYPE.date,
  TYPE.phone,
  TYPE.url,
  TYPE.formula,
];

const optionSchema = z.object({
  name: z.string(),
  id: z.optional(z.string()),
  color: z.optional(z.int().min(0).max(54)),
});

export const fieldSchema = z.object({
  field_name: z.string(),
  type: z.int(),
  ui_type: z.optional(z.string()),
  property: z.optional(z.nullable(z.looseObject({ options: z.optional(z.array(optionSchema)) }))),
  description: z.optional(z.nullable(z.looseObject({ text: z.optional(z.string()) }))),
});

export type GivenField = z.output<typeof fieldSchema>;

const isSelect = (type: number): boolean => type === TYPE.select || type === TYPE.multiSelect;

const readOptions = (tenant: Tenant, given: GivenField, known: readonly Option[]): Option[] => {
  let colour = -1;
  return (given.property?.options ?? []).map(({ id, name, color }) => {
    if (name === '') throw refuse(1254026);
    colour = color ?? (colour + 1) % MOST_COLOURS;
    const own = known.find((option) => option.id === id) ?? known.find((option) => option.name === name);
    return { id: own?.id ?? tenant.bases.newId('opt'), name, color: colour };
  });
};

const checkName = (fields: readonly Field[], { field_name: name }: GivenField, self?: Field): void => {
  if (name.trim() === '') throw refuse(1254028);
  if (fields.some((field) => field !== self && field.name === name)) throw refuse(1254014);
};

const describe = (field: Field, given: GivenField): void => {
  field.description = given.description?.text ?? field.description;
  if (given.property === undefined || given.property === null) return;
  const rest = Object.entries(given.property).filter(([name]) => name !== 'options');
  field.property = rest.length > 0 ? Object.fromEntries(rest) : null;
};

/** Throws 1254014 for a name that is taken, 1254012 for a type that isn't simulated, 1254105 beyond 300 fields. */
export const addField = (tenant: Tenant, fields: Field[], given: GivenField): Field => {
  checkName(fields, given);
  const isPrimary = fields.length === 0;
  if (!isKnownType(given.type) || (isPrimary && !INDEX_TYPES.includes(given.type))) throw refuse(1254012);
  if (fields.length >= MOST_FIELDS) throw refuse(1254105);
  const { field_name: name, type, ui_type: uiType } = given;
  const named = { name, type, ...(uiType === undefined ? {} : { uiType }) };
  const field = newField(tenant.bases.newId('fld'), named, isPrimary);
  if (isSelect(type)) field.options = readOptions(tenant, given, []);
  describe(field, given);
  fields.push(field);
  return field;
};

const renamed = (cell: Cell, names: ReadonlyMap<string, string>): Cell | undefined => {
  if (typeof cell === 'string') return names.get(cell);
  const kept = Array.isArray(cell) ? cell.flatMap((name) => names.get(String(name)) ?? []) : [];
  return kept.length > 0 ? kept : undefined;
};

/** Cells follow an option that was renamed by its id, and lose one that was taken away. */
const putOptions = (table: Table, field: Field, options: Option[]): void => {
  const names = new Map(
    field.options.flatMap(({ id, name }) => {
      const next = options.find((option) => option.id === id);
      return next ? [[name, next.name] as const] : [];
    }),
  );
  field.options = options;
  for (const { cells } of table.rows.values()) {
    const cell = cells.get(field.id);
    if (cell === undefined) continue;
    const next = renamed(cell, names);
    if (next === undefined) cells.delete(field.id);
    else cells.set(field.id, next);
  }
};

/** 全量更新 of name, options and property; another type is refused with 1254012. */
export const changeField = (
  tenant: Tenant,
  table: Table,
  [field, given]: readonly [Field, GivenField],
): void => {
  checkName(table.fields, given, field);
  if (given.type !== field.type) throw refuse(1254012);
  field.name = given.field_name;
  field.uiType = given.ui_type ?? field.uiType;
  if (isSelect(field.type) && given.property?.options)
    putOptions(table, field, readOptions(tenant, given, field.options));
  describe(field, given);
};

/** Throws 1254046 for the primary field. */
export const removeField = (table: Table, field: Field): void => {
  if (field.isPrimary) throw refuse(1254046);
  table.fields.splice(table.fields.indexOf(field), 1);
  for (const { cells } of table.rows.values()) cells.delete(field.id);
};
