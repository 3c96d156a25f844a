import { addDays, type Day, dayOf } from '../calendar/day.ts';
import { someAtOnce } from '../some-at-once.ts';
import type { Tickets } from '../store/tickets.ts';
import type { TicketEvent } from './event.ts';
import { type MeasuredCycle, measureTicket } from './measure.ts';
import type { Days } from './numbers.ts';
import type { PastRules } from './past-rules.ts';
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

/** Two reads a ticket; `undefined` when it was deleted since its key was read. */
export const readTicket =
  (tickets: Pick<PeriodTickets, 'find' | 'history'>) =>
  async (number: string): Promise<Read | undefined> => {
    const [ticket, history] = await Promise.all([tickets.find(number), tickets.history(number)]);
    return ticket && { ticket, history };
  };

export type MeasureDeps = {
  readonly tickets: PeriodTickets;
  readonly rules: () => Promise<Rules>;
  readonly pastRules: PastRules;
};

/** Every cycle of these tickets, each by the rules under which its ticket was written last, else by those in force. */
export const measureAll = async (
  { rules, pastRules }: Pick<MeasureDeps, 'rules' | 'pastRules'>,
  read: readonly Read[],
): Promise<readonly MeasuredCycle[]> => {
  const inForce = await rules();
  const versions = [...new Set(read.map(({ ticket }) => ticket.rulesVersion))];
  const known = new Map<string, Rules>();
  for (const version of versions) known.set(version, (await pastRules(version)) ?? inForce);
  return read.flatMap(({ ticket, history }) =>
    measureTicket(ticket, history, known.get(ticket.rulesVersion) ?? inForce),
  );
};

/** Everything that counts in the period, measured. */
export const findMeasured = async (
  deps: MeasureDeps,
  days: Days,
  now: Date,
): Promise<readonly MeasuredCycle[]> => {
  const { desk } = await deps.rules();
  const teams = desk.teams.map(({ id }) => id);
  const numbers = await listTouched(deps.tickets, teams, { ...days, now });
  const read = await someAtOnce(numbers, readTicket(deps.tickets));
  return measureAll(
    deps,
    read.filter((each) => each !== undefined),
  );
};
