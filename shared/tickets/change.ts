import { ConflictError } from '../errors.ts';
import { parse } from '../parse.ts';
import type { Write } from '../store/table.ts';
import type { Tickets, TicketWrite } from '../store/tickets.ts';
import { applyEvent } from './apply-event.ts';
import { clocksOf, nextDueAt } from './clocks.ts';
import { type By, type ChangeInput, changeSchema, historyItem, type TicketEvent } from './event.ts';
import type { Rules } from './rules.ts';
import type { Ticket } from './ticket.ts';

/** What shall happen to one ticket; without `before` the first change opens it. */
export type Intent = {
  readonly id: string;
  readonly before: Ticket | undefined;
  readonly by: By;
  readonly changes: readonly ChangeInput[];
};

const eventsOf = ({ id, before, by, changes }: Intent, at: Date): readonly TicketEvent[] =>
  changes.map((change, index) => ({
    ticket: id,
    item: historyItem((before?.version ?? 0) + index + 1),
    at: at.toISOString(),
    by,
    change: parse(changeSchema, change),
  }));

/** The rows that an intent writes: the history first, then the ticket that follows from it, its clocks run anew. */
export const prepareWrite = (rules: Rules, intent: Intent, at: Date): TicketWrite => {
  const events = eventsOf(intent, at);
  const after = events.reduce<Ticket | undefined>(applyEvent, intent.before);
  if (!after) throw new Error(`nothing happens to ${intent.id}`);
  const ticket: Ticket = { ...after, rulesVersion: rules.desk.version, clocks: clocksOf(after, rules) };
  return { before: intent.before, after: ticket, events, nextDueAt: nextDueAt(ticket, rules) };
};

export type ChangeDeps = {
  readonly tickets: Pick<Tickets, 'find' | 'write'>;
  readonly rules: () => Promise<Rules>;
  readonly now: () => Date;
};

/** No intents: nothing is written, and `result` says why. */
export type Plan<R> = {
  readonly intents: readonly Intent[];
  /** What must be true at the same moment: keys, receipts. */
  readonly also?: readonly Write[];
  readonly result: R;
};

export type Changed<R> = { readonly result: R; readonly after: Ticket };

/** Each round somebody else was faster. */
const maxRounds = 6;

/**
 * Reads a ticket, decides, writes all or nothing under what was read, and decides anew when somebody else was faster.
 * `undefined`: there is no such ticket. Throws ConflictError `ticket_changed_meanwhile`.
 */
export const changeTicket =
  ({ tickets, rules, now }: ChangeDeps) =>
  async <R>(
    id: string,
    decide: (ticket: Ticket, rules: Rules) => Plan<R> | Promise<Plan<R>>,
  ): Promise<Changed<R> | undefined> => {
    const inForce = await rules();
    for (let round = 0; round < maxRounds; round += 1) {
      const ticket = await tickets.find(id);
      if (!ticket) return undefined;
      const { intents, also, result } = await decide(ticket, inForce);
      if (intents.length === 0) return { result, after: ticket };
      const writes = intents.map((intent) => prepareWrite(inForce, intent, now()));
      const own = writes.find(({ after }) => after.ticket === id)?.after ?? ticket;
      if (await tickets.write(writes, also)) return { result, after: own };
    }
    throw new ConflictError('ticket_changed_meanwhile', 'the ticket changed in every round');
  };
