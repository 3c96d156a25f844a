import type { ChangeInput } from './event.ts';
import { isOpen, type Ticket } from './ticket.ts';

const isLater = (a: string, b: string): boolean => Date.parse(a) > Date.parse(b);

const isOverAtItsSources = ({ sources }: Ticket): boolean =>
  sources.length > 0 && sources.every(({ ended }) => ended);

/** Somebody is still asked about it, or the customer has more to say. */
const goesOn = ({ children, messages }: Ticket, at: string): boolean =>
  children.some(({ open }) => open) ||
  messages.some((message) => message.speaker === 'customer' && isLater(message.at, at));

/**
 * What follows when its sources have ended a case themselves: it is resolved, unless somebody is still asked about it or
 * the customer has written since.
 */
export const resolutionBySource = (
  ticket: Ticket,
  endedAt: string,
  at: string = endedAt,
): ChangeInput | undefined => {
  if (!isOpen(ticket) || !isOverAtItsSources(ticket) || goesOn(ticket, endedAt)) return undefined;
  const openedAt = ticket.cycles.at(-1)?.openedAt ?? ticket.openedAt;
  const resolvedAt = isLater(openedAt, at) ? openedAt : at;
  return { do: 'resolved', resolution: { at: resolvedAt, by: 'source', note: '平台已完结' } };
};

/** The same for a parent whose child has ended at `at`: its sources may have ended it while it waited. */
export const resolutionAfterChild = (parent: Ticket, child: string, at: string): ChangeInput | undefined => {
  const children = parent.children.map((each) => (each.ticket === child ? { ...each, open: false } : each));
  const endedAt = parent.sources
    .map((link) => link.endedAt ?? '')
    .toSorted()
    .at(-1);
  return endedAt ? resolutionBySource({ ...parent, children }, endedAt, at) : undefined;
};
