import type { MeasuredCycle } from './measure.ts';
import { type Days, type IsIn, inside } from './numbers.ts';
import { meanOf, medianOf } from './statistic.ts';
import type { Priority, Who } from './ticket.ts';

/** 难度: what closing a case of this priority is worth. */
const difficulty: Readonly<Record<Priority, number>> = { P0: 3, P1: 2, P2: 1, P3: 0.5 };
const answeredInTime = 0.2;
const solvedAtOnce = 0.3;
const reopenedAfter = -0.5;
const overdue = -0.5;

type Parts = {
  readonly closed: number;
  readonly answeredInTime: number;
  readonly solvedAtOnce: number;
  readonly reopened: number;
  readonly overdue: number;
};

/** What one cycle of one ticket gave or took in the period: the parts add up to `total`. */
export type PointLine = Parts & {
  readonly ticket: string;
  readonly cycle: number;
  readonly priority: Priority;
  /** merged, auto: nobody's work, so it gives and takes nothing. */
  readonly counts: 'yes' | 'merged' | 'auto';
  readonly total: number;
};

export type Points = { readonly who: Who; readonly total: number; readonly lines: readonly PointLine[] };

const nothing: Parts = { closed: 0, answeredInTime: 0, solvedAtOnce: 0, reopened: 0, overdue: 0 };

const isLate = ({ clocks }: MeasuredCycle): boolean =>
  clocks.some(({ clock, judged }) => judged?.isLate && (clock === 'resolution' || clock === 'platform'));

const isAnsweredInTime = ({ clocks }: MeasuredCycle): boolean =>
  clocks.some(({ clock, judged }) => clock === 'firstResponse' && judged?.isLate === false);

/** A reopened case that its owner closes again is still one case. */
const forClosing = (cycle: MeasuredCycle, isFirst: boolean): Parts => ({
  closed: isFirst ? difficulty[cycle.priority] : 0,
  answeredInTime: isAnsweredInTime(cycle) ? answeredInTime : 0,
  solvedAtOnce: cycle.cycle === 1 ? solvedAtOnce : 0,
  reopened: 0,
  overdue: isLate(cycle) ? overdue : 0,
});

/** Reopening also takes back what 一次解决 gave: a period that is over keeps its points. */
const forReopening = ({ cycle }: MeasuredCycle): Parts => ({
  ...nothing,
  solvedAtOnce: cycle === 1 ? -solvedAtOnce : 0,
  reopened: reopenedAfter,
});

const countsOf = ({ ticket, resolution }: MeasuredCycle): PointLine['counts'] => {
  if (ticket.state === 'merged') return 'merged';
  return resolution?.by === 'person' ? 'yes' : 'auto';
};

/** Tenths, because 0.1 + 0.2 is not 0.3. */
const tenths = (points: number): number => Math.round(points * 10) / 10;

const partNames = ['closed', 'answeredInTime', 'solvedAtOnce', 'reopened', 'overdue'] as const;

const sumOf = (some: Parts, more: Parts): Parts => ({
  closed: some.closed + more.closed,
  answeredInTime: tenths(some.answeredInTime + more.answeredInTime),
  solvedAtOnce: tenths(some.solvedAtOnce + more.solvedAtOnce),
  reopened: some.reopened + more.reopened,
  overdue: some.overdue + more.overdue,
});

const lineOf = (cycle: MeasuredCycle, isFirst: boolean, isIn: IsIn): PointLine => {
  const counts = countsOf(cycle);
  const closing = isIn(cycle.resolution?.at) ? forClosing(cycle, isFirst) : nothing;
  const reopening = isIn(cycle.reopenedAt) ? forReopening(cycle) : nothing;
  const parts = counts === 'yes' ? sumOf(closing, reopening) : nothing;
  const total = tenths(partNames.reduce((sum, name) => sum + parts[name], 0));
  const { ticket, priority } = cycle;
  return { ticket: ticket.ticket, cycle: cycle.cycle, priority, counts, ...parts, total };
};

/**
 * Points of everybody who closed a case in the period, or got one back, in the order of their ids:
 * 结案 1 × 难度 + 首响达标 0.2 + 一次解决 0.3 − 重开 0.5 − 超时 0.5 for whoever had it last. Every ticket of the cycles must be
 * among them with all its cycles.
 */
export const pointsOf = (cycles: readonly MeasuredCycle[], days: Days): readonly Points[] => {
  const isIn = inside(days);
  const closers = new Set<string>();
  const lines = new Map<string, { readonly who: Who; readonly lines: PointLine[] }>();
  for (const cycle of cycles.filter(({ ticket }) => ticket.kind === 'case')) {
    const { owner, resolution, reopenedAt } = cycle;
    if (!owner || !resolution) continue;
    const closer = `${cycle.ticket.ticket}:${owner.person}`;
    const isFirst = !closers.has(closer);
    if (resolution.by === 'person') closers.add(closer);
    if (!isIn(resolution.at) && !isIn(reopenedAt)) continue;
    const found = lines.get(owner.person) ?? { who: owner, lines: [] };
    found.lines.push(lineOf(cycle, isFirst, isIn));
    lines.set(owner.person, found);
  }
  return [...lines.values()]
    .sort((a, b) => (a.who.person < b.who.person ? -1 : 1))
    .map((each) => ({ ...each, total: tenths(each.lines.reduce((sum, { total }) => sum + total, 0)) }));
};

/** What a team's own are told of the others: never who. Null below five people, whom one could tell apart. */
export type TeamPoints = {
  readonly people: number;
  readonly median: number | null;
  readonly mean: number | null;
};

const fewest = 5;

export const teamPoints = (points: readonly Points[]): TeamPoints => {
  const totals = points.map(({ total }) => total);
  const isEnough = totals.length >= fewest;
  return {
    people: totals.length,
    median: isEnough ? medianOf(totals) : null,
    mean: isEnough ? meanOf(totals) : null,
  };
};
