import { addDays, atTime, type Day } from '../calendar/day.ts';
import { sourceNames } from '../sources/source-event.ts';
import type { Desk } from './desk.ts';
import type { MeasuredClock, MeasuredCycle } from './measure.ts';
import {
  type Listed,
  listed,
  type Rate,
  rateOf,
  type Share,
  type Statistic,
  shareOf,
  statisticOf,
} from './statistic.ts';
import { type ClockKind, clockKinds } from './ticket.ts';

/** Days in Shanghai, both of them included. */
export type Days = { readonly from: Day; readonly to: Day };

type Asks = {
  readonly opened: Listed;
  readonly resolved: Listed;
  readonly resolution: Statistic;
  readonly inTime: Share;
};

/** What happened in the period; the formulas stand in docs/numbers.zh-CN.md. Merged tickets count as `merged` only. */
export type Numbers = {
  readonly opened: Listed;
  readonly taken: Share;
  readonly unclassified: Share;
  readonly resolved: Listed;
  readonly closedByRule: Listed;
  readonly closedHere: Share;
  readonly reopened: Rate;
  readonly merged: Listed;
  readonly batches: Listed;
  readonly firstResponse: Statistic;
  readonly nextResponse: Statistic;
  readonly resolution: Statistic;
  readonly inTime: Readonly<Record<ClockKind, Share>>;
  /** 时效达成率: of all four clocks together. */
  readonly inTimeAll: Share;
  /** With any of its clocks late. */
  readonly overdue: Listed;
  /** The platform decided because its deadline had passed. */
  readonly platformRefunds: Listed;
  readonly asks: Asks;
};

export type IsIn = (instant: string | undefined) => boolean;

/** Does an instant lie in the days? */
export const inside = ({ from, to }: Days): IsIn => {
  const start = atTime(from, '00:00').toISOString();
  const end = atTime(addDays(to, 1), '00:00').toISOString();
  return (instant) => instant !== undefined && instant >= start && instant < end;
};

/** One clock with the cycle in which it ran. */
type Run = MeasuredClock & { readonly of: MeasuredCycle; readonly ticket: MeasuredCycle['ticket'] };

const runsOf = (cycles: readonly MeasuredCycle[], clock: ClockKind): readonly Run[] =>
  cycles.flatMap((of) =>
    of.clocks.filter((each) => each.clock === clock).map((each) => ({ ...each, of, ticket: of.ticket })),
  );

/** Answers given in the period; unanswered is what ended in it without one, or began in it and still waits. */
const statisticIn = (isIn: IsIn, runs: readonly Run[]): Statistic =>
  statisticOf(
    runs.flatMap((run) =>
      run.minutes !== undefined && isIn(run.endedAt) ? [{ ...run, minutes: run.minutes }] : [],
    ),
    runs.filter(({ minutes, endedAt, startedAt }) => minutes === undefined && isIn(endedAt ?? startedAt)),
  );

const judgedIn = (isIn: IsIn, runs: readonly Run[], isLate: boolean): readonly Run[] =>
  runs.filter(({ judged }) => judged?.isLate === isLate && isIn(judged.at));

const inTimeShare = (isIn: IsIn, runs: readonly Run[]): Share =>
  shareOf(judgedIn(isIn, runs, false), judgedIn(isIn, runs, true));

const asksIn = (isIn: IsIn, cycles: readonly MeasuredCycle[]): Asks => {
  const runs = runsOf(cycles, 'resolution');
  return {
    opened: listed(cycles.filter(({ cycle, openedAt }) => cycle === 1 && isIn(openedAt))),
    resolved: listed(cycles.filter(({ resolution }) => isIn(resolution?.at))),
    resolution: statisticIn(isIn, runs),
    inTime: inTimeShare(isIn, runs),
  };
};

const openingsIn = (isIn: IsIn, cycles: readonly MeasuredCycle[]) => {
  const opened = cycles.filter(({ cycle, openedAt }) => cycle === 1 && isIn(openedAt));
  const split = (isSo: (cycle: MeasuredCycle) => boolean): Share =>
    shareOf(
      opened.filter(isSo),
      opened.filter((each) => !isSo(each)),
    );
  return {
    opened: listed(opened),
    taken: split(({ owner }) => owner !== undefined),
    unclassified: split(({ ticket }) => ticket.category === undefined),
  };
};

const endingsIn = (isIn: IsIn, cycles: readonly MeasuredCycle[]) => {
  const ended = cycles.filter(({ resolution }) => isIn(resolution?.at));
  const resolved = ended.filter(({ resolution }) => resolution?.by !== 'rule');
  return {
    resolved: listed(resolved),
    closedByRule: listed(ended.filter(({ resolution }) => resolution?.by === 'rule')),
    closedHere: shareOf(
      resolved.filter(({ resolution }) => resolution?.isHere),
      resolved.filter(({ resolution }) => !resolution?.isHere),
    ),
    reopened: rateOf(
      cycles.filter(({ reopenedAt }) => isIn(reopenedAt)),
      resolved,
    ),
  };
};

