import type { Card } from '../../shared/feishu/card-json.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import { attachedCard } from '../../shared/tickets/list-cards.ts';
import { isOpen, type Ticket } from '../../shared/tickets/ticket.ts';
import type { Waiting } from './in-time.ts';
import type { CardDeps } from './own-copy.ts';
import { recordAnswer } from './record-answer.ts';
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

type Seen = { readonly copy: Delivery; readonly ticket: Ticket; readonly waiting: Waiting };
type Showing = Seen & { readonly act: TicketClick['act'] };

const isNote = (act: TicketClick['act']): boolean => act.kind === 'desk' && act.act.do === 'note';

const showOn = async (
  deps: TicketCopyDeps,
  { copy, ticket, act, waiting }: Showing,
): Promise<Card | undefined> => {
  // The question whose file it was is answered.
  const card = isNote(act) ? attachedCard(copy, ticket) : await deps.redraw(ticket, copy);
  return card && recordAnswer(deps, copy, { card, final: !isOpen(ticket), waiting });
};

/** The clicker's copy with the ticket as it is now, recorded as shown. What was done stands, whatever becomes of the card. */
export const ticketCardOf = async (
  deps: TicketCopyDeps,
  click: TicketClick,
  { copy, ticket, waiting }: Seen,
): Promise<Card | undefined> => {
  if (deps.cardAnswer === 'toastThenPatch') return undefined;
  try {
    const { act } = click;
    const card = await showOn(deps, { copy, ticket, act, waiting });
    if (card) return card;
    const [again, now] = await Promise.all([findTicketCopy(deps, click), deps.tickets.find(ticket.ticket)]);
    return again && now && (await showOn(deps, { copy: again, ticket: now, act, waiting }));
  } catch (error) {
    log.warn('card_not_answered', errorFields(error));
    return undefined;
  }
};
