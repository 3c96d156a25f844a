import type { ChangeInput } from './event.ts';
import { isOpen, type Ticket } from './ticket.ts';

const isLater = (a: string, b: string): boolean => Date.parse(a) > Date.parse(b);

/**
 * What follows when its sources have ended a case themselves: it is resolved, unless somebody is still asked about it or
 * the customer has written since. Ask again whenever a child ends.
 */
export const resolutionBySource = (ticket: Ticket, at: string): ChangeInput | undefined => {
  const { sources, children, messages, cycles } = ticket;
  if (!isOpen(ticket) || sources.length === 0 || !sources.every(({ ended }) => ended)) return undefined;
  if (children.some(({ open }) => open)) return undefined;
  const hasWritten = messages.some((message) => message.speaker === 'customer' && isLater(message.at, at));
  if (hasWritten) return undefined;
  const openedAt = cycles.at(-1)?.openedAt ?? ticket.openedAt;
  const resolvedAt = isLater(openedAt, at) ? openedAt : at;
  return { do: 'resolved', resolution: { at: resolvedAt, by: 'source', note: '平台已完结' } };
};
