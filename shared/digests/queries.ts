import { addDays, type Day, monthOf } from '../calendar/day.ts';
import type { QueryParams } from '../connectors/metric-source.ts';
import { type Recipient, type Scope, scopeFor, sectionsFor } from './audience.ts';
import type { ComparisonName, Digest } from './definition.ts';
import type { QueryName } from './metrics.ts';
import type { Period } from './window.ts';

/** A query that a card needs. Equal `query` and `params` mean equal rows, so a run may share them between people. */
export type WantedQuery = {
  /** Under this name the reply is handed back; unique within one digest. */
  readonly key: string;
  readonly query: QueryName;
  readonly params: QueryParams;
};

/** Two weeks on the chart, each bar with the same day of the week before. */
export const chartDays = 14;

/** Of a month, or of the month of a day. */
export const daysInMonth = (month: string): number =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).getUTCDate();

const clampDay = (month: string, dayOfMonth: string): Day =>
  `${month}-${String(Math.min(daysInMonth(month), Number(dayOfMonth))).padStart(2, '0')}`;

/** The base day of a comparison. A day that the other month doesn't have becomes its last one. */
export const baseDay = (name: ComparisonName, day: Day): Day => {
  if (name === '较昨日') return addDays(day, -1);
  if (name === '较上周同日') return addDays(day, -7);
  if (name === '较上月同期') return clampDay(monthOf(addDays(`${monthOf(day)}-01`, -1)), day.slice(8));
  return clampDay(`${String(Number(day.slice(0, 4)) - 1)}-${day.slice(5, 7)}`, day.slice(8));
};

const earliest = (...days: readonly Day[]): Day => [...days].sort()[0] ?? '';

/** One query serves the chart, the month so far and the bases of the comparisons; the last year is a query of its own. */
const salesDays = (digest: Digest, { from, to }: Period, { regions }: Scope): readonly WantedQuery[] => {
  const near = digest.compare.filter((name) => name !== '较去年同期').map((name) => baseDay(name, to));
  const start = earliest(from, `${monthOf(to)}-01`, addDays(to, 1 - chartDays - 7), ...near);
  const recent: WantedQuery = {
    key: 'sales.days',
    query: 'sales.days',
    params: { from: start, to, regions },
  };
  if (!digest.compare.includes('较去年同期')) return [recent];
  const day = baseDay('较去年同期', to);
  return [
    recent,
    { key: 'sales.days:lastYear', query: 'sales.days', params: { from: day, to: day, regions } },
  ];
};

type Plan = (
  digest: Digest,
  period: Period,
  who: Scope & { readonly reader: string },
) => readonly WantedQuery[];

const plain =
  (query: QueryName, params: (period: Period, who: Parameters<Plan>[2]) => QueryParams): Plan =>
  (_, period, who) => [{ key: query, query, params: params(period, who) }];
const snapshot = (query: QueryName): Plan => plain(query, ({ to }) => ({ day: to }));

const plans: Readonly<Record<QueryName, Plan>> = {
  'sales.days': salesDays,
  'sales.channels': plain('sales.channels', ({ to }, { regions }) => ({
    from: addDays(to, -7),
    to,
    regions,
  })),
  'sales.products': plain('sales.products', ({ to }, { regions }) => ({ from: to, to, regions })),
  'sales.target': plain('sales.target', ({ to }, { regions }) => ({ month: monthOf(to), regions })),
  'stock.summary': snapshot('stock.summary'),
  'stock.risks': snapshot('stock.risks'),
  'stock.expiring': snapshot('stock.expiring'),
  'finance.receivables': snapshot('finance.receivables'),
  'people.headcount': snapshot('people.headcount'),
  'followUps.week': plain('followUps.week', ({ from, to }, { reader }) => ({ from, to, reader })),
  'afterSales.day': plain('afterSales.day', ({ from, to }) => ({ from, to })),
  'agent.week': plain('agent.week', ({ from, to }, { reader }) => ({ from, to, reader })),
};

/** What to ask for this person: only sections they are entitled to, only regions that are theirs; nothing without a scope. */
export const queriesFor = (digest: Digest, person: Recipient, period: Period): readonly WantedQuery[] => {
  const scope = scopeFor(digest, person);
  if (scope === undefined) return [];
  const who = { ...scope, reader: person.unionId };
  return sectionsFor(digest, person).flatMap(({ query }) => plans[query](digest, period, who));
};
