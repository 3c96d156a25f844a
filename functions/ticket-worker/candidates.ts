import type { Write } from '../../shared/store/table.ts';
import type { TicketKeys, Trail } from '../../shared/store/ticket-keys.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import { type Match, matchOf, type Problem } from '../../shared/tickets/match.ts';
import { isOpen, type Ticket } from '../../shared/tickets/ticket.ts';
import type { Facts } from './facts.ts';

type Deps = {
  readonly tickets: Pick<Tickets, 'find'>;
  readonly keys: Pick<TicketKeys, 'findTrail' | 'trailWrite'>;
  readonly now: () => Date;
};

/** Longer than a match may lie back, so that a late event still finds its like. */
const trailMs = 7 * 86_400_000;
const trailLength = 40;

export type Found = {
  readonly match: Match | undefined;
  /** Of its orders and its buyer: where it will be found itself. */
  readonly trails: readonly Trail[];
};

/** Children and batch events stand in no trail; what was merged is told by the one that stands for it. */
const openIn = async ({ tickets }: Deps, trails: readonly Trail[]): Promise<readonly Ticket[]> => {
  const ids = new Set(trails.flatMap((trail) => trail.tickets.map(({ ticket }) => ticket)));
  const found = await Promise.all([...ids].map((id) => tickets.find(id)));
  return found.filter((ticket) => ticket !== undefined).filter(isOpen);
};

type Told = Problem & { readonly ticket?: string };

/** Another ticket that tells of the problem, found by its orders and by what its buyer was ever called. */
export const findMatch = async (deps: Deps, problem: Told, { refs }: Facts): Promise<Found> => {
  const retired = refs.matching.filter((ref) => !refs.signed.includes(ref));
  const [orders, buyers, others] = await Promise.all([
    Promise.all([...new Set(problem.orderIds)].map((id) => deps.keys.findTrail('order', id))),
    Promise.all(refs.signed.map((ref) => deps.keys.findTrail('buyer', ref))),
    Promise.all(retired.map((ref) => deps.keys.findTrail('buyer', ref))),
  ]);
  const trails = [...orders, ...buyers];
  const open = await openIn(deps, [...trails, ...others]);
  return {
    match: matchOf(
      problem,
      open.filter(({ ticket }) => ticket !== problem.ticket),
    ),
    trails,
  };
};

type Entry = Trail['tickets'][number];

const withEntry = (trail: Trail, entry: Entry, now: Date): Trail['tickets'] => {
  const since = new Date(now.getTime() - trailMs).toISOString();
  return [...trail.tickets.filter(({ at }) => at > since), entry].slice(-trailLength);
};

/** Under what was read, so that of two who tell of one problem at once the second finds the first. */
export const trailWrites = ({ keys, now }: Deps, trails: readonly Trail[], entry: Entry): readonly Write[] =>
  trails
    .filter((trail) => !trail.tickets.some(({ ticket }) => ticket === entry.ticket))
    .map((trail) => keys.trailWrite(trail, { tickets: withEntry(trail, entry, now()) }));
