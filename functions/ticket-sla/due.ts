import type { Person } from '../../shared/store/people.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import { type ChangeDeps, changeTicket, type Plan } from '../../shared/tickets/change.ts';
import { dueBreaches, isToClose } from '../../shared/tickets/clocks.ts';
import type { By, ChangeInput } from '../../shared/tickets/event.ts';
import { dueRungs } from '../../shared/tickets/ladder.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import { resolveTargets } from '../../shared/tickets/targets.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';

export type DueDeps = ChangeDeps & {
  readonly tickets: Pick<Tickets, 'find' | 'write' | 'findDue' | 'wakeFlow'>;
  /** Everybody who is here; asked for only when a rung is due. */
  readonly people: () => Promise<readonly Person[]>;
};

export type Done = 'told' | 'breached' | 'closed' | 'woken' | 'recounted' | 'settled';

/** The stream has had so long for a change; then it has lost it. */
const flowAfterMs = 60_000;
const bySla: By = { kind: 'rule', rule: 'sla' };

const rungChanges = async (deps: DueDeps, ticket: Ticket, rules: Rules): Promise<readonly ChangeInput[]> => {
  const now = deps.now();
  const due = dueRungs(ticket, rules, now);
  if (due.length === 0) return [];
  const present = { desk: rules.desk, people: await deps.people(), now };
  return due.map(({ key, tells }) => {
    const to = resolveTargets(tells, ticket, present).map(({ person }) => person);
    return { do: 'rung', rung: key, to };
  });
};

/** A case that closes tells nobody any more. */
const endChanges = async (deps: DueDeps, ticket: Ticket, rules: Rules) =>
  isToClose(ticket, rules, deps.now())
    ? ({ result: 'closed', changes: [{ do: 'closed', because: '解决后 72 小时没有新消息' }] } as const)
    : ({ result: 'told', changes: await rungChanges(deps, ticket, rules) } as const);

/** What time alone has done to a ticket by now. */
const planDue =
  (deps: DueDeps) =>
  async (ticket: Ticket, rules: Rules): Promise<Plan<Done>> => {
    const breaches = dueBreaches(ticket, rules, deps.now());
    const end = await endChanges(deps, ticket, rules);
    const changes = [...breaches.map((breach) => ({ do: 'breached' as const, ...breach })), ...end.changes];
    if (changes.length === 0) return { intents: [], result: 'settled' };
    const result = end.changes.length > 0 ? end.result : 'breached';
    return { intents: [{ id: ticket.ticket, before: ticket, by: bySla, changes }], result };
  };

const isDue = (at: string | undefined, now: Date): boolean =>
  at !== undefined && Date.parse(at) <= now.getTime();

/** Nothing is due, yet the index says so: by rules of before. Its moments are computed anew, or it is read every minute. */
const recount = async (deps: DueDeps, id: string): Promise<Done> => {
  await changeTicket(deps)(id, (before, { desk }) => {
    const change = { do: 'rules_changed' as const, version: desk.version };
    return { intents: [{ id, before, by: bySla, changes: [change] }], result: undefined };
  });
  return 'recounted';
};

/** Why the index calls it due when its clocks don't: a change that the stream lost, or rules of before. */
const settleRest =
  (deps: DueDeps) =>
  async (id: string): Promise<Done> => {
    const now = deps.now();
    const row = await deps.tickets.findDue(id);
    if (row?.work === undefined) return isDue(row?.nextDueAt, now) ? recount(deps, id) : 'settled';
    if (Date.parse(row.changedAt) + flowAfterMs > now.getTime()) return 'settled';
    await deps.tickets.wakeFlow(id, now);
    return 'woken';
  };

/** Works off one ticket that the index calls due. Throws ConflictError `ticket_changed_meanwhile`. */
export const settleDue =
  (deps: DueDeps) =>
  async (id: string): Promise<Done> => {
    const changed = await changeTicket(deps)(id, planDue(deps));
    return changed?.result === 'settled' ? settleRest(deps)(id) : (changed?.result ?? 'settled');
  };
