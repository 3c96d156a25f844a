import { addDays, type Day, dayOf } from '../calendar/day.ts';
import type { Tickets } from '../store/tickets.ts';
import type { TicketEvent } from './event.ts';
import { type MeasuredCycle, measureTicket } from './measure.ts';
import type { Days } from './numbers.ts';
import type { Rules } from './rules.ts';
import type { Ticket } from './ticket.ts';

export type PeriodTickets = Pick<
  Tickets,
  'find' | 'history' | 'listOpenedOn' | 'listClosedOn' | 'listOfTeam' | 'listUnassigned'
>;

const daysOf = (from: Day, to: Day): readonly Day[] => {
  const days: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
};

/** The day in a ticket's number: T-20261123-0142. One without a day may be of any. */
const numberDay = (ticket: string): Day => {
  const [, year, month, day] = /^[A-Z]-(\d{4})(\d{2})(\d{2})-/.exec(ticket) ?? [];
  return year && month && day ? `${year}-${month}-${day}` : '';
};

/**
 * Numbers of every ticket to which something that counts can have happened in the period: opened or ended in it, or older
 * than its end and open now or ended since. Only keys of the day and team indexes are read.
 */
export const listTouched = async (
  tickets: PeriodTickets,
  teams: readonly string[],
  { from, to, now }: Days & { readonly now: Date },
): Promise<readonly string[]> => {
  // A number is given on arrival, perhaps after the midnight on which the customer wrote.
  const isOldEnough = (ticket: string): boolean => numberDay(ticket) <= addDays(to, 1);
  const within = daysOf(from, to).flatMap((day) => [tickets.listOpenedOn(day), tickets.listClosedOn(day)]);
  const since = daysOf(addDays(to, 1), dayOf(now)).map((day) => tickets.listClosedOn(day));
  const open = teams.flatMap((team) => [tickets.listOfTeam(team), tickets.listUnassigned(team)]);
  const [inside, outside] = await Promise.all([Promise.all(within), Promise.all([...since, ...open])]);
  return [...new Set([...inside.flat(), ...outside.flat().filter(isOldEnough)])].sort();
};

export type Read = { readonly ticket: Ticket; readonly history: readonly TicketEvent[] };

/** Enough to keep the table busy, few enough for a small memory. */
const atOnce = 16;

/** Two reads a ticket. One that was deleted since its key was read is left out. */
export const readTickets = async (
  tickets: Pick<PeriodTickets, 'find' | 'history'>,
  numbers: readonly string[],
): Promise<readonly Read[]> => {
  const waiting = numbers.entries();
  const read = new Map<number, Read>();
  const readNext = async (): Promise<void> => {
    for (const [index, number] of waiting) {
      const [ticket, history] = await Promise.all([tickets.find(number), tickets.history(number)]);
      if (ticket) read.set(index, { ticket, history });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, readNext));
  return [...read].sort(([a], [b]) => a - b).map(([, each]) => each);
};

/** The rules of that version; those in force when it can't be had any more. */
export type RulesOf = (version: string) => Promise<Rules>;

/** Every cycle of these tickets, each by the version of the rules under which its ticket was written last. */
export const measureAll = async (
  read: readonly Read[],
  rulesOf: RulesOf,
): Promise<readonly MeasuredCycle[]> => {
  const versions = new Map<string, Rules>();
  for (const { ticket } of read)
    if (!versions.has(ticket.rulesVersion))
      versions.set(ticket.rulesVersion, await rulesOf(ticket.rulesVersion));
  return read.flatMap(({ ticket, history }) => {
    const rules = versions.get(ticket.rulesVersion);
    return rules ? measureTicket(ticket, history, rules) : [];
  });
};
