import { dayOf } from '../../shared/calendar/day.ts';
import type { Write } from '../../shared/store/table.ts';
import type { TicketKeys, Trail } from '../../shared/store/ticket-keys.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import { type AssignDeps, chooseOwner, type Owned, ownedBy, type Wish } from '../../shared/tickets/assign.ts';
import { type Intent, prepareWrite } from '../../shared/tickets/change.ts';
import type { Verdict } from '../../shared/tickets/classify.ts';
import type { ChangeInput } from '../../shared/tickets/event.ts';
import type { Match, Problem } from '../../shared/tickets/match.ts';
import { absorbing } from '../../shared/tickets/merge.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import { resolutionBySource } from '../../shared/tickets/source-end.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { askDue } from './ask-at-once.ts';
import { findMatch, trailWrites } from './candidates.ts';
import { bySource, type Facts, openingOf } from './facts.ts';

export type OpenDeps = AssignDeps & { readonly tickets: Tickets; readonly keys: TicketKeys };

export type Opening = {
  readonly facts: Facts;
  readonly verdict: Verdict;
  readonly id: string;
  readonly receivedAt: string;
  readonly rules: Rules;
  /** Whether to look for an owner in the same transaction. */
  readonly withOwner: boolean;
};

type Planned = { readonly intents: readonly Intent[]; readonly also: readonly Write[] };

const caseWrite = ({ keys }: OpenDeps, { facts, id }: Opening): Write =>
  keys.caseWrite(facts.event, { ticket: id, openedBy: facts.event.eventId });

type Merge = { readonly match: Match; readonly trails: readonly Trail[] };

/** Its own ticket, which another stands for from the beginning: the merge can be taken back. */
const planMerged = (deps: OpenDeps, opening: Opening, { match, trails }: Merge): Planned => {
  const { facts, verdict, id, receivedAt, rules } = opening;
  const { ticket: main, because } = match;
  const by = bySource(facts);
  const opened = openingOf(facts, verdict, receivedAt);
  const intoMain: ChangeInput = { do: 'merged_into', into: main.ticket, because };
  const intent: Intent = { id, before: undefined, by, changes: [...opened, intoMain] };
  const other = prepareWrite(rules, intent, deps.now()).after;
  const entry = { ticket: main.ticket, at: main.openedAt };
  return {
    intents: [intent, { id: main.ticket, before: main, by, changes: absorbing({ main, other, because }) }],
    also: [caseWrite(deps, opening), ...trailWrites(deps, trails, entry)],
  };
};

const nobodyYet: Owned = { changes: [], also: [] };

const wishFor = ({ facts, verdict, id }: Opening): Wish => {
  const { source, agentId } = facts.event;
  const agents = agentId === undefined ? [] : [`${source}:${agentId}`];
  return { ticket: id, team: verdict.team, priority: verdict.priority, mode: verdict.mode, agents };
};

/** With a queue before it only what is P0 goes past: the oldest first. */
const ownerFor = async (deps: OpenDeps, opening: Opening): Promise<Owned> => {
  if (!opening.withOwner) return nobodyYet;
  const wish = wishFor(opening);
  const queue = wish.priority === 'P0' ? [] : await deps.tickets.listUnassigned(wish.team, 1);
  return queue.length > 0 ? nobodyYet : ownedBy(await chooseOwner(deps)(wish, opening.rules));
};

/** A ticket of its own with its owner; one that its platform has ended already only when nobody has to be asked. */
const planFresh = async (deps: OpenDeps, opening: Opening, trails: readonly Trail[]): Promise<Planned> => {
  const { facts, verdict, id, receivedAt, rules } = opening;
  const by = bySource(facts);
  const opened = openingOf(facts, verdict, receivedAt);
  const preview = prepareWrite(rules, { id, before: undefined, by, changes: opened }, deps.now()).after;
  const resolved = askDue(preview) ? undefined : resolutionBySource(preview, facts.at);
  const owned = resolved ? { changes: [resolved], also: [] } : await ownerFor(deps, opening);
  const entry = { ticket: id, at: facts.at };
  return {
    intents: [{ id, before: undefined, by, changes: [...opened, ...owned.changes] }],
    also: [
      caseWrite(deps, opening),
      // What is over on arrival can't be told of again.
      ...(resolved ? [] : trailWrites(deps, trails, entry)),
      ...owned.also,
    ],
  };
};

export const newNumber = ({ keys, now }: OpenDeps, letter: 'T' | 'B'): Promise<string> =>
  keys.nextNumber(letter, dayOf(now()));

const problemOf = ({ event, link, refs, batchNo, at }: Facts, { category }: Verdict): Problem => ({
  sources: [link],
  orderIds: event.orderIds,
  skuIds: event.skuIds,
  productName: event.productName,
  buyerRefs: refs.matching,
  category,
  batchNo,
  openedAt: at,
});

/** Opens it, merged or with an owner, all or nothing; returns the ticket that stands for it. `undefined`: somebody was faster; look again. */
export const openCase =
  (deps: OpenDeps) =>
  async (opening: Opening): Promise<Ticket | undefined> => {
    const { facts, verdict, rules } = opening;
    const found = await findMatch(deps, problemOf(facts, verdict), facts);
    const { trails } = found;
    // What is over on arrival is nobody's second telling.
    const match = facts.event.what === 'ended' ? undefined : found.match;
    const { intents, also } = match
      ? planMerged(deps, opening, { match, trails })
      : await planFresh(deps, opening, trails);
    const at = deps.now();
    const writes = intents.map((intent) => prepareWrite(rules, intent, at));
    const isDone = await deps.tickets.write(writes, also);
    return isDone ? writes.at(-1)?.after : undefined;
  };
