import { z } from 'zod';
import { type Condition, type Field, type Filter, type Row, type Table, TYPE } from './model.ts';
import { ONE_DAY, spanNamed } from './moments.ts';
import { refuse } from './refuse.ts';

const MOST_CONDITIONS = 50;

/** What conditions are decided by: the moment, and people as the request names them. */
export type Sight = { readonly now: number; readonly unionOf: (id: string) => string };

type Value = string | number | boolean | readonly string[] | undefined;

const authorOf = (author: Row['createdBy']): readonly string[] =>
  author.kind === 'user' ? [author.unionId] : [author.appId];

const COMPUTED: Readonly<Record<number, (row: Row) => Value>> = {
  [TYPE.createdTime]: (row) => row.createdAt,
  [TYPE.changedTime]: (row) => row.changedAt,
  [TYPE.createdBy]: (row) => authorOf(row.createdBy),
  [TYPE.changedBy]: (row) => authorOf(row.changedBy),
  [TYPE.serial]: (row) => String(row.serial),
};

/** A cell as filters and sorts compare it: 超链接 by its text. */
export const valueOf = (field: Field, row: Row): Value => {
  const cell = row.cells.get(field.id);
  if (cell === undefined) return COMPUTED[field.type]?.(row);
  return typeof cell === 'object' && 'link' in cell ? cell.text : cell;
};

const DATES: readonly number[] = [TYPE.date, TYPE.createdTime, TYPE.changedTime];
export const PEOPLE: readonly number[] = [TYPE.user, TYPE.createdBy, TYPE.changedBy];

type Test = (value: Value, condition: Condition) => boolean;

const isEmpty = (value: Value): boolean => value === undefined || value === '';
const listOf = (value: Value): readonly string[] => {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [String(value)];
};
const numberIn = ({ value: [text = ''] }: Condition): number => {
  const number = Number(text);
  if (text === '' || !Number.isFinite(number)) throw refuse(1254018);
  return number;
};
const isEqual: Test = (value, condition) => {
  const [wanted = ''] = condition.value;
  if (typeof value === 'number') return value === numberIn(condition);
  if (typeof value === 'object') return value.length === 1 && value[0] === wanted;
  return String(value ?? '') === wanted;
};
/** 单选 and lists contain one of the values, text contains the piece. */
const holds: Test = (value, { value: wanted }) =>
  typeof value === 'string'
    ? wanted.some((piece) => value.includes(piece))
    : listOf(value).some((own) => wanted.includes(own));

const compared =
  (test: (own: number, wanted: number) => boolean): Test =>
  (value, condition) =>
    typeof value === 'number' && test(value, numberIn(condition));

const TESTS: Readonly<Record<string, Test>> = {
  is: isEqual,
  isNot: (value, condition) => !isEqual(value, condition),
  contains: holds,
  doesNotContain: (value, condition) => !holds(value, condition),
  isEmpty,
  isNotEmpty: (value) => !isEmpty(value),
  isGreater: compared((own, wanted) => own > wanted),
  isGreaterEqual: compared((own, wanted) => own >= wanted),
  isLess: compared((own, wanted) => own < wanted),
  isLessEqual: compared((own, wanted) => own <= wanted),
};

const isInTime = (value: Value, { operator, value: named }: Condition, now: number): boolean => {
  const span = spanNamed(named, now);
  if (!span || typeof value !== 'number') return false;
  if (operator === 'is') return value >= span.from && value < span.until;
  return operator === 'isGreater' ? value >= span.until : value < span.from;
};

const checkMoment = (operator: string, value: readonly string[]): void => {
  const isSpan = spanNamed(value, 0) !== undefined;
  if (!isSpan || (operator !== 'is' && !ONE_DAY.includes(value[0] ?? ''))) throw refuse(1254018);
};

const DATE_OPERATORS = ['is', 'isGreater', 'isLess', 'isEmpty', 'isNotEmpty'];

const EMPTY_OPERATORS = ['isEmpty', 'isNotEmpty'];

/** The operators that a type has: 附件 only whether there is one, 复选框 only is, 公式 none. */
const operatorsOf = (type: number): readonly string[] => {
  if (type === TYPE.formula) return [];
  if (type === TYPE.attachment) return EMPTY_OPERATORS;
  if (type === TYPE.checkbox) return ['is'];
  return DATES.includes(type) ? DATE_OPERATORS : Object.keys(TESTS);
};

