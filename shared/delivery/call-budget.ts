import { dayOf, monthOf } from '../calendar/day.ts';
import type { FeishuRequest } from '../feishu/client.ts';
import type { Outcome } from '../feishu/outcome.ts';
import { quotaNewsOf } from '../feishu/quota.ts';
import { errorFields, log } from '../log.ts';
import type { BudgetRows, CountedCall, MonthCalls } from '../store/budget.ts';
import type { Settings } from '../store/settings.ts';
import {
  type BudgetLevel,
  budgetSetting,
  budgetValueSchema,
  defaultBudget,
  levelOf,
  quotaOf,
  shareOf,
} from './budget-level.ts';

export type Standing = {
  readonly month: string;
  /** What the row says; `calls` has those of this invocation too. */
  readonly row: MonthCalls;
  readonly calls: number;
  readonly quota: number | null;
  /** Of the quota; 0 when there is none. */
  readonly share: number;
  readonly level: BudgetLevel;
};

export type Budget = {
  /** Told of every call of every app; what counts is what Feishu counts. */
  readonly onCall: (sender: string, request: FeishuRequest, outcome: Outcome<unknown>) => void;
  /** How the month stands. What was read is used for 60 s; the calls of this container are known at once. */
  readonly standing: (now: Date) => Promise<Standing>;
  /** Call at the end of an invocation: writes the calls it made. */
  readonly settle: (now: Date) => Promise<void>;
};

type BudgetDeps = { readonly rows: BudgetRows; readonly settings: Pick<Settings, 'current'> };

const cacheMs = 60_000;
/** So long nobody but a P0 asks a tenant again that has refused for its quota. */
const usedUpMs = 15 * 60_000;

const nothing: MonthCalls = { calls: 0, byDay: {}, byTopic: {}, bySender: {} };

/** A call that nobody has named is one for its API. */
const topicOfCall = ({ topic, method }: FeishuRequest): string => {
  if (topic !== undefined) return topic;
  if (method === 'GET') return 'reads';
  return method === 'PATCH' ? 'refreshes' : 'other';
};

type Counting = { readonly calls: readonly CountedCall[]; readonly usedUp: 'now' | 'over' | undefined };
type Counter = {
  readonly onCall: Budget['onCall'];
  readonly isUsedUp: () => boolean;
  readonly pending: () => number;
  /** What this container has counted and not written yet, once. */
  readonly take: () => Counting;
};

const counter = (): Counter => {
  let calls: CountedCall[] = [];
  let usedUp: Counting['usedUp'];
  return {
    onCall: (sender, request, outcome) => {
      const news = quotaNewsOf(request, outcome);
      if (news === 'counted') calls.push({ sender, topic: topicOfCall(request) });
      if (news === 'used_up') usedUp = 'now';
      else if (news === 'counted' && outcome.kind === 'ok' && usedUp === 'now') usedUp = 'over';
    },
    isUsedUp: () => usedUp === 'now',
    pending: () => calls.length,
    take: () => {
      const taken = { calls, usedUp };
      calls = [];
      usedUp = undefined;
      return taken;
    },
  };
};

/** The month as it was read. */
type Known = {
  readonly month: string;
  readonly at: number;
  readonly row: MonthCalls;
  readonly quota: number | null;
};

const monthAt = (now: Date): string => monthOf(dayOf(now));

const isUsedUpAt = ({ row }: Pick<Known, 'row'>, now: Date): boolean =>
  row.usedUpUntil !== undefined && Date.parse(row.usedUpUntil) > now.getTime();

const readQuota = async (settings: BudgetDeps['settings'], month: string): Promise<number | null> => {
  const found = await settings.current(budgetSetting);
  return quotaOf(found ? budgetValueSchema.parse(found.value) : defaultBudget, month);
};

/** Writes what was counted since the last time; answers the month as it is then. */
const writeCounted = async (
  { rows }: BudgetDeps,
  { calls, usedUp }: Counting,
  { now, wasUsedUp }: { readonly now: Date; readonly wasUsedUp: boolean },
): Promise<MonthCalls> => {
  // It was refused, and what has left since was taken: the quota was raised.
  const isOver = usedUp === 'over' || (usedUp === undefined && calls.length > 0 && wasUsedUp);
  const until = usedUp === 'now' ? new Date(now.getTime() + usedUpMs).toISOString() : undefined;
  const counted = { day: dayOf(now).slice(8), calls, usedUpUntil: until ?? (isOver ? null : undefined) };
  return (await rows.add(monthAt(now), counted)) ?? nothing;
};

/** What was read last, and how to read it again. */
const monthReader = (deps: BudgetDeps, counted: Counter) => {
  let known: Known | undefined;
  const write = (now: Date): Promise<MonthCalls> =>
    writeCounted(deps, counted.take(), { now, wasUsedUp: known !== undefined && isUsedUpAt(known, now) });
  const read = async (now: Date): Promise<Known> => {
    const month = monthAt(now);
    const before = known?.month === month ? known : undefined;
    try {
      const [row, quota] = await Promise.all([write(now), readQuota(deps.settings, month)]);
      known = { month, at: now.getTime(), row, quota };
    } catch (error) {
      // What can't be read keeps nobody's card back; a count that is lost makes the forecast a little low.
      log.warn('budget_not_read', errorFields(error));
      known = { month, at: now.getTime(), row: before?.row ?? nothing, quota: before?.quota ?? null };
    }
    return known;
  };
  return {
    read,
    fresh: (now: Date): Known | undefined => {
      if (known?.month !== monthAt(now) || now.getTime() - known.at >= cacheMs) return undefined;
      // A refusal is for everybody: it is written before the next one is asked for.
      return counted.isUsedUp() && !isUsedUpAt(known, now) ? undefined : known;
    },
    settle: async (now: Date): Promise<void> => {
      const row = await write(now);
      if (known?.month === monthAt(now)) known = { ...known, row };
    },
  };
};

/** The calls of a tenant's month: counted here, written once per invocation (or minute of a long one), judged by all. */
export const callBudget = (deps: BudgetDeps): Budget => {
  const counted = counter();
  const months = monthReader(deps, counted);
  let reading: Promise<Known> | undefined;
  const readOnce = (now: Date): Promise<Known> => {
    reading ??= months.read(now).finally(() => {
      reading = undefined;
    });
    return reading;
  };
  return {
    onCall: counted.onCall,
    standing: async (now) => {
      const known = months.fresh(now) ?? (await readOnce(now));
      const { month, row, quota } = known;
      const calls = row.calls + counted.pending();
      const share = shareOf(calls, quota);
      return { month, row, calls, quota, share, level: isUsedUpAt(known, now) ? 'usedUp' : levelOf(share) };
    },
    settle: async (now) => {
      if (counted.pending() === 0 && !counted.isUsedUp()) return;
      try {
        await months.settle(now);
      } catch (error) {
        // The cards are out.
        log.warn('budget_not_written', errorFields(error));
      }
    },
  };
};
