import type { Interval, TeamCalendar } from '../tickets/desk.ts';
import { type Day, weekday } from './day.ts';
import type { Calendar } from './working-days.ts';

/** Working time inside one day, in ms after its midnight; `before` is what was worked that day until `from`. */
export type Span = { readonly from: number; readonly to: number; readonly before: number };

const minuteMs = 60_000;
export const dayMs = 86_400_000;

const msOf = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * minuteMs;

const worksOn = ({ days }: TeamCalendar, calendar: Calendar, day: Day): boolean => {
  if (days.on === 'everyday') return true;
  if (days.on === 'workdays') return calendar.isWorkday(day);
  return (
    days.weekdays.includes(weekday(day)) &&
    (days.holidays === 'work' || calendar.holidayName(day) === undefined)
  );
};

/** The hours that begin on that day; those after 24:00 lie in the next morning. */
export const intervalsOn = (team: TeamCalendar, calendar: Calendar, day: Day): readonly Interval[] => {
  const override = team.overrides.find(({ from, to }) => from <= day && day <= to);
  if (override) return override.intervals;
  return worksOn(team, calendar, day) ? team.intervals : [];
};

/** What falls into this day of its own intervals and of those that began the day before: together, never twice. */
export const spansOf = (own: readonly Interval[], yesterdays: readonly Interval[]): readonly Span[] => {
  const parts = [
    ...yesterdays.map(({ from, to }) => ({ from: msOf(from) - dayMs, to: msOf(to) - dayMs })),
    ...own.map(({ from, to }) => ({ from: msOf(from), to: msOf(to) })),
  ].toSorted((a, b) => a.from - b.from);
  const spans: Span[] = [];
  let [end, worked] = [0, 0];
  for (const part of parts) {
    const [from, to] = [Math.max(part.from, end), Math.min(part.to, dayMs)];
    if (from >= to) continue;
    spans.push({ from, to, before: worked });
    worked += to - from;
    end = to;
  }
  return spans;
};

/** In ms. */
export const workedIn = (spans: readonly Span[]): number => {
  const last = spans.at(-1);
  return last ? last.before + last.to - last.from : 0;
};
