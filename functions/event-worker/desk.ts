import * as z from 'zod';
import { dayOf } from '../../shared/calendar/day.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { parse } from '../../shared/parse.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import type { Place } from '../../shared/tickets/card-acts.ts';
import { readTicketSubject, ticketCardFor, ticketSubject } from '../../shared/tickets/card-for.ts';
import { changeTicket } from '../../shared/tickets/change.ts';
import { decideAct } from '../../shared/tickets/desk-acts.ts';
import { todoCard } from '../../shared/tickets/list-cards.ts';
import { type ListDeps, openOfOwner, openOfTeam } from '../../shared/tickets/redraw.ts';
import { standingOf } from '../../shared/tickets/standing.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { historyCard, notedCard, whichCard } from './desk-cards.ts';
import type { Occurrence, Reacted } from './reactions.ts';
import { readSaid, type Said } from './said.ts';

export type DeskDeps = ListDeps & {
  readonly tickets: ListDeps['tickets'] & Pick<Tickets, 'write' | 'history'>;
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly send: (wish: Wish) => Promise<Ending>;
};

/** A message to the bot in a one-to-one chat. */
export type Heard = {
  /** union_id. */
  readonly person: string;
  readonly sender: string;
  readonly at: Date;
  readonly message: {
    readonly message_id: string;
    readonly message_type: string;
    readonly content: string;
    readonly parent_id?: string | undefined;
  };
};

export type DeskReactions = {
  /** A button asked for a card of its own: of a ticket, or of all that is known of it. */
  readonly asked: (occurrence: Occurrence) => Promise<Reacted>;
  /** A reply to a card of a ticket or list; `undefined` when it is none. */
  readonly replied: (heard: Heard) => Promise<Reacted | undefined>;
  /** Something that answers nothing; `undefined` for somebody who has no open ticket. */
  readonly unasked: (heard: Heard) => Promise<Reacted | undefined>;
  readonly ticketsCard: (place: Place) => Promise<Card>;
};

const done = (reason: string): Reacted => ({ kind: 'done', reason });

type Asking = Pick<Heard, 'person' | 'sender' | 'at'>;

/** As long as the ledger repeats a try; after that the question is forgotten. */
const answerMs = 60 * 60_000;

const say = async (
  deps: DeskDeps,
  { person, sender, at }: Asking,
  { subject, card }: { subject: string; card: Card },
): Promise<Ending> => {
  const kept = await keepCard(deps.contents)(card, { id: deliveryElementId(subject, person) });
  const target = { recipient: person, receiveIdType: 'union_id', receiveId: person } as const;
  const validUntil = new Date(deps.now().getTime() + answerMs);
  return deps.send({ subject, sender, ...target, eventAt: at, validUntil, urgency: 'reply', ...kept });
};

/** The copy of whoever works on it, else one of the day, which ticket-flow refreshes like the others. */
const subjectToOpen = async (deps: DeskDeps, ticket: Ticket, person: string): Promise<string> => {
  const first = ticketSubject(ticket.ticket);
  const isTheirs = ticket.owner?.person === person;
  const known = isTheirs && (await deps.deliveries.find({ subject: first, recipient: person }));
  return isTheirs && !known ? first : ticketSubject(ticket.ticket, `view:${dayOf(deps.now())}`);
};

const open = async (deps: DeskDeps, asking: Asking, ticket: Ticket): Promise<Reacted> => {
  const subject = await subjectToOpen(deps, ticket, asking.person);
  const card = await ticketCardFor(deps)(ticket, { subject, recipient: asking.person });
  if (!card) return done('nobody_here');
  return done(`opened:${await say(deps, asking, { subject, card })}`);
};

const askedSchema = z.object({ ticket: z.string(), person: z.string(), what: z.enum(['open', 'all']) });

const asked =
  (deps: DeskDeps): DeskReactions['asked'] =>
  async ({ id, sender, at, event }) => {
    const { ticket: number, person, what } = parse(askedSchema, event);
    const ticket = await deps.tickets.find(number);
    if (!ticket) return done('unknown_ticket');
    const asking = { person, sender, at };
    if (what === 'open') return open(deps, asking, ticket);
    const place = { subject: `reply:${id}`, recipient: person };
    const card = historyCard(place, ticket, await deps.tickets.history(number));
    return done(`history:${await say(deps, asking, { subject: place.subject, card })}`);
  };

const note = async (deps: DeskDeps, heard: Heard, { number, said }: { number: string; said: Said }) => {
  const people = await deps.people();
  const reader = people.find(({ person }) => person === heard.person);
  if (!reader) return done('nobody_here');
  const changed = await changeTicket(deps)(number, (ticket, rules) => {
    const by = standingOf(ticket, reader, { desk: rules.desk, people });
    const decision = decideAct(ticket, { do: 'note', ...said }, { by, via: 'chat', rules, now: deps.now() });
    return { intents: decision.kind === 'changed' ? decision.intents : [], result: decision.toast };
  });
  if (!changed) return done('unknown_ticket');
  const place = { subject: `reply:${heard.message.message_id}`, recipient: heard.person };
  const card = notedCard(place, changed.after, said);
  return done(`noted:${await say(deps, heard, { subject: place.subject, card })}`);
};

const which = async (deps: DeskDeps, heard: Heard, { of, said }: { of: readonly Ticket[]; said: Said }) => {
  const place = { subject: `reply:${heard.message.message_id}`, recipient: heard.person };
  const card = whichCard(place, of, said);
  return done(`asked_which:${await say(deps, heard, { subject: place.subject, card })}`);
};

/** The tickets that the answered list shows. */
const ofList = (deps: DeskDeps, subject: string, person: string): Promise<readonly Ticket[]> => {
  const [kind, team = ''] = subject.split(':');
  return kind === 'list' ? openOfTeam(deps, team) : openOfOwner(deps, person);
};

const isList = (subject: string): boolean => subject.startsWith('list:') || subject.startsWith('todo:');

const replied =
  (deps: DeskDeps): DeskReactions['replied'] =>
  async (heard) => {
    const { parent_id: parent } = heard.message;
    const said = readSaid(heard.message);
    if (parent === undefined || !said) return undefined;
    const key = await deps.deliveries.findByMessage(parent);
    if (key?.recipient !== heard.person) return undefined;
    const about = readTicketSubject(key.subject);
    if (about) return note(deps, heard, { number: about.ticket, said });
    if (!isList(key.subject)) return undefined;
    const of = await ofList(deps, key.subject, heard.person);
    return of.length === 0 ? undefined : which(deps, heard, { of, said });
  };

const unasked =
  (deps: DeskDeps): DeskReactions['unasked'] =>
  async (heard) => {
    const said = readSaid(heard.message);
    const of = said ? await openOfOwner(deps, heard.person) : [];
    return said && of.length > 0 ? which(deps, heard, { of, said }) : undefined;
  };

/** Tickets in the chat with the bot. */
export const deskReactions = (deps: DeskDeps): DeskReactions => ({
  asked: asked(deps),
  replied: replied(deps),
  unasked: unasked(deps),
  ticketsCard: async (place) => todoCard(place, await openOfOwner(deps, place.recipient)),
});
