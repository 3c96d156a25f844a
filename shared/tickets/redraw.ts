import type { Card } from '../feishu/card-json.ts';
import type { Tickets } from '../store/tickets.ts';
import type { Place } from './card-acts.ts';
import { type CardForDeps, readTicketSubject, ticketCardFor } from './card-for.ts';
import { askedCard, boardCard, todoCard, unassignedCard } from './list-cards.ts';
import { teamOf } from './team-people.ts';
import { isOpen, type Ticket } from './ticket.ts';

export type ListDeps = CardForDeps & {
  readonly tickets: Pick<Tickets, 'find' | 'listOfTeam' | 'listUnassigned' | 'listOfOwner'>;
  readonly now: () => Date;
};

const readOpen = async (deps: ListDeps, ids: readonly string[]): Promise<readonly Ticket[]> => {
  const found = await Promise.all([...new Set(ids)].map((id) => deps.tickets.find(id)));
  return found.filter((ticket) => ticket !== undefined).filter(isOpen);
};

/** Open tickets of a team, as the index knows them. */
export const openOfTeam = async (deps: ListDeps, team: string): Promise<readonly Ticket[]> => {
  const lists = await Promise.all([deps.tickets.listUnassigned(team), deps.tickets.listOfTeam(team)]);
  return readOpen(deps, lists.flat());
};

/** What nobody of a team could be given, and that can wait: urgent cases have cards of their own. */
export const unassignedOfTeam = async (deps: ListDeps, team: string): Promise<readonly Ticket[]> => {
  const tickets = await readOpen(deps, await deps.tickets.listUnassigned(team));
  const isUrgent = ({ priority }: Ticket): boolean => priority === 'P0' || priority === 'P1';
  return tickets.filter((ticket) => ticket.assignmentFailedAt !== undefined && !isUrgent(ticket));
};

/** Open tickets of a person; the index lags a moment, so what isn't theirs any more is left out. */
export const openOfOwner = async (deps: ListDeps, person: string): Promise<readonly Ticket[]> => {
  const tickets = await readOpen(deps, await deps.tickets.listOfOwner(person));
  return tickets.filter(({ owner }) => owner?.person === person);
};

/** `todo:<slot>`, `list:<team>:<slot>`, `unassigned:<team>:<slot>`, `board:<team>:<period>`. */
export const listSubject = {
  todo: (slot: string): string => `todo:${slot}`,
  team: (team: string, slot: string): string => `list:${team}:${slot}`,
  unassigned: (team: string, slot: string): string => `unassigned:${team}:${slot}`,
  board: (team: string, period: number): string => `board:${team}:${period}`,
} as const;

const boardEveryMs = 10 * 60_000;

/** The ten minutes that a board stands for: within them the same tickets make the same card. */
export const boardMoment = (now: Date): Date =>
  new Date(Math.floor(now.getTime() / boardEveryMs) * boardEveryMs);

/** A list as its tickets are now; `undefined` when the subject is none. */
const listCardFor =
  (deps: ListDeps) =>
  async (place: Place): Promise<Card | undefined> => {
    const [kind, id = ''] = place.subject.split(':');
    if (kind === 'todo') return todoCard(place, await openOfOwner(deps, place.recipient));
    const { desk } = await deps.rules();
    const team = teamOf(desk, id);
    if (!team) return undefined;
    if (kind === 'list') return askedCard(place, team, await openOfTeam(deps, id));
    if (kind === 'unassigned') return unassignedCard(place, team, await unassignedOfTeam(deps, id));
    if (kind !== 'board') return undefined;
    return boardCard(place, { team, tickets: await openOfTeam(deps, id), now: boardMoment(deps.now()) });
  };

/** A copy as everything is now: a ticket's card, or a list on which it stands. */
export const redrawFor =
  (deps: ListDeps) =>
  (ticket: Ticket, place: Place): Promise<Card | undefined> =>
    readTicketSubject(place.subject) ? ticketCardFor(deps)(ticket, place) : listCardFor(deps)(place);