const checkCondition = ({ type }: Field, { operator, value }: Condition): void => {
  const takesNone = EMPTY_OPERATORS.includes(operator);
  if (!operatorsOf(type).includes(operator)) throw refuse(1254018);
  if (takesNone !== (value.length === 0)) throw refuse(1254018);
  if (!takesNone && DATES.includes(type)) checkMoment(operator, value);
};

/** An unticked box is false, never empty. */
const isTicked = (value: Value, { value: [wanted] }: Condition): boolean => String(value === true) === wanted;

const meets = (field: Field, row: Row, { condition, sight }: Asked): boolean => {
  const value = valueOf(field, row);
  const { operator } = condition;
  if (field.type === TYPE.checkbox) return isTicked(value, condition);
  if (DATES.includes(field.type) && !EMPTY_OPERATORS.includes(operator))
    return isInTime(value, condition, sight.now);
  const named = PEOPLE.includes(field.type)
    ? { ...condition, value: condition.value.map(sight.unionOf) }
    : condition;
  return TESTS[operator]?.(value, named) ?? false;
};

type Asked = { readonly condition: Condition; readonly sight: Sight };

const countIn = ({ conditions, children = [] }: Filter): number =>
  children.reduce((sum, child) => sum + countIn(child), conditions.length);

const passes = (table: Table, row: Row, [filter, sight]: readonly [Filter, Sight]): boolean => {
  const own = filter.conditions.map((condition) => () => {
    const field = table.fields.find(({ id }) => id === condition.fieldId);
    return field !== undefined && meets(field, row, { condition, sight });
  });
  const inner = (filter.children ?? []).map((child) => () => passes(table, row, [child, sight]));
  const all = [...own, ...inner];
  if (all.length === 0) return true;
  return filter.conjunction === 'and' ? all.every((test) => test()) : all.some((test) => test());
};

/** Throws 1254018 for a filter that the guide doesn't allow. */
export const checkFilter = (table: Table, filter: Filter): void => {
  if (countIn(filter) > MOST_CONDITIONS) throw refuse(1254018);
  for (const condition of filter.conditions) {
    const field = table.fields.find(({ id }) => id === condition.fieldId);
    if (!field) throw refuse(1254018);
    checkCondition(field, condition);
  }
  for (const child of filter.children ?? []) checkFilter(table, child);
};

/** The rows that pass, in their order. Throws 1254018 for a filter that the guide doesn't allow. */
export const rowsPassing = (table: Table, filter: Filter | undefined, sight: Sight): readonly Row[] => {
  const rows = [...table.rows.values()];
  if (!filter) return rows;
  checkFilter(table, filter);
  return rows.filter((row) => passes(table, row, [filter, sight]));
};

const conditionSchema = z.object({
  field_name: z.string(),
  operator: z.string(),
  value: z.optional(z.array(z.string()).max(10)),
});
const groupSchema = z.object({
  conjunction: z._default(z.enum(['and', 'or']), 'and'),
  conditions: z.optional(z.nullable(z.array(conditionSchema))),
});
/** 目前仅支持使用一层 children 参数. */
export const filterSchema = groupSchema.extend({
  children: z.optional(z.nullable(z.array(groupSchema))),
});

type GivenGroup = z.output<typeof groupSchema>;

const groupOf = (table: Table, { conjunction, conditions }: GivenGroup): Filter => ({
  conjunction,
  conditions: (conditions ?? []).map(({ field_name: name, operator, value = [] }) => {
    const field = table.fields.find((one) => one.name === name);
    if (!field) throw refuse(1254018);
    return { fieldId: field.id, operator, value };
  }),
});

/** A search's filter, which names fields; undefined when it holds nothing. */
export const filterGiven = (
  table: Table,
  given: z.output<typeof filterSchema> | null | undefined,
): Filter | undefined => {
  if (!given) return undefined;
  const filter = {
    ...groupOf(table, given),
    children: (given.children ?? []).map((one) => groupOf(table, one)),
  };
  return countIn(filter) === 0 ? undefined : filter;
};
