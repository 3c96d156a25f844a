import { closeAfterHours } from '../../config/tickets/policies.ts';
import { type ClockRun, isLate, runsOf } from './clock-runs.ts';
import { openRungs } from './ladder.ts';
import type { Rules } from './rules.ts';
import type { Clock, ClockKind, Clocks, Ticket } from './ticket.ts';

const text = (instant: number): string => new Date(Math.ceil(instant)).toISOString();

const breachName = ({ cycle }: Ticket, kind: ClockKind): string => `${cycle}:${kind}`;

const clockOf = (ticket: Ticket, { kind, start, stop, due, budget, time }: ClockRun): Clock => {
  const breachedAt = ticket.breaches[breachName(ticket, kind)];
  const isOfThisRun = breachedAt !== undefined && Date.parse(breachedAt) >= start;
  return {
    startedAt: text(start),
    budgetMinutes: budget.minutes,
    calendar: budget.calendar,
    ...(due !== undefined && { dueAt: text(due) }),
    ...(stop !== undefined && { stoppedAt: text(stop) }),
    ...(isOfThisRun && { breachedAt }),
    ...(due !== undefined && time.isProvisional(start, due) && { provisional: true }),
  };
};

/** The clocks of the ticket as its spans and the rules make them. */
export const clocksOf = (ticket: Ticket, rules: Rules): Clocks =>
  Object.fromEntries(runsOf(ticket, rules).map((run) => [run.kind, clockOf(ticket, run)]));

type Breach = { readonly clock: ClockKind; readonly at: string };

/** Breaches that no row of the history tells of yet, also of clocks that stopped late before anybody looked. */
const openBreaches = (ticket: Ticket, runs: readonly ClockRun[], now: number): readonly Breach[] =>
  runs.flatMap((run) => {
    const isKnown = ticket.breaches[breachName(ticket, run.kind)] !== undefined;
    return run.due === undefined || isKnown || !isLate(run, now)
      ? []
      : [{ clock: run.kind, at: text(run.due) }];
  });

/** Clocks that are late at `now` for the first time, and since when. */
export const dueBreaches = (ticket: Ticket, rules: Rules, now: Date): readonly Breach[] =>
  openBreaches(ticket, runsOf(ticket, rules), now.getTime());

/** A resolved case is closed when nobody has said anything for so long, and not while a platform's deadline is ahead. */
const closesAt = ({ state, cycles }: Ticket, runs: readonly ClockRun[]): number => {
  const resolvedAt = cycles.at(-1)?.resolvedAt;
  if (state !== 'resolved' || resolvedAt === undefined) return Infinity;
  const platform = runs.find(({ kind, stop }) => kind === 'platform' && stop === undefined);
  return Math.max(Date.parse(resolvedAt) + closeAfterHours * 3_600_000, platform?.due ?? 0);
};

export const isToClose = (ticket: Ticket, rules: Rules, now: Date): boolean =>
  closesAt(ticket, runsOf(ticket, rules)) <= now.getTime();

/** The next moment at which time alone does something to it: a rung, a breach, the end of its silence. */
export const nextDueAt = (ticket: Ticket, rules: Rules): string | undefined => {
  const runs = runsOf(ticket, rules);
  const moments = [
    ...openRungs(ticket, rules, runs).map(({ at }) => at),
    ...openBreaches(ticket, runs, Infinity).map(({ at }) => Date.parse(at)),
    closesAt(ticket, runs),
  ];
  const next = Math.min(...moments);
  return Number.isFinite(next) ? text(next) : undefined;
};
