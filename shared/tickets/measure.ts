import type { Break } from '../calendar/business-time.ts';
import { budgetsOf, policyOf } from './clock-runs.ts';
import { timeOf } from './counted-time.ts';
import type { ClockBudget } from './desk.ts';
import type { TicketEvent } from './event.ts';
import type { Rules } from './rules.ts';
import { type Ending, type Resolved, resolutionsOf, type Step, stepsOf, waitsOf } from './steps.ts';
import {
  type ClockKind,
  type Cycle,
  isOpen,
  type Priority,
  type Ticket,
  type TicketSpan,
  type Who,
} from './ticket.ts';

/** One clock that ran in one cycle. */
export type MeasuredClock = {
  readonly clock: ClockKind;
  readonly startedAt: string;
  readonly ending: Ending;
  readonly endedAt?: string;
  /** Of its calendar, in thousandths; absent while it runs and where its end answers nobody. */
  readonly minutes?: number;
  /** Decided once, when it was due or had ended in time: no two periods count it. */
  readonly judged?: { readonly at: string; readonly isLate: boolean };
};

export type MeasuredCycle = {
  readonly ticket: Ticket;
  readonly cycle: number;
  readonly openedAt: string;
  readonly priority: Priority;
  /** Who had it last in this cycle. */
  readonly owner?: Who;
  readonly resolution?: Resolved;
  /** When the next cycle began. */
  readonly reopenedAt?: string;
  readonly clocks: readonly MeasuredClock[];
};

type Round = {
  readonly ticket: Ticket;
  readonly cycle: Cycle;
  readonly spans: readonly TicketSpan[];
  readonly priority: Priority;
  readonly rules: Rules;
  readonly resolved: Resolved | undefined;
};

type Ran = Omit<MeasuredClock, 'judged' | 'minutes'> & {
  readonly budget: ClockBudget | undefined;
  readonly breaks?: readonly Break[];
};

const thousandths = (minutes: number): number => Math.round(minutes * 1000) / 1000;

/** A breach that stands in the history is never undone, whatever the rules say today. */
const recordedBreach = ({ ticket, cycle }: Round, { clock, startedAt, endedAt }: Ran): string | undefined => {
  const at = ticket.breaches[`${cycle.cycle}:${clock}`];
  return at !== undefined && at >= startedAt && at <= (endedAt ?? at) ? at : undefined;
};

const isAnswer = (clock: ClockKind, ending: Ending): boolean =>
  ending === 'person' || (ending === 'source' && (clock === 'resolution' || clock === 'platform'));

type Answered = Ran & { readonly endedAt: string; readonly budget: ClockBudget };

const judgement = ({ startedAt, endedAt, budget, breaks }: Answered, { rules }: Round) => {
  const due = timeOf(rules, budget.calendar).add(Date.parse(startedAt), budget.minutes, breaks);
  return due !== undefined && due < Date.parse(endedAt)
    ? { at: new Date(Math.ceil(due)).toISOString(), isLate: true }
    : { at: endedAt, isLate: false };
};

const measure = (round: Round, ran: Ran): MeasuredClock => {
  const { budget, breaks, ...clock } = ran;
  const breachedAt = recordedBreach(round, ran);
  const late = breachedAt === undefined ? {} : { judged: { at: breachedAt, isLate: true } };
  const { startedAt, endedAt } = clock;
  if (endedAt === undefined || !isAnswer(clock.clock, clock.ending)) return { ...clock, ...late };
  const time = timeOf(round.rules, budget?.calendar ?? 'wall');
  const minutes = thousandths(time.minutesBetween(Date.parse(startedAt), Date.parse(endedAt), breaks));
  return {
    ...clock,
    minutes,
    ...(budget && { judged: judgement({ ...ran, endedAt, budget }, round) }),
    ...late,
  };
};

/** How a clock ends that nobody has answered; closed without a resolution, it was a rule's. */
const unansweredEnd = ({ ticket, cycle, spans, resolved }: Round): Pick<Ran, 'ending' | 'endedAt'> => {
  if (resolved) return { ending: resolved.by, endedAt: resolved.at };
  if (isOpen(ticket) && ticket.cycle === cycle.cycle) return { ending: 'running' };
  const closedAt = spans.find(({ state }) => state === 'closed')?.at;
  return { ending: 'rule', ...(closedAt !== undefined && { endedAt: closedAt }) };
};

