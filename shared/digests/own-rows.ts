import * as z from 'zod';
import { clip } from '../feishu/markdown.ts';
import type { Digest } from './definition.ts';
import type { Reading, Readings } from './readings.ts';
import { count, inUnit } from './wording.ts';

const number = z.number();
const minutes = z.nullable(number);
const name = z.string().transform((text) => clip(text, 24));

/** `afterSales.day`: one row about all cases of a period. Lists are the longest first. */
export const afterSalesRow = z.object({
  opened: number,
  taken: number,
  resolved: number,
  open: number,
  firstMedian: minutes,
  firstP90: minutes,
  answered: number,
  inTimeRatio: z.nullable(number),
  overdue: number,
  batches: number,
  unclassifiedRatio: z.nullable(number),
  platformRefunds: number,
  openByTeam: z.array(z.object({ team: name, open: number, unassigned: number })),
  categories: z.array(z.object({ name, count: number })),
  /** Where the cases can be read: their Base; empty until it is made. */
  url: z.string(),
});
export type AfterSales = z.output<typeof afterSalesRow>;

/** `agent.week`: one row about the reader's own cases of a period, and of their team only what names nobody. */
export const agentWeekRow = z.object({
  points: number,
  teamMedian: z.nullable(number),
  teamMean: z.nullable(number),
  teamPeople: number,
  firstMedian: minutes,
  firstP90: minutes,
  resolved: number,
  reopenRatio: z.nullable(number),
  reopened: number,
  lines: z.array(z.object({ ticket: z.string(), category: name, priority: z.string(), points: number })),
  url: z.string(),
});
export type AgentWeek = z.output<typeof agentWeekRow>;

const just = (value: number | null, extra?: string): Reading => ({
  value,
  bases: {},
  ...(extra && { extra }),
});

const p90Words = (p90: number | null): string | undefined =>
  p90 === null ? undefined : `P90 ${inUnit('minutes', p90)}`;

export const afterSalesReadings = (row: AfterSales): Readings => ({
  casesOpened: just(row.opened, `已领取 ${count(row.taken)}`),
  casesResolved: just(row.resolved, `未结 ${count(row.open)}`),
  firstResponse: just(row.firstMedian, p90Words(row.firstP90)),
  casesInTime: just(row.inTimeRatio, `超时 ${count(row.overdue)} 件`),
  casesOverdue: just(row.overdue),
  batchEvents: just(row.batches),
  unclassified: just(row.unclassifiedRatio),
  platformRefunds: just(row.platformRefunds),
});

const teamWords = ({ teamMedian, teamMean, teamPeople }: AgentWeek): string | undefined =>
  teamMedian === null
    ? undefined
    : `团队 ${teamPeople} 人：中位 ${inUnit('points', teamMedian)}，均值 ${inUnit('points', teamMean)}`;

export const agentWeekReadings = (row: AgentWeek): Readings => ({
  agentPoints: just(row.points, teamWords(row)),
  agentFirstResponse: just(row.firstMedian, p90Words(row.firstP90)),
  agentResolved: just(row.resolved),
  agentReopened: just(row.reopenRatio, row.reopened > 0 ? `重开 ${row.reopened} 件` : undefined),
});

type OwnFacts = {
  readonly followUps: readonly unknown[];
  readonly afterSales: AfterSales | undefined;
  readonly agentWeek: AgentWeek | undefined;
};

const isQuietDay = ({ opened, resolved, open, overdue }: AfterSales): boolean =>
  opened + resolved + open + overdue === 0;

/** Nobody had anything to follow up, no case came, ended or is open: worth no card. */
export const isIdle = (category: Digest['category'], facts: OwnFacts): boolean => {
  const { followUps, afterSales, agentWeek } = facts;
  if (category === '跟进') return followUps.length === 0;
  if (category === '售后') return afterSales !== undefined && isQuietDay(afterSales);
  return category === '我的一周' && agentWeek?.lines.length === 0;
};
