import { addDays, dayOf } from '../../shared/calendar/day.ts';
import type { Delivery, Urgency } from '../../shared/store/delivery.ts';
import type { Person } from '../../shared/store/people.ts';
import { ticketSubject } from '../../shared/tickets/card-for.ts';
import type { Desk, RungTarget } from '../../shared/tickets/desk.ts';
import { rungOf } from '../../shared/tickets/rung-words.ts';
import { resolveTargets } from '../../shared/tickets/targets.ts';
import { teamOf } from '../../shared/tickets/team-people.ts';
import { isOpen, type Ticket } from '../../shared/tickets/ticket.ts';

/** A card that somebody should have; their copy is shown by its subject. */
export type WantedCard = {
  readonly subject: string;
  /** union_id. */
  readonly recipient: string;
  readonly urgency: Urgency | undefined;
  /** What it tells of. */
  readonly eventAt: string;
  readonly buzz?: boolean;
};

export type Seen = {
  readonly desk: Desk;
  readonly people: readonly Person[];
  /** Its copies so far, of all subjects. */
  readonly copies: readonly Delivery[];
  readonly now: Date;
};

const hourMs = 3_600_000;
/** What should have told somebody longer ago is old news. */
const toldForMs = 24 * hourMs;
/** The platform decides by itself soon: a list is too slow for it. */
const platformSoonMs = 4 * hourMs;

const isFresh = (at: string, { now }: Seen): boolean => now.getTime() - Date.parse(at) < toldForMs;

const isPlatformSoon = ({ clocks: { platform } }: Ticket, { now }: Seen): boolean =>
  platform?.dueAt !== undefined &&
  platform.stoppedAt === undefined &&
  Date.parse(platform.dueAt) - now.getTime() < platformSoonMs;

const isUrgent = ({ priority }: Ticket): boolean => priority === 'P0' || priority === 'P1';

const urgencyOf = (ticket: Ticket, isSoon: boolean): Urgency | undefined => {
  if (ticket.priority === 'P0') return 'p0';
  return ticket.priority === 'P1' || isSoon ? 'p1' : undefined;
};

/** Teams that are told by a list have a list, whatever comes; nobody gets a card for what can wait for the next list. */
const deservesCard = (ticket: Ticket, seen: Seen): boolean =>
  teamOf(seen.desk, ticket.team)?.told !== 'list' && (isUrgent(ticket) || isPlatformSoon(ticket, seen));

/** How often it began anew for somebody: given away, or reopened. Subjects of a person's further cards count with it. */
const beginnings = ({ assignments, cycle }: Ticket): number => assignments + cycle - 1;

/** Since when it has been this person's, in this cycle. */
const beganAt = ({ ownedSince, cycles, openedAt }: Ticket): string => {
  const cycleAt = cycles.at(-1)?.openedAt ?? openedAt;
  return ownedSince !== undefined && ownedSince > cycleAt ? ownedSince : cycleAt;
};

/** Whoever took it on a card has that card in front of them. */
const tookItOnCard = ({ ownedBy }: Ticket, mine: readonly Delivery[]): boolean =>
  (ownedBy === 'claim' || ownedBy === 'takeOver') && mine.some(({ messageId }) => messageId !== undefined);

/** A card is a new message once per beginning: later changes make no sound. */
const ownersCard = (ticket: Ticket, seen: Seen): readonly WantedCard[] => {
  const { owner } = ticket;
  if (!owner || !deservesCard(ticket, seen)) return [];
  const since = beganAt(ticket);
  const mine = seen.copies.filter(({ recipient }) => recipient === owner.person);
  const first = mine.find(({ subject }) => subject === ticketSubject(ticket.ticket));
  const isAnew = first !== undefined && first.plannedAt < since;
  if ((isAnew || !first) && tookItOnCard(ticket, mine)) return [];
  const subject = ticketSubject(ticket.ticket, isAnew ? `again:${beginnings(ticket)}` : '');
  const urgency = urgencyOf(ticket, isPlatformSoon(ticket, seen));
  return [{ subject, recipient: owner.person, urgency, eventAt: since }];
};

const toTargets = (
  ticket: Ticket,
  seen: Seen,
  { to, card }: { to: readonly RungTarget[]; card: Omit<WantedCard, 'recipient'> },
): readonly WantedCard[] =>
  resolveTargets(to, ticket, seen).map(({ person }) => ({ ...card, recipient: person }));

/** Nobody can be given what can't wait: whoever leads the team must know now. `ticket-sla` tells of the rest in one card. */
const failedCards = (ticket: Ticket, seen: Seen): readonly WantedCard[] => {
  const { assignmentFailedAt: at, owner, cycle } = ticket;
  const canWait = !isUrgent(ticket) && !isPlatformSoon(ticket, seen);
  if (at === undefined || owner || canWait || !isFresh(at, seen)) return [];
  const subject = ticketSubject(ticket.ticket, `failed:${cycle}`);
  const card = { subject, urgency: urgencyOf(ticket, true), eventAt: at };
  return toTargets(ticket, seen, { to: ['lead'], card });
};

