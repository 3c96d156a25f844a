import * as z from 'zod';
import type { Day } from '../calendar/day.ts';
import type { QueryReply } from '../connectors/metric-source.ts';
import type { Digest } from './definition.ts';
import {
  type AfterSales,
  type AgentWeek,
  afterSalesReadings,
  afterSalesRow,
  agentWeekReadings,
  agentWeekRow,
} from './own-rows.ts';
import type { WantedQuery } from './queries.ts';
import {
  type ChannelDay,
  channelDay,
  expiringRow,
  financeReadings,
  financeRow,
  followUpReadings,
  followUpRow,
  peopleReadings,
  peopleRow,
  productRow,
  type Readings,
  riskRow,
  type SalesDay,
  salesDay,
  salesReadings,
  stockReadings,
  stockRow,
  targetRow,
} from './readings.ts';

/** What came back for one query: rows, or the code of the error that came instead. */
export type Reply = QueryReply | { readonly failed: string };

/** Why a query's figures are not on the card: an error code, or what was wrong with the rows. */
export type Gap = { readonly query: WantedQuery['query']; readonly reason: string };

/** Everything a section says, checked and typed; what could not be had stands in `gaps`. */
export type Facts = {
  readonly readings: Readings;
  readonly days: readonly SalesDay[];
  readonly channels: readonly ChannelDay[];
  readonly products: readonly z.output<typeof productRow>[];
  readonly targetFen: number | null;
  readonly risks: readonly z.output<typeof riskRow>[];
  readonly expiring: readonly z.output<typeof expiringRow>[];
  readonly followUps: readonly z.output<typeof followUpRow>[];
  readonly afterSales: AfterSales | undefined;
  readonly agentWeek: AgentWeek | undefined;
  /** The oldest state among the replies. */
  readonly asOf: string | undefined;
  readonly gaps: readonly Gap[];
};

type Replies = ReadonlyMap<string, Reply>;
type Read<T> = { readonly rows: readonly T[]; readonly gap?: string };

const readRows = <T extends z.ZodType>(schema: T, reply: Reply | undefined): Read<z.output<T>> => {
  if (reply === undefined) return { rows: [], gap: 'not_asked' };
  if ('failed' in reply) return { rows: [], gap: reply.failed };
  // Rows beyond the cap are missing from every sum, so none of them is used.
  if (reply.truncated) return { rows: [], gap: 'truncated' };
  const parsed = z.array(schema).safeParse(reply.rows);
  return parsed.success ? { rows: parsed.data } : { rows: [], gap: 'malformed' };
};

/** A query that always has a row when its source works; none is as bad as an error. */
const readSome = <T extends z.ZodType>(schema: T, reply: Reply | undefined): Read<z.output<T>> => {
  const read = readRows(schema, reply);
  return read.gap === undefined && read.rows.length === 0 ? { rows: [], gap: 'empty' } : read;
};

type Collected = {
  readonly queries: readonly WantedQuery[];
  readonly replies: Replies;
  readonly gaps: Gap[];
};

const collect = <T>(
  from: Collected,
  key: string,
  read: (reply: Reply | undefined) => Read<T>,
): readonly T[] => {
  const wanted = from.queries.find((query) => query.key === key);
  if (wanted === undefined) return [];
  const { rows, gap } = read(from.replies.get(key));
  if (gap !== undefined) from.gaps.push({ query: wanted.query, reason: gap });
  return rows;
};

const snapshots = (from: Collected): Readings => {
  const stock = collect(from, 'stock.summary', (reply) => readSome(stockRow, reply))[0];
  const finance = collect(from, 'finance.receivables', (reply) => readSome(financeRow, reply))[0];
  const people = collect(from, 'people.headcount', (reply) => readSome(peopleRow, reply))[0];
  return {
    ...(stock && stockReadings(stock)),
    ...(finance && financeReadings(finance)),
    ...(people && peopleReadings(people)),
  };
};

const oldest = ({ queries, replies }: Collected): string | undefined =>
  queries
    .flatMap(({ key }) => {
      const reply = replies.get(key);
      return reply !== undefined && 'asOf' in reply ? [reply.asOf] : [];
    })
    .sort()[0];

/** Replies → facts about `day`, the last day that is shown. Replies stand under the keys of `queries`. */
export const factsOf = (
  digest: Digest,
  day: Day,
  asked: { readonly queries: readonly WantedQuery[]; readonly replies: Replies },
): Facts => {
  const from: Collected = { ...asked, gaps: [] };
  const recent = collect(from, 'sales.days', (reply) => readSome(salesDay, reply));
  const lastYear = collect(from, 'sales.days:lastYear', (reply) => readRows(salesDay, reply));
  const readings = snapshots(from);
  const afterSales = collect(from, 'afterSales.day', (reply) => readSome(afterSalesRow, reply))[0];
  const agentWeek = collect(from, 'agent.week', (reply) => readSome(agentWeekRow, reply))[0];
  const followUps = collect(from, 'followUps.week', (reply) => readRows(followUpRow, reply));
  return {
    readings: {
      ...readings,
      ...(digest.category === '跟进' && followUpReadings(followUps)),
      ...(afterSales && afterSalesReadings(afterSales)),
      ...(agentWeek && agentWeekReadings(agentWeek)),
      ...(recent.length > 0 && salesReadings([...recent, ...lastYear], day, digest.compare)),
    },
    days: recent,
    channels: collect(from, 'sales.channels', (reply) => readRows(channelDay, reply)),
    products: collect(from, 'sales.products', (reply) => readRows(productRow, reply)),
    targetFen: collect(from, 'sales.target', (reply) => readRows(targetRow, reply))[0]?.targetFen ?? null,
    risks: collect(from, 'stock.risks', (reply) => readRows(riskRow, reply)),
    expiring: collect(from, 'stock.expiring', (reply) => readRows(expiringRow, reply)),
    followUps,
    afterSales,
    agentWeek,
    asOf: oldest(from),
    gaps: from.gaps,
  };
};

const queryWords: Readonly<Record<Gap['query'], string>> = {
  'sales.days': '销售',
  'sales.channels': '渠道',
  'sales.products': '单品',
  'sales.target': '目标',
  'stock.summary': '库存',
  'stock.risks': '缺货风险明细',
  'stock.expiring': '临期明细',
  'finance.receivables': '资金',
  'people.headcount': '人员',
  'followUps.week': '跟进',
  'afterSales.day': '售后',
  'agent.week': '工单',
};

const reasonWords: Readonly<Record<string, string>> = {
  source_unavailable: '暂时连不上',
  source_timeout: '查询超时',
  empty: '没有返回数据',
  truncated: '数据超过行数上限',
  malformed: '数据格式不符',
};

/** 渠道数据暂缺（BI 查询超时）. */
export const gapWords = (source: string, gaps: readonly Gap[]): string => {
  const what = [...new Set(gaps.map(({ query }) => queryWords[query]))].join('、');
  const why = [...new Set(gaps.map(({ reason }) => reasonWords[reason] ?? '查询失败'))].join('、');
  return `${what}数据暂缺（${source} ${why}）`;
};
