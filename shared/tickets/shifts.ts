import { addDays, atTime, clockTime, type Day, dayOf } from '../calendar/day.ts';
import { intervalsOn } from '../calendar/team-days.ts';
import type { Person } from '../store/people.ts';
import type { Team } from './desk.ts';
import type { Rules } from './rules.ts';
import { isOfTeam } from './team-people.ts';

/** One stretch of a team's day. Instants in ms since 1970. */
export type Shift = {
  readonly from: number;
  readonly to: number;
  /** After the break, else half of it. */
  readonly middle: number;
  /** union_ids; absent: everybody of the team. */
  readonly people?: readonly string[];
};

const minuteMs = 60_000;

/** Of `HH:mm` up to 30:00, because a shift may end after midnight. */
const instantOf = (day: Day, text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return atTime(day, '00:00').getTime() + (hours * 60 + minutes) * minuteMs;
};

const fromRota = ({ id }: Team, { desk }: Rules, day: Day): readonly Shift[] => {
  const rows = desk.rota.filter((row) => row.team === id && row.day === day);
  const spans = [...new Set(rows.map(({ from, to }) => `${from}-${to}`))].toSorted();
  return spans.map((span) => {
    const [from, to] = span.split('-').map((text) => instantOf(day, text));
    const people = rows.filter((row) => `${row.from}-${row.to}` === span).map(({ person }) => person);
    return { from: from ?? 0, to: to ?? 0, middle: ((from ?? 0) + (to ?? 0)) / 2, people };
  });
};

const fromCalendar = (team: Team, { desk, calendar }: Rules, day: Day): readonly Shift[] => {
  const own = desk.calendars.find(({ id }) => id === team.calendar);
  const intervals = own ? intervalsOn(own, calendar, day) : [];
  const [first, second] = intervals;
  const last = intervals.at(-1);
  if (!first || !last) return [];
  const [from, to] = [instantOf(day, first.from), instantOf(day, last.to)];
  return [{ from, to, middle: second ? instantOf(day, second.from) : (from + to) / 2 }];
};

/** The shifts of a day: the rota's, and without one the team's calendar is a shift of everybody. */
const shiftsOf = (team: Team, rules: Rules, day: Day): readonly Shift[] => {
  const planned = fromRota(team, rules, day);
  return planned.length > 0 ? planned : fromCalendar(team, rules, day);
};

/** Those that run now; one of yesterday may go on after midnight. */
export const shiftsAt = (team: Team, rules: Rules, now: Date): readonly Shift[] => {
  const today = dayOf(now);
  return [addDays(today, -1), today]
    .flatMap((day) => shiftsOf(team, rules, day))
    .filter(({ from, to }) => from <= now.getTime() && now.getTime() < to);
};

/** Breaks of a calendar are breaks, too: at noon nobody of an office is at work. */
const stretchesOf = (team: Team, rules: Rules, day: Day): readonly Shift[] => {
  const planned = fromRota(team, rules, day);
  const own = rules.desk.calendars.find(({ id }) => id === team.calendar);
  if (planned.length > 0 || !own) return planned;
  return intervalsOn(own, rules.calendar, day).map((interval) => {
    const [from, to] = [instantOf(day, interval.from), instantOf(day, interval.to)];
    return { from, to, middle: (from + to) / 2 };
  });
};

/** Till when somebody who is at work now is; `undefined` for whoever isn't. */
export const atWorkUntil = (person: Person, rules: Rules, now: Date): Date | undefined => {
  const today = dayOf(now);
  const ends = rules.desk.teams
    .filter((team) => isOfTeam(rules.desk, team, person))
    .flatMap((team) => [addDays(today, -1), today].flatMap((day) => stretchesOf(team, rules, day)))
    .filter(({ people }) => people?.includes(person.person) ?? true)
    .filter(({ from, to }) => from <= now.getTime() && now.getTime() < to)
    .map(({ to }) => to);
  return ends.length > 0 ? new Date(Math.max(...ends)) : undefined;
};

/** 20261123-0830: half of the subject of what is told once per shift, or at one moment of it. */
export const slotName = (instant: number): string =>
  `${dayOf(instant).replaceAll('-', '')}-${clockTime(instant).replace(':', '')}`;