const firstAnswer = (round: Round, budget: ClockBudget): Ran => {
  const { openedAt: startedAt, firstRespondedAt: endedAt } = round.cycle;
  const ended = endedAt === undefined ? unansweredEnd(round) : { ending: 'person' as const, endedAt };
  // A colleague's resolution is an answer; what stands here without one was ended by the platform or a rule.
  return { clock: 'firstResponse', startedAt, ...ended, budget };
};

/** When the resolution clock stood still; while it stood for another ticket it went on. */
const pausesOf = ({ spans }: Round, pausedIn: readonly string[]): readonly Break[] => {
  const own = spans.filter(({ state }) => state !== 'merged');
  return own.flatMap(({ at, state }, index) => {
    const next = own[index + 1]?.at;
    return pausedIn.includes(state)
      ? [{ from: Date.parse(at), to: next === undefined ? Infinity : Date.parse(next) }]
      : [];
  });
};

/** The platform's deadline in natural time: met or missed once, in the cycle that it falls into. */
const platform = ({ ticket, cycle }: Round): readonly Ran[] => {
  const [first] = ticket.sources
    .flatMap(({ deadlineAt, endedAt }) => (deadlineAt === undefined ? [] : [{ deadlineAt, endedAt }]))
    .toSorted((a, b) => a.deadlineAt.localeCompare(b.deadlineAt));
  if (!first) return [];
  const { deadlineAt, endedAt } = first;
  const decidedAt = endedAt !== undefined && endedAt < deadlineAt ? endedAt : deadlineAt;
  if (ticket.cycles.findLast(({ openedAt }) => openedAt <= decidedAt)?.cycle !== cycle.cycle) return [];
  const minutes = (Date.parse(deadlineAt) - Date.parse(cycle.openedAt)) / 60_000;
  const ended =
    endedAt === undefined ? { ending: 'running' as const } : { ending: 'source' as const, endedAt };
  return [{ clock: 'platform', startedAt: cycle.openedAt, ...ended, budget: { minutes, calendar: 'wall' } }];
};

const nextResponses = ({ ticket, cycle }: Round, steps: readonly Step[], budget: ClockBudget): Ran[] =>
  waitsOf(steps, ticket)
    .filter((wait) => wait.cycle === cycle.cycle)
    .map(({ startedAt, endedAt, ending }) => {
      const ended = endedAt === undefined ? {} : { endedAt };
      return { clock: 'nextResponse', startedAt, ...ended, ending, budget };
    });

const clocksIn = (round: Round, steps: readonly Step[]): readonly Ran[] => {
  const { ticket, cycle, rules, priority } = round;
  const policy = policyOf(rules.desk, { ...ticket, priority });
  if (!policy) return platform(round);
  const { firstResponse, nextResponse, resolution } = budgetsOf(ticket, policy, rules.desk);
  const breaks = pausesOf(round, policy.pausedIn);
  const resolving = { clock: 'resolution', startedAt: cycle.openedAt, budget: resolution, breaks } as const;
  return [
    ...(firstResponse ? [firstAnswer(round, firstResponse)] : []),
    ...(nextResponse ? nextResponses(round, steps, nextResponse) : []),
    { ...resolving, ...unansweredEnd(round) },
    ...platform(round),
  ];
};

/**
 * What happened in each cycle of a ticket, and how long it took by these rules. The moments are those of the ticket; its
 * history adds what a ticket doesn't keep: earlier resolutions, and every wait for a next answer.
 */
export const measureTicket = (
  ticket: Ticket,
  history: readonly TicketEvent[],
  rules: Rules,
): readonly MeasuredCycle[] => {
  const steps = stepsOf(history);
  const resolutions = resolutionsOf(steps);
  return ticket.cycles.map((cycle, index) => {
    const spans = ticket.spans.filter((span) => span.cycle === cycle.cycle);
    const priority = spans.at(-1)?.priority ?? ticket.priority;
    const resolved = resolutions.get(cycle.cycle);
    const reopenedAt = ticket.cycles[index + 1]?.openedAt;
    const round: Round = { ticket, cycle, spans, priority, rules, resolved };
    return {
      ...{ ticket, cycle: cycle.cycle, openedAt: cycle.openedAt, priority },
      ...(cycle.owner && { owner: cycle.owner }),
      ...(resolved && { resolution: resolved }),
      ...(reopenedAt !== undefined && { reopenedAt }),
      clocks: clocksIn(round, steps).map((ran) => measure(round, ran)),
    };
  });
};
