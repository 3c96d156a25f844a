import type { ChangeInput } from '../../shared/tickets/event.ts';
import type { SourceLink, Ticket } from '../../shared/tickets/ticket.ts';
import { type Facts, isCustomers } from './facts.ts';

/** The case of an event as the ticket knows it. */
export const linkIn = ({ sources }: Ticket, { link }: Facts): SourceLink | undefined =>
  sources.find(({ source, caseId }) => source === link.source && caseId === link.caseId);

/** A message tells only who answers, or that a conversation goes on after its end. */
const afterMessage = (known: SourceLink, facts: Facts): SourceLink => {
  const { agentId, version } = facts.event;
  const goesOn = known.ended && isCustomers(facts) && version > known.version;
  return { ...known, ...(goesOn && { ended: false, version }), ...(agentId !== undefined && { agentId }) };
};

/** Of a state that is newer than the known one; messages have none. */
export const isNewerState = (ticket: Ticket, facts: Facts): boolean =>
  facts.event.what !== 'message' && facts.event.version > (linkIn(ticket, facts)?.version ?? -1);

const linkAfter = (known: SourceLink | undefined, facts: Facts): SourceLink => {
  const { event, link } = facts;
  if (!known) return link;
  if (event.what === 'message') return afterMessage(known, facts);
  return event.version > known.version ? link : known;
};

const missing = (from: readonly string[], known: readonly string[]): string[] =>
  from.filter((each) => !known.includes(each));

/** Printed on the goods: the first who wrote it down counts. */
const printed = ['batchNo', 'productName', 'expiry'] as const;

const newlyPrinted = (ticket: Ticket, told: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(
    printed.flatMap((fact) => {
      const value = told[fact];
      return ticket[fact] === undefined && value !== undefined ? [[fact, value]] : [];
    }),
  );

/** What an event knows and the ticket doesn't: an older one fills gaps, and never replaces anything. */
const gapsIn = (ticket: Ticket, { event, batchNo, refs }: Facts) => ({
  orderIds: missing(event.orderIds, ticket.orderIds),
  skuIds: missing(event.skuIds, ticket.skuIds),
  buyerRefs: missing(refs.signed, ticket.buyerRefs),
  ...newlyPrinted(ticket, { batchNo, productName: event.productName, expiry: event.expiry }),
});

const isSameLink = (a: SourceLink, b: SourceLink): boolean =>
  a.version === b.version && a.ended === b.ended && a.agentId === b.agentId;

/** What the event says about the case at its source; none when all of it is known. */
export const sourceChanges = (ticket: Ticket, facts: Facts): readonly ChangeInput[] => {
  const known = linkIn(ticket, facts);
  const source = linkAfter(known, facts);
  const gaps = gapsIn(ticket, facts);
  const isKnown = known !== undefined && isSameLink(known, source);
  if (isKnown && Object.values(gaps).every((fact) => fact.length === 0)) return [];
  const { logistics } = facts;
  const { amountFen } = facts.event;
  const newest = isNewerState(ticket, facts) ? { amountFen, logistics } : {};
  return [{ do: 'source_changed', source, ...gaps, ...newest }];
};
