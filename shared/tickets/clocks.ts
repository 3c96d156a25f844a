import type { Rules } from './rules.ts';
import { type Clocks, isOpen, type Ticket } from './ticket.ts';

/** The platform's own deadline: natural time, no pause. */
const platformClock = (ticket: Ticket): Clocks => {
  const deadlines = ticket.sources.flatMap(({ deadlineAt, ended }) =>
    deadlineAt && !ended ? [deadlineAt] : [],
  );
  const [dueAt] = deadlines.toSorted();
  if (dueAt === undefined) return {};
  const budgetMinutes = Math.max(0, (Date.parse(dueAt) - Date.parse(ticket.openedAt)) / 60_000);
  return { platform: { startedAt: ticket.openedAt, budgetMinutes, dueAt, calendar: 'wall' } };
};

/** The clocks of the ticket as its spans and the rules make them. */
export const clocksOf = (ticket: Ticket, rules: Rules): Clocks => {
  const runs = rules.desk.policies.length > 0 && isOpen(ticket);
  return runs ? platformClock(ticket) : {};
};

/** The next moment at which time alone does something to it: a rung, a breach, the end of its silence. */
export const nextDueAt = ({ clocks }: Ticket, rules: Rules): string | undefined =>
  rules.desk.ladder.length > 0 ? clocks.platform?.dueAt : undefined;
