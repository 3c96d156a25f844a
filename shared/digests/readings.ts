import * as z from 'zod';
import { addDays, type Day, daySchema, monthOf } from '../calendar/day.ts';
import { clip } from '../feishu/markdown.ts';
import type { ComparisonName } from './definition.ts';
import type { MetricName } from './metrics.ts';
import { baseDay, chartDays } from './queries.ts';
import { count, inUnit, money } from './wording.ts';

/** A value and the bases it is compared with; null where the source has nothing to say. */
export type Reading = {
  readonly value: number | null;
  readonly bases: Partial<Readonly<Record<ComparisonName, number | null>>>;
  /** Plain words beside the value: 1 笔，最长 45 天. */
  readonly extra?: string;
};
export type Readings = Partial<Readonly<Record<MetricName, Reading>>>;

const number = z.number();
/** Names on a card are read at a glance; whatever follows would only push the figures off the screen. */
const name = z.string().transform((text) => clip(text, 24));

export const salesDay = z.object({ day: daySchema, paidFen: number, orders: number, profitFen: number });
export const channelDay = salesDay.extend({ channel: z.string() });
export const productRow = z.object({ product: name, paidFen: number, quantity: number });
export const targetRow = z.object({ targetFen: z.nullable(number) });
export const stockRow = z.object({
  availableQty: number,
  costFen: number,
  turnoverDays: z.nullable(number),
  turnoverDaysMonthAgo: z.nullable(number),
  stockoutSkus: number,
  riskSkus: number,
  expiringLots: number,
});
export const riskRow = z.object({
  product: name,
  daysOfStock: number,
  leadDays: number,
  dailyQty: number,
});
export const expiringRow = z.object({
  product: name,
  batch: name,
  remainingRatio: number,
  remainingDays: number,
  qty: number,
  costFen: number,
  advice: z.nullish(name),
});
export const financeRow = z.object({
  balanceFen: number,
  overdueFen: number,
  overdueCount: number,
  overdueOldestDays: z.nullable(number),
  collectedMonthFen: number,
  collectTargetFen: z.nullable(number),
  payable7dFen: number,
});
export const peopleRow = z.object({
  onRoll: number,
  authorised: z.nullable(number),
  attendedRatio: z.nullable(number),
  joinedMonth: number,
  leftMonth: number,
  pendingApprovals24h: number,
});

export const followUpRow = z.object({
  line: z.string().transform((text) => clip(text, 40)),
  who: name,
  /** ISO UTC: when somebody began to follow it up. */
  since: z.string(),
  state: z.enum(['open', 'closed']),
  minutes: number,
});

export type SalesDay = z.output<typeof salesDay>;
export type ChannelDay = z.output<typeof channelDay>;

const noSales = { paidFen: 0, orders: 0, profitFen: 0 };
const soldOn = (rows: readonly SalesDay[], day: Day): typeof noSales =>
  rows.find((row) => row.day === day) ?? noSales;

type SalesMetric = 'paidAmount' | 'orders' | 'avgOrderValue' | 'grossMarginRate';
const salesMetrics: Readonly<Record<SalesMetric, (day: typeof noSales) => number | null>> = {
  paidAmount: ({ paidFen }) => paidFen,
  orders: ({ orders }) => orders,
  avgOrderValue: ({ paidFen, orders }) => (orders > 0 ? paidFen / orders : null),
  grossMarginRate: ({ paidFen, profitFen }) => (paidFen > 0 ? profitFen / paidFen : null),
};

/** The day's sales against their bases. A complete day without a row had no orders. */
export const salesReadings = (
  rows: readonly SalesDay[],
  day: Day,
  compare: readonly ComparisonName[],
): Readonly<Record<SalesMetric, Reading>> => {
  const today = soldOn(rows, day);
  const based = compare.map((name) => ({ name, sold: soldOn(rows, baseDay(name, day)) }));
  const reading = (metric: SalesMetric): Reading => ({
    value: salesMetrics[metric](today),
    bases: Object.fromEntries(based.map(({ name, sold }) => [name, salesMetrics[metric](sold)])),
  });
  return {
    paidAmount: reading('paidAmount'),
    orders: reading('orders'),
    avgOrderValue: reading('avgOrderValue'),
    grossMarginRate: reading('grossMarginRate'),
  };
};

export const monthToDate = (rows: readonly SalesDay[], day: Day): number =>
  rows
    .filter((row) => monthOf(row.day) === monthOf(day) && row.day <= day)
    .reduce((sum, { paidFen }) => sum + paidFen, 0);

export type DayAmount = { readonly day: Day; readonly paidFen: number };

/** Every day from `from` to `to`, days without orders as 0. */
export const amountsOf = (rows: readonly SalesDay[], from: Day, to: Day): readonly DayAmount[] => {
  const days: DayAmount[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    days.push({ day, paidFen: soldOn(rows, day).paidFen });
  }
  return days;
};

export const recentAmounts = (rows: readonly SalesDay[], to: Day): readonly DayAmount[] =>
  amountsOf(rows, addDays(to, 1 - chartDays), to);

const just = (value: number | null, extra?: string): Reading => ({
  value,
  bases: {},
  ...(extra && { extra }),
});

export const stockReadings = (row: z.output<typeof stockRow>): Readings => ({
  stockCost: just(row.costFen, `可售 ${count(row.availableQty)}件`),
  turnoverDays: { value: row.turnoverDays, bases: { 较上月同期: row.turnoverDaysMonthAgo } },
  stockoutSkus: just(row.stockoutSkus),
  riskSkus: just(row.riskSkus),
  expiringLots: just(row.expiringLots),
});

const overdueWords = ({
  overdueCount,
  overdueOldestDays,
}: z.output<typeof financeRow>): string | undefined => {
  if (overdueCount === 0) return undefined;
  return [`${overdueCount} 笔`, overdueOldestDays === null ? '' : `最长 ${overdueOldestDays} 天`]
    .filter(Boolean)
    .join('，');
};

const collectedWords = (row: z.output<typeof financeRow>): string | undefined =>
  row.collectTargetFen === null || row.collectTargetFen <= 0
    ? undefined
    : `目标 ${money(row.collectTargetFen)}，完成 ${inUnit('ratio', row.collectedMonthFen / row.collectTargetFen)}`;

export const financeReadings = (row: z.output<typeof financeRow>): Readings => ({
  receivables: just(row.balanceFen),
  overdueAmount: just(row.overdueFen, overdueWords(row)),
  overdueCount: just(row.overdueCount),
  collectedMonth: just(row.collectedMonthFen, collectedWords(row)),
  payable7d: just(row.payable7dFen),
});

export const peopleReadings = (row: z.output<typeof peopleRow>): Readings => ({
  onRoll: just(row.onRoll, row.authorised === null ? undefined : `编制 ${count(row.authorised)}`),
  attendedRatio: just(row.attendedRatio),
  joinedMonth: just(row.joinedMonth),
  leftMonth: just(row.leftMonth),
  pendingApprovals: just(row.pendingApprovals24h),
});

const median = (values: readonly number[]): number | null => {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
};

export const followUpReadings = (rows: readonly z.output<typeof followUpRow>[]): Readings => {
  const minutesOf = (state: 'open' | 'closed'): readonly number[] =>
    rows.filter((row) => row.state === state).map(({ minutes }) => minutes);
  const [open, closed] = [minutesOf('open'), minutesOf('closed')];
  return {
    followUpsOpen: just(open.length),
    followUpAge: just(median(open)),
    followUpsClosed: just(closed.length),
    followUpTime: just(median(closed)),
  };
};
