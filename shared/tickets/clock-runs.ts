import type { Break, BusinessTime } from '../calendar/business-time.ts';
import { timeOf } from './counted-time.ts';
import type { ClockBudget, Desk, SlaPolicy } from './desk.ts';
import type { Rules } from './rules.ts';
import type { ClockKind, Cycle, Ticket, TicketState } from './ticket.ts';

/** One clock of the present cycle, with all that its moments are computed from. Instants are ms since 1970. */
export type ClockRun = {
  readonly kind: ClockKind;
  readonly start: number;
  readonly budget: ClockBudget;
  readonly time: BusinessTime;
  readonly breaks: readonly Break[];
  readonly stop: number | undefined;
  /** Absent while it stands still and the budget is not used up. */
  readonly due: number | undefined;
};

type Started = Pick<ClockRun, 'kind' | 'start' | 'budget'> & Partial<Pick<ClockRun, 'breaks' | 'stop'>>;
type Policed = { readonly policy: SlaPolicy; readonly desk: Desk };

const run = (rules: Rules, { kind, start, budget, breaks = [], stop }: Started): ClockRun => {
  const time = timeOf(rules, budget.calendar);
  return { kind, start, budget, time, breaks, stop, due: time.add(start, budget.minutes, breaks) };
};

const instant = (at: string | undefined): number | undefined =>
  at === undefined ? undefined : Date.parse(at);

/** The first policy that fits. */
export const policyOf = ({ policies }: Desk, { priority, category }: Ticket): SlaPolicy | undefined =>
  policies.find(
    (each) => each.priority === priority && (each.group === undefined || each.group === category?.group),
  );

/** While it was merged into another it went on as if it were not: the state before counts. */
const pausesOf = ({ spans, cycle }: Ticket, pausedIn: readonly TicketState[]): readonly Break[] => {
  const own = spans.filter((span) => span.cycle === cycle && span.state !== 'merged');
  return own.flatMap(({ at, state }, index) =>
    pausedIn.includes(state) ? [{ from: Date.parse(at), to: instant(own[index + 1]?.at) ?? Infinity }] : [],
  );
};

/** When the cycle ended; a case may also be closed that nobody resolved. */
const endOf = ({ state, spans }: Ticket, { resolvedAt }: Cycle): number | undefined =>
  instant(resolvedAt ?? (state === 'closed' ? spans.at(-1)?.at : undefined));

type Budgets = Pick<SlaPolicy, 'firstResponse' | 'nextResponse' | 'resolution'>;

/** A colleague who was asked owes a finding and no answer to a customer. */
export const budgetsOf = (ticket: Ticket, policy: SlaPolicy, { batch }: Desk): Partial<Budgets> => {
  if (ticket.kind === 'batch') return batch;
  if (ticket.kind === 'case') return policy;
  const asked = ticket.ask && policy.asks[ticket.ask];
  return { resolution: asked ?? policy.resolution };
};

/** It begins with the first message that nobody has answered, once a person has answered at all. */
const nextResponseOf = (
  ticket: Ticket,
  cycle: Cycle,
  budget: ClockBudget | undefined,
): readonly Started[] => {
  const isAnswered = cycle.firstRespondedAt !== undefined;
  if (!budget || !isAnswered || ticket.waitingSince === undefined) return [];
  return [{ kind: 'nextResponse', start: Date.parse(ticket.waitingSince), budget }];
};

/**
 * Everything is counted from the cycle's opening by the rules of now, so a changed priority or policy keeps its pauses.
 * The first response has none: only a person's answer makes us wait for the customer, and that answer stops it.
 */
const startedIn = (ticket: Ticket, cycle: Cycle, { policy, desk }: Policed): readonly Started[] => {
  const { firstResponse, nextResponse, resolution } = budgetsOf(ticket, policy, desk);
  const start = Date.parse(cycle.openedAt);
  const end = endOf(ticket, cycle);
  const answered = instant(cycle.firstRespondedAt) ?? end;
  const breaks = pausesOf(ticket, policy.pausedIn);
  return [
    ...(firstResponse
      ? [{ kind: 'firstResponse' as const, start, budget: firstResponse, stop: answered }]
      : []),
    ...nextResponseOf(ticket, cycle, nextResponse),
    ...(resolution ? [{ kind: 'resolution' as const, start, budget: resolution, breaks, stop: end }] : []),
  ];
};

const ownRuns = (ticket: Ticket, rules: Rules): readonly ClockRun[] => {
  const policy = policyOf(rules.desk, ticket);
  const cycle = ticket.cycles.at(-1);
  if (!policy || !cycle) return [];
  return startedIn(ticket, cycle, { policy, desk: rules.desk }).map((each) => run(rules, each));
};

/** The earliest deadline of a source where the case is open, else of one where it ended: natural time, no pause. */
const platformRun = ({ sources, openedAt }: Ticket, rules: Rules): readonly ClockRun[] => {
  const [first] = sources
    .flatMap(({ deadlineAt, ended, endedAt }) => (deadlineAt ? [{ deadlineAt, ended, endedAt }] : []))
    .toSorted(
      (a, b) => Number(a.ended) - Number(b.ended) || Date.parse(a.deadlineAt) - Date.parse(b.deadlineAt),
    );
  if (!first || (first.ended && first.endedAt === undefined)) return [];
  const start = Math.min(Date.parse(openedAt), Date.parse(first.deadlineAt));
  const budget = { minutes: (Date.parse(first.deadlineAt) - start) / 60_000, calendar: 'wall' };
  return [
    run(rules, { kind: 'platform', start, budget, stop: first.ended ? instant(first.endedAt) : undefined }),
  ];
};

/** The clocks of its present cycle. What stands for another ticket has none of its own. */
export const runsOf = (ticket: Ticket, rules: Rules): readonly ClockRun[] =>
  ticket.state === 'merged' ? [] : [...ownRuns(ticket, rules), ...platformRun(ticket, rules)];

/** Nobody knows when it goes on. */
export const isPaused = ({ breaks, stop }: ClockRun): boolean =>
  stop === undefined && breaks.some(({ to }) => to === Infinity);

/** Whether it was late when it stopped, or is at `now`; a late clock stays late while it stands still. */
export const isLate = ({ due, stop }: ClockRun, now: number): boolean =>
  due !== undefined && (stop === undefined ? due <= now : due < stop);
