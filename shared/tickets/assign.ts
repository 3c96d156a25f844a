import type { Person } from '../store/people.ts';
import type { Write } from '../store/table.ts';
import type { TicketKeys } from '../store/ticket-keys.ts';
import type { Tickets } from '../store/tickets.ts';
import { type ChangeDeps, changeTicket, type Plan } from './change.ts';
import type { By, ChangeInput } from './event.ts';
import { afterGiving, type Candidate, candidatesOf, openCount, type Wanted } from './route.ts';
import type { Rules } from './rules.ts';
import { teamOf } from './team-people.ts';
import { isOpen, type Ticket } from './ticket.ts';

export type AssignDeps = ChangeDeps & {
  readonly tickets: Pick<Tickets, 'find' | 'write' | 'listOfOwner' | 'listUnassigned'>;
  readonly keys: Pick<TicketKeys, 'findRouter' | 'routerWrite'>;
  /** Everybody who is here. */
  readonly people: () => Promise<readonly Person[]>;
};

export const byRouting: By = { kind: 'rule', rule: 'routing' };

export type Choice =
  /** `also` must be true at the same moment, or somebody's cap could be passed. */
  | {
      readonly kind: 'given';
      readonly candidate: Candidate;
      readonly change: ChangeInput;
      readonly also: Write;
    }
  | { readonly kind: 'nobody'; readonly because: string };

const words: Readonly<Record<Candidate['how'], string>> = {
  sourceAgent: '原接待客服在班',
  roundRobin: '在班人员轮流',
  duty: '值班',
  reopened: '仍由原负责人处理',
};

/** The wish without its team: a team that was taken out of the settings is the default one's. */
export type Wish = Omit<Wanted, 'team'> & { readonly team: string };

const wantedOf = ({ team, ...wish }: Wish, { desk }: Rules): Wanted | undefined => {
  const found = teamOf(desk, team) ?? teamOf(desk, desk.defaultTeam);
  return found && { ...wish, team: found };
};

/** Whom to give it to now. Reads one index page per person who is asked; usually the first has room. */
export const chooseOwner =
  ({ tickets, keys, people, now }: AssignDeps) =>
  async (wish: Wish, rules: Rules): Promise<Choice> => {
    const wanted = wantedOf(wish, rules);
    if (!wanted) return { kind: 'nobody', because: `没有“${wish.team}”这个团队` };
    const [router, here] = await Promise.all([keys.findRouter(wanted.team.id), people()]);
    const at = now();
    const candidates = candidatesOf({ rules, people: here, router }, wanted, at);
    for (const candidate of candidates) {
      const { who, cap, how } = candidate;
      const open = openCount(router, who.person, await tickets.listOfOwner(who.person));
      if (open >= cap) continue;
      const next = afterGiving(router, { person: who.person, ticket: wish.ticket }, at);
      return {
        kind: 'given',
        candidate,
        change: { do: 'assigned', to: who, how, because: words[how] },
        also: keys.routerWrite(router, next),
      };
    }
    const because = candidates.length > 0 ? '在班人员都已达到上限' : '现在没有人在班';
    return { kind: 'nobody', because: `${wanted.team.name}${because}` };
  };

/** The source's own agents, as the rota names them. */
export const agentsOf = ({ sources }: Pick<Ticket, 'sources'>): readonly string[] =>
  sources.flatMap(({ source, agentId }) => (agentId === undefined ? [] : [`${source}:${agentId}`]));

export const wishOf = (ticket: Ticket): Wish => ({
  ticket: ticket.ticket,
  team: ticket.team,
  priority: ticket.priority,
  mode: agentsOf(ticket).length > 0 ? 'sourceAgent' : undefined,
  agents: agentsOf(ticket),
});

type Outcome = 'assigned' | 'nobody' | 'settled';

const planFor =
  (deps: AssignDeps) =>
  async (ticket: Ticket, rules: Rules): Promise<Plan<Outcome>> => {
    if (ticket.owner || !isOpen(ticket)) return { intents: [], result: 'settled' };
    const choice = await chooseOwner(deps)(wishOf(ticket), rules);
    const intent = { id: ticket.ticket, before: ticket, by: byRouting };
    if (choice.kind === 'given') {
      return { intents: [{ ...intent, changes: [choice.change] }], also: [choice.also], result: 'assigned' };
    }
    // Told once: the lead knows, and nothing changes until somebody is there.
    if (ticket.assignmentFailedAt !== undefined) return { intents: [], result: 'nobody' };
    const changes = [{ do: 'assignment_failed' as const, because: choice.because }];
    return { intents: [{ ...intent, changes }], result: 'nobody' };
  };

/** Gives one ticket to somebody, if it has nobody. Throws ConflictError `ticket_changed_meanwhile`. */
export const assignTicket =
  (deps: AssignDeps) =>
  async (id: string): Promise<Outcome> => {
    const changed = await changeTicket(deps)(id, planFor(deps));
    return changed?.result ?? 'settled';
  };

/** The oldest first, until nobody is left who has room. Returns how many were given to somebody. */
export const drainTeam =
  (deps: AssignDeps) =>
  async (team: string): Promise<number> => {
    let assigned = 0;
    for (const id of await deps.tickets.listUnassigned(team)) {
      const outcome = await assignTicket(deps)(id);
      if (outcome === 'nobody') break;
      if (outcome === 'assigned') assigned += 1;
    }
    return assigned;
  };
