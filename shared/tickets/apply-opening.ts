import type { TicketChange, TicketEvent } from './event.ts';
import type { Ticket } from './ticket.ts';

type Opening = Extract<TicketChange, { do: 'opened' }>;

const factsOf = (opening: Opening) => {
  const { kind, receivedAt, parent, ask, cases, orderIds, skuIds, productName, batchNo, expiry } = opening;
  const { amountFen, logistics, buyerRefs, content, health, attachments, because, team } = opening;
  return {
    ...{ kind, receivedAt, parent, ask, cases, orderIds, skuIds, productName, batchNo, expiry },
    ...{ amountFen, logistics, buyerRefs, content, health, attachments, because, team },
  };
};

/** The first row of a history. Throws when it is another one. */
export const applyOpening = ({ ticket, at, change }: TicketEvent): Ticket => {
  if (change.do !== 'opened') throw new Error(`the history of ${ticket} begins with ${change.do}`);
  const { source, awaitsReply, priority, openedAt, category } = change;
  const state = category ? 'triaged' : 'new';
  return {
    ...factsOf(change),
    ticket,
    item: 'ticket',
    version: 1,
    children: [],
    state,
    cycle: 1,
    priority,
    ...(category && { category }),
    assignments: 0,
    sources: source ? [source] : [],
    messages: [],
    openedAt,
    changedAt: at,
    ...(awaitsReply && { waitingSince: openedAt }),
    spans: [{ at: openedAt, state, priority, cycle: 1 }],
    cycles: [{ cycle: 1, openedAt }],
    clocks: {},
    breaches: {},
    rungs: {},
    raised: [],
    merged: [],
    note: '',
    rulesVersion: 'default',
  };
};
