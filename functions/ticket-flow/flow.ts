import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import type { Wanted } from '../../shared/delivery/want.ts';
import { ConflictError } from '../../shared/errors.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { log } from '../../shared/log.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery, DeliveryKey } from '../../shared/store/delivery.ts';
import type { Person } from '../../shared/store/people.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import type { Place } from '../../shared/tickets/card-acts.ts';
import { readTicketSubject } from '../../shared/tickets/card-for.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import { atWorkUntil } from '../../shared/tickets/shifts.ts';
import { isOpen, type Ticket } from '../../shared/tickets/ticket.ts';
import { listCopies } from './lists.ts';
import { subjectsOf, type WantedCard, wantedCards } from './wanted.ts';

export type FlowDeps = {
  readonly tickets: Pick<Tickets, 'find' | 'finishFlow'>;
  readonly deliveries: Pick<Deliveries, 'listOfSubject'>;
  readonly contents: Pick<Contents, 'keep'>;
  readonly rules: () => Promise<Rules>;
  readonly people: () => Promise<readonly Person[]>;
  readonly cardFor: (ticket: Ticket, place: Place) => Promise<Card | undefined>;
  readonly sendNow: (wish: Wish) => Promise<Ending>;
  readonly wantContent: (key: DeliveryKey, content: { hash: string; final?: boolean }) => Promise<Wanted>;
  readonly buzz: (delivery: Delivery) => Promise<void>;
  readonly sender: string;
  readonly now: () => Date;
};

/** Held longer than that, a list or the next rung tells it. */
const validMs = 24 * 3_600_000;

const copiesOf = async ({ deliveries, now }: FlowDeps, ticket: Ticket): Promise<readonly Delivery[]> =>
  (await Promise.all(subjectsOf(ticket, now()).map((subject) => deliveries.listOfSubject(subject)))).flat();

const keptFor = async (deps: FlowDeps, ticket: Ticket, place: Place) => {
  const card = await deps.cardFor(ticket, place);
  const id = deliveryElementId(place.subject, place.recipient);
  return card && keepCard(deps.contents)(card, { id });
};

const send = async (deps: FlowDeps, ticket: Ticket, wanted: WantedCard): Promise<void> => {
  const { subject, recipient, urgency, buzz } = wanted;
  const kept = await keptFor(deps, ticket, wanted);
  if (!kept) return;
  const [rules, people] = await Promise.all([deps.rules(), deps.people()]);
  const person = people.find((one) => one.person === recipient);
  const eventAt = new Date(wanted.eventAt);
  const ending = await deps.sendNow({
    ...{ subject, recipient, sender: deps.sender, receiveIdType: 'union_id', receiveId: recipient, eventAt },
    validUntil: new Date(deps.now().getTime() + validMs),
    ...(urgency && { urgency }),
    ...(buzz && { buzz }),
    atWorkUntil: person && atWorkUntil(person, rules, deps.now()),
    decidedBy: { desk: rules.desk.version },
    ...kept,
  });
  log.info('ticket_told', { subject, ending });
};

const ended: readonly string[] = ['suppressed', 'excluded'];

/** A list goes on when one of its tickets ends. */
const isTicketCard = ({ subject }: Delivery): boolean => readTicketSubject(subject) !== undefined;

const refresh = async (deps: FlowDeps, ticket: Ticket, copy: Delivery): Promise<void> => {
  if (ended.includes(copy.state)) return;
  const kept = await keptFor(deps, ticket, copy);
  if (kept) await deps.wantContent(copy, { hash: kept.hash, final: isTicketCard(copy) && !isOpen(ticket) });
  await deps.buzz(copy);
};

const sameCopy = (a: DeliveryKey) => (b: DeliveryKey) =>
  a.subject === b.subject && a.recipient === b.recipient;

/** Sends what somebody should have, and changes what they have. */
const show = async (deps: FlowDeps, ticket: Ticket): Promise<void> => {
  const [rules, people, copies] = await Promise.all([deps.rules(), deps.people(), copiesOf(deps, ticket)]);
  const wanted = wantedCards(ticket, { desk: rules.desk, people, copies, now: deps.now() });
  for (const card of wanted.filter((one) => !copies.some(sameCopy(one)))) await send(deps, ticket, card);
  const lists = await listCopies(deps, ticket, rules);
  for (const copy of [...copies, ...lists]) await refresh(deps, ticket, copy);
};

/** Somebody changed it in every one of these rounds: the stream brings it again. */
const maxRounds = 6;

/**
 * Level-triggered: what the ticket as it is now means for people. Done when it is still the ticket whose cards were made:
 * whoever writes last has seen it as it is, whatever the order in which the stream brings its changes.
 * Throws ConflictError `ticket_changed_meanwhile`.
 */
export const flowTicket =
  (deps: FlowDeps) =>
  async (id: string): Promise<void> => {
    for (let round = 0; round < maxRounds; round += 1) {
      const ticket = await deps.tickets.find(id);
      if (!ticket) return;
      await show(deps, ticket);
      if (await deps.tickets.finishFlow(ticket)) return;
    }
    throw new ConflictError('ticket_changed_meanwhile', 'the ticket changed in every round');
  };
