import { errorFields, log } from '../log.ts';
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

/** What a choice writes. */
export type Owned = { readonly changes: readonly ChangeInput[]; readonly also: readonly Write[] };

export const ownedBy = (choice: Choice): Owned =>
  choice.kind === 'given'
    ? { changes: [choice.change], also: [choice.also] }
    : { changes: [{ do: 'assignment_failed', because: choice.because }], also: [] };

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
    const candidates = candidatesOf({ rules, people: here, now: at }, wanted, router);
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
const agentsOf = ({ sources }: Pick<Ticket, 'sources'>): readonly string[] =>
  sources.flatMap(({ source, agentId }) => (agentId === undefined ? [] : [`${source}:${agentId}`]));

export const wishOf = (ticket: Ticket): Wish => ({
  ticket: ticket.ticket,
  team: ticket.team,
  priority: ticket.priority,
  mode: agentsOf(ticket).length > 0 ? 'sourceAgent' : undefined,
  agents: agentsOf(ticket),
});

type Outcome = 'assigned' | 'nobody' | 'settled';

/** Hours and caps of those who take what is P0 may be others than of the rest. */
const classOf = ({ priority }: Ticket): 'grave' | 'other' => (priority === 'P0' ? 'grave' : 'other');

/** For whom a search found nobody a moment ago, and why. */
type Futile = Map<'grave' | 'other', string>;

const search = async (deps: AssignDeps, ticket: Ticket, { rules, futile }: Search): Promise<Choice> => {
  const known = futile.get(classOf(ticket));
  if (known !== undefined) return { kind: 'nobody', because: known };
  const choice = await chooseOwner(deps)(wishOf(ticket), rules);
  if (choice.kind === 'nobody') futile.set(classOf(ticket), choice.because);
  return choice;
};
type Search = { readonly rules: Rules; readonly futile: Futile };

const planFor =
  (deps: AssignDeps, futile: Futile) =>
  async (ticket: Ticket, rules: Rules): Promise<Plan<Outcome>> => {
    if (ticket.owner || !isOpen(ticket)) return { intents: [], result: 'settled' };
    const choice = await search(deps, ticket, { rules, futile });
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
  (deps: AssignDeps, futile: Futile = new Map()) =>
  async (id: string): Promise<Outcome> => {
    const changed = await changeTicket(deps)(id, planFor(deps, futile));
    return changed?.result ?? 'settled';
  };

export type Drained = { readonly assigned: number; readonly nobody: number; readonly broken: number };

/** The oldest first; of those for whom nobody is there the lead learns once. One that fails keeps no other back. */
export const drainTeam =
  (deps: AssignDeps) =>
  async (team: string, most?: number): Promise<Drained> => {
    const futile: Futile = new Map();
    const count = { assigned: 0, nobody: 0, settled: 0, broken: 0 };
    for (const id of await deps.tickets.listUnassigned(team, most)) {
      try {
        count[await assignTicket(deps, futile)(id)] += 1;
      } catch (error) {
        log.error('assignment_broken', { ticket: id, ...errorFields(error) });
        count.broken += 1;
      }
    }
    return { assigned: count.assigned, nobody: count.nobody, broken: count.broken };
  };