/** The platform ended it at its deadline or after, and nobody here had resolved it before. */
const isDecidedByPlatform = ({ of }: Run): boolean =>
  of.resolution?.by === 'source' &&
  of.ticket.sources.some(({ deadlineAt, endedAt = '' }) => deadlineAt !== undefined && endedAt >= deadlineAt);

const clocksIn = (isIn: IsIn, cycles: readonly MeasuredCycle[]) => {
  const runs = Object.fromEntries(clockKinds.map((clock) => [clock, runsOf(cycles, clock)]));
  const of = (clock: ClockKind): readonly Run[] => runs[clock] ?? [];
  const late = clockKinds.flatMap((clock) => judgedIn(isIn, of(clock), true));
  const refunded = of('platform')
    .filter(isDecidedByPlatform)
    .filter(({ endedAt }) => isIn(endedAt));
  return {
    firstResponse: statisticIn(isIn, of('firstResponse')),
    nextResponse: statisticIn(isIn, of('nextResponse')),
    resolution: statisticIn(isIn, of('resolution')),
    inTime: {
      firstResponse: inTimeShare(isIn, of('firstResponse')),
      nextResponse: inTimeShare(isIn, of('nextResponse')),
      resolution: inTimeShare(isIn, of('resolution')),
      platform: inTimeShare(isIn, of('platform')),
    },
    inTimeAll: inTimeShare(
      isIn,
      clockKinds.flatMap((clock) => of(clock)),
    ),
    overdue: listed([...new Map(late.map((run) => [run.ticket.ticket, run])).values()]),
    platformRefunds: listed(refunded),
  };
};

export const numbersOf = (cycles: readonly MeasuredCycle[], days: Days): Numbers => {
  const isIn = inside(days);
  const counted = cycles.filter(({ ticket }) => ticket.state !== 'merged');
  const merged = cycles.filter(({ ticket, cycle }) => ticket.state === 'merged' && cycle === 1);
  const ofKind = (kind: 'case' | 'child' | 'batch'): readonly MeasuredCycle[] =>
    counted.filter(({ ticket }) => ticket.kind === kind);
  const cases = ofKind('case');
  return {
    ...openingsIn(isIn, cases),
    ...endingsIn(isIn, cases),
    ...clocksIn(isIn, cases),
    merged: listed(merged.filter(({ openedAt }) => isIn(openedAt))),
    batches: listed(ofKind('batch').filter(({ cycle, openedAt }) => cycle === 1 && isIn(openedAt))),
    asks: asksIn(isIn, ofKind('child')),
  };
};

export const dimensions = ['person', 'team', 'category', 'sku', 'batch', 'source', 'day'] as const;
export type Dimension = (typeof dimensions)[number];

type Key = { readonly key: string; readonly name: string };
export type Group = Key & { readonly numbers: Numbers };

const keysOf: Readonly<
  Record<Exclude<Dimension, 'day'>, (cycle: MeasuredCycle, desk: Desk) => readonly Key[]>
> = {
  person: ({ owner }) => [{ key: owner?.person ?? '', name: owner?.name ?? '未领取' }],
  team: ({ ticket }, { teams }) => [
    { key: ticket.team, name: teams.find(({ id }) => id === ticket.team)?.name ?? ticket.team },
  ],
  category: ({ ticket: { category } }) => {
    const name = category && `${category.group} › ${category.name}`;
    return [{ key: name ?? '', name: name ?? '未分类' }];
  },
  sku: ({ ticket }) => {
    const found = ticket.skuIds.map((sku) => ({ key: sku, name: sku }));
    return found.length > 0 ? found : [{ key: '', name: '无商品' }];
  },
  batch: ({ ticket }) => [{ key: ticket.batchNo ?? '', name: ticket.batchNo ?? '无批次' }],
  source: ({ ticket }) => {
    const sources = [...new Set(ticket.sources.map(({ source }) => source))];
    return sources.length > 0
      ? sources.map((source) => ({ key: source, name: sourceNames[source] }))
      : [{ key: '', name: '无来源' }];
  },
};

const daysIn = ({ from, to }: Days): readonly Day[] => {
  const days: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
};

type Grouping = { readonly by: Dimension; readonly days: Days; readonly desk: Desk };

/**
 * The numbers of each person, team …, in the order of their keys. A case with two SKUs or from two sources counts in both,
 * so that groups may add up to more than the whole.
 */
export const groupNumbers = (
  cycles: readonly MeasuredCycle[],
  { by, days, desk }: Grouping,
): readonly Group[] => {
  if (by === 'day')
    return daysIn(days).map((day) => ({
      key: day,
      name: day,
      numbers: numbersOf(cycles, { from: day, to: day }),
    }));
  const groups = new Map<string, { readonly name: string; readonly cycles: MeasuredCycle[] }>();
  for (const cycle of cycles)
    for (const { key, name } of keysOf[by](cycle, desk)) {
      const group = groups.get(key) ?? { name, cycles: [] };
      group.cycles.push(cycle);
      groups.set(key, group);
    }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, group]) => ({ key, name: group.name, numbers: numbersOf(group.cycles, days) }));
};
