import type { TicketKeys } from '../store/ticket-keys.ts';
import type { Tickets } from '../store/tickets.ts';
import { isOpen, type Ticket } from './ticket.ts';

export type RelatedDeps = {
  readonly tickets: Pick<Tickets, 'find'>;
  readonly keys: Pick<TicketKeys, 'findTrail'>;
};

export type Related = {
  /** Open cases of the same order or buyer that it may be merged into. */
  readonly cases: readonly string[];
  /** Tickets of the same buyer within 90 days, this one included. */
  readonly sameBuyer: number;
};

const buyerDays = 90;
const dayMs = 86_400_000;
/** More are no choice but a search. */
const mostCases = 3;
/** Of an order that was split into many, of a buyer with several identities. */
const mostKeys = 2;

type Trails = readonly (readonly { readonly ticket: string; readonly at: string }[])[];

const trailsOf = async (
  deps: RelatedDeps,
  kind: 'order' | 'buyer',
  of: readonly string[],
): Promise<Trails> => {
  const trails = await Promise.all(of.slice(0, mostKeys).map((one) => deps.keys.findTrail(kind, one)));
  return trails.map(({ tickets }) => tickets);
};

const distinct = (trails: Trails): readonly string[] => [
  ...new Set(trails.flat().map(({ ticket }) => ticket)),
];

const openCases = async ({ tickets }: RelatedDeps, ids: readonly string[]): Promise<readonly string[]> => {
  const found = await Promise.all(ids.map((id) => tickets.find(id)));
  return found
    .filter((other) => other !== undefined)
    .filter((other) => other.kind === 'case' && isOpen(other))
    .map(({ ticket }) => ticket);
};

/** What else is known of the same order and buyer; nothing of a child or of what has ended. */
export const relatedOf = async (deps: RelatedDeps, ticket: Ticket): Promise<Related> => {
  if (ticket.kind !== 'case' || !isOpen(ticket)) return { cases: [], sameBuyer: 0 };
  const [orders, buyers] = await Promise.all([
    trailsOf(deps, 'order', ticket.orderIds),
    trailsOf(deps, 'buyer', ticket.buyerRefs),
  ]);
  const since = new Date(Date.parse(ticket.changedAt) - buyerDays * dayMs).toISOString();
  const recent = buyers.map((trail) => trail.filter(({ at }) => at > since));
  const others = distinct([...orders, ...recent]).filter((id) => id !== ticket.ticket);
  const cases = await openCases(deps, others.slice(-mostCases));
  return { cases, sameBuyer: distinct(recent).length };
};
