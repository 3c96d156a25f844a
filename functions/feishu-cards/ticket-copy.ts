import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import { isOpen, type Ticket } from '../../shared/tickets/ticket.ts';
import type { CardDeps } from './own-copy.ts';
import type { TicketClick } from './ticket-click.ts';

export type TicketCopyDeps = {
  readonly tickets: Pick<Tickets, 'find'>;
  readonly deliveries: Pick<Deliveries, 'find' | 'recordShown' | 'guardClick'>;
  readonly contents: Contents;
  readonly redraw: (ticket: Ticket, copy: Delivery) => Promise<Card | undefined>;
  readonly cardAnswer: CardDeps['cardAnswer'];
  readonly now: () => Date;
};

/** The clicker's own copy, or their group's. Who has neither was not meant. */
export const findTicketCopy = async (
  { deliveries }: TicketCopyDeps,
  { subject, person, chatId }: TicketClick,
): Promise<Delivery | undefined> => {
  const own = await deliveries.find({ subject, recipient: person });
  return own ?? deliveries.find({ subject, recipient: `chat:${chatId}` });
};

/** `undefined`: somebody refreshed it meanwhile, or it can't be had; the refresh brings it. */
const showOn = async (deps: TicketCopyDeps, copy: Delivery, ticket: Ticket): Promise<Card | undefined> => {
  const card = await deps.redraw(ticket, copy);
  if (!card) return undefined;
  const id = deliveryElementId(copy.subject, copy.recipient);
  const { hash, degraded } = await keepCard(deps.contents)(card, { id });
  if (degraded) return undefined;
  if (hash === copy.wanted?.hash && hash === copy.shown?.hash) return card;
  const shown = { hash, final: !isOpen(ticket), at: deps.now() };
  return (await deps.deliveries.recordShown(copy, shown)) && card;
};

/** The clicker's copy with the ticket as it is now, recorded as shown. What was done stands, whatever becomes of the card. */
export const ticketCardOf = async (
  deps: TicketCopyDeps,
  click: TicketClick,
  { copy, ticket }: { readonly copy: Delivery; readonly ticket: Ticket },
): Promise<Card | undefined> => {
  if (deps.cardAnswer === 'toastThenPatch') return undefined;
  try {
    const card = await showOn(deps, copy, ticket);
    if (card) return card;
    const [again, now] = await Promise.all([findTicketCopy(deps, click), deps.tickets.find(ticket.ticket)]);
    return again && now && (await showOn(deps, again, now));
  } catch (error) {
    log.warn('card_not_answered', errorFields(error));
    return undefined;
  }
};