/** A case that comes late has its first rung behind it: its card says so, and a second one beside it would say it again. */
const sameNewsMs = 15 * 60_000;
const hasJustHeard = (
  { ticket, owner }: Ticket,
  { copies }: Seen,
  { recipient, at }: { readonly recipient: string; readonly at: string },
): boolean => {
  if (owner?.person !== recipient) return false;
  const own = copies.find((copy) => copy.recipient === recipient && copy.subject === ticketSubject(ticket));
  return own !== undefined && Math.abs(Date.parse(at) - Date.parse(own.plannedAt)) < sameNewsMs;
};

type Fired = { readonly key: string; readonly at: string; readonly to: readonly string[] };

const cardsOfRung = (ticket: Ticket, seen: Seen, { key, at, to }: Fired): readonly WantedCard[] => {
  const rung = rungOf(seen.desk, key);
  if (rung?.channel === 'group') return [];
  const buzz = rung?.channel === 'urgent';
  const card = {
    subject: ticketSubject(ticket.ticket, `rung:${key}`),
    urgency: urgencyOf(ticket, buzz || rung?.clock === 'platform'),
    eventAt: at,
    ...(buzz && { buzz }),
  };
  const told = buzz ? to : to.filter((recipient) => !hasJustHeard(ticket, seen, { recipient, at }));
  return told.map((recipient) => ({ ...card, recipient }));
};

/** One new card per person and rung: that is what an escalation is. */
const rungCards = (ticket: Ticket, seen: Seen): readonly WantedCard[] =>
  Object.entries(ticket.rungs)
    .filter(([, { at }]) => isFresh(at, seen))
    .flatMap(([key, { at, to }]) => cardsOfRung(ticket, seen, { key, at, to }));

const raisedCards = (ticket: Ticket, seen: Seen): readonly WantedCard[] =>
  ticket.raised.flatMap(({ at, by }, index) => {
    if (!isFresh(at, seen)) return [];
    const subject = ticketSubject(ticket.ticket, `raised:${index + 1}`);
    const card = { subject, urgency: urgencyOf(ticket, true), eventAt: at };
    const cards = toTargets(ticket, seen, { to: ['lead', 'head'], card });
    return cards.filter(({ recipient }) => recipient !== by.person);
  });

/** Whoever asked waits for it, and a changed card makes no sound. */
const answeredCards = (ticket: Ticket, seen: Seen): readonly WantedCard[] => {
  const { owner, children } = ticket;
  if (!owner) return [];
  return children.flatMap(({ ticket: child, endedAt }) => {
    if (endedAt === undefined || endedAt < beganAt(ticket) || !isFresh(endedAt, seen)) return [];
    const subject = ticketSubject(ticket.ticket, `answered:${child}`);
    return [{ subject, recipient: owner.person, urgency: urgencyOf(ticket, false), eventAt: endedAt }];
  });
};

/** Who should have a card of the ticket as it is now. What has ended tells nobody anew; no ticket ever posts into a group. */
export const wantedCards = (ticket: Ticket, seen: Seen): readonly WantedCard[] =>
  isOpen(ticket)
    ? [
        ...ownersCard(ticket, seen),
        ...failedCards(ticket, seen),
        ...rungCards(ticket, seen),
        ...raisedCards(ticket, seen),
        ...answeredCards(ticket, seen),
      ]
    : [];

/** Who opens it from a list has a copy of that day; after a week they open another. */
const viewedDays = 7;
const viewDays = ({ openedAt }: Ticket, now: Date): readonly string[] =>
  Array.from({ length: viewedDays }, (_, back) => addDays(dayOf(now), -back)).filter(
    (day) => day >= dayOf(new Date(openedAt)),
  );

/** Every subject under which a copy of it may stand. */
export const subjectsOf = (ticket: Ticket, now: Date): readonly string[] => {
  const { cycle, rungs, raised, children } = ticket;
  const count = (most: number, from = 1): readonly number[] =>
    Array.from({ length: Math.max(0, most - from + 1) }, (_, index) => from + index);
  return [
    '',
    ...count(beginnings(ticket), 2).map((nth) => `again:${nth}`),
    ...count(cycle).map((nth) => `failed:${nth}`),
    ...Object.keys(rungs).map((key) => `rung:${key}`),
    ...raised.map((_, index) => `raised:${index + 1}`),
    ...children.map(({ ticket: child }) => `answered:${child}`),
    ...viewDays(ticket, now).map((day) => `view:${day}`),
  ].map((reason) => ticketSubject(ticket.ticket, reason));
};
