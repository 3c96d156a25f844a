/**
 * The API calls that Feishu counted, one row of `ops` per month: `budget#2026-11`. ADD takes only attributes at the top
 * level (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html), so each counter is
 * one: `calls`, `day 23`, `topic morning`, `sender zhida`.
 *
 * Access patterns: add what an invocation counted and read the month, one update; read a month.
 */
import * as z from 'zod';
import { table } from './table.ts';

type Counters = Readonly<Record<string, number>>;

export type MonthCalls = {
  readonly calls: number;
  /** By day of the month: `23`. */
  readonly byDay: Counters;
  /** By what they were for: a digest's release, `reply`, `alert`. */
  readonly byTopic: Counters;
  /** By the account whose app made them. */
  readonly bySender: Counters;
  /** Feishu refused for the month's quota; until then only what can't wait asks again. */
  readonly usedUpUntil?: string | undefined;
};

const rowSchema = z.looseObject({
  id: z.string(),
  calls: z.number().int().default(0),
  usedUpUntil: z.string().optional(),
});

const countersOf = (row: Readonly<Record<string, unknown>>, kind: string): Counters => {
  const counters: Record<string, number> = {};
  for (const [name, value] of Object.entries(row))
    if (name.startsWith(`${kind} `) && typeof value === 'number')
      counters[name.slice(kind.length + 1)] = value;
  return counters;
};

const monthSchema = rowSchema.transform(
  (row): MonthCalls => ({
    calls: row.calls,
    byDay: countersOf(row, 'day'),
    byTopic: countersOf(row, 'topic'),
    bySender: countersOf(row, 'sender'),
    usedUpUntil: row.usedUpUntil,
  }),
);

export type CountedCall = { readonly topic: string; readonly sender: string };
export type Counted = {
  /** `23`. */
  readonly day: string;
  readonly calls: readonly CountedCall[];
  /** Feishu refused for the quota and is not to be asked before this; `null`: it takes calls again. */
  readonly usedUpUntil?: string | null | undefined;
};

/** Attribute → how much to add. */
const sumsOf = ({ day, calls }: Counted): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  const names = calls.flatMap(({ topic, sender }) => [
    'calls',
    `day ${day}`,
    `topic ${topic}`,
    `sender ${sender}`,
  ]);
  for (const name of names) sums.set(name, (sums.get(name) ?? 0) + 1);
  return sums;
};

/** What the update does beside adding. */
const markOf = (usedUpUntil: Counted['usedUpUntil']): string => {
  if (usedUpUntil === undefined) return '';
  return usedUpUntil === null ? 'REMOVE usedUpUntil' : 'SET usedUpUntil = :usedUpUntil';
};

/** `undefined` when there is nothing to write. */
const updateOf = (counted: Counted): UpdateOf | undefined => {
  const sums = [...sumsOf(counted)];
  const add = sums.length > 0 ? `ADD ${sums.map((_, index) => `#n${index} :n${index}`).join(', ')}` : '';
  const { usedUpUntil } = counted;
  const UpdateExpression = `${add} ${markOf(usedUpUntil)}`.trim();
  const names = sums.map(([name], index): [string, string] => [`#n${index}`, name]);
  const values = sums.map(([, sum], index): [string, unknown] => [`:n${index}`, sum]);
  if (typeof usedUpUntil === 'string') values.push([':usedUpUntil', usedUpUntil]);
  if (UpdateExpression === '') return undefined;
  return {
    UpdateExpression,
    ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) }),
    ...(values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(values) }),
  };
};
type UpdateOf = {
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
};

export type BudgetRows = {
  /** One update, or a read when there is nothing to write. `month`: YYYY-MM in Asia/Shanghai; answers it as it is then. */
  readonly add: (month: string, counted: Counted) => Promise<MonthCalls | undefined>;
  readonly find: (month: string) => Promise<MonthCalls | undefined>;
};

export const budgetRows = (name: string): BudgetRows => {
  const rows = table(name, monthSchema);
  const keyOf = (month: string): { id: string } => ({ id: `budget#${month}` });
  const find = (month: string): Promise<MonthCalls | undefined> => rows.get(keyOf(month));
  return {
    find,
    add: (month, counted) => {
      const update = updateOf(counted);
      return update ? rows.update(keyOf(month), update) : find(month);
    },
  };
};
