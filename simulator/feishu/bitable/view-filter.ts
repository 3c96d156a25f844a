import { z } from 'zod';
import { openIdOf } from '../directory.ts';
import type { Call } from '../endpoint.ts';
import { checkFilter, PEOPLE } from './filter.ts';
import type { Condition, Field, Filter, Table } from './model.ts';
import { refuse } from './refuse.ts';

const conditionSchema = z.object({
  field_id: z.string(),
  operator: z._default(z.string(), 'is'),
  value: z.optional(z.nullable(z.string())),
});

/** `filter_info` of a view: fields by id, values as one JSON string: `"[\"ExactDate\",\"1642672432000\"]"`. */
export const filterInfoSchema = z.object({
  conjunction: z._default(z.enum(['and', 'or']), 'and'),
  conditions: z.array(conditionSchema).max(50),
});

const fieldOf = ({ fields }: Table, fieldId: string): Field => {
  const field = fields.find(({ id }) => id === fieldId);
  if (!field) throw refuse(1254044);
  return field;
};

const valuesSchema = z.array(z.union([z.string(), z.pipe(z.number(), z.transform(String))]));

const valuesGiven = (text: string | null | undefined): readonly string[] => {
  if (text === undefined || text === null || text === '') return [];
  try {
    return valuesSchema.parse(JSON.parse(text));
  } catch {
    throw refuse(1254018);
  }
};

/** A view is looked at by everybody, so it keeps people by union_id. */
const unionIn = ({ tenant, app }: Call, openId: string): string =>
  tenant.directory.find(app.appId, 'open_id', openId)?.unionId ?? openId;

/** Throws 1254044 for a field that isn't there, 1254018 for what the guide doesn't allow. */
export const viewFilterGiven = (
  call: Call,
  table: Table,
  given: z.output<typeof filterInfoSchema> | null,
): Filter | undefined => {
  if (!given || given.conditions.length === 0) return undefined;
  const conditions = given.conditions.map(({ field_id: fieldId, operator, value }) => {
    const values = valuesGiven(value);
    const isPeople = PEOPLE.includes(fieldOf(table, fieldId).type);
    return { fieldId, operator, value: isPeople ? values.map((id) => unionIn(call, id)) : values };
  });
  const filter = { conjunction: given.conjunction, conditions };
  checkFilter(table, filter);
  return filter;
};

const openIdFor = ({ tenant, app }: Call, unionId: string): string =>
  tenant.directory.byUnion(unionId) ? openIdOf(app.appId, unionId) : unionId;

const conditionShown = (call: Call, table: Table, { fieldId, operator, value }: Condition): object => {
  const { type } = fieldOf(table, fieldId);
  const values = PEOPLE.includes(type) ? value.map((id) => openIdFor(call, id)) : value;
  return {
    condition_id: `con${fieldId.slice(3)}`,
    field_id: fieldId,
    field_type: type,
    operator,
    value: values.length > 0 ? JSON.stringify(values) : '',
  };
};

export const viewFilterShown = (call: Call, table: Table, filter: Filter | undefined): object | null =>
  filter
    ? {
        conjunction: filter.conjunction,
        conditions: filter.conditions.map((condition) => conditionShown(call, table, condition)),
        condition_omitted: null,
      }
    : null;
