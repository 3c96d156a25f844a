import { type Interval, type TeamCalendar, teamCalendarSchema } from '../../shared/tickets/desk.ts';
import type { Chance } from './chance.ts';

const two = (value: number): string => String(value).padStart(2, '0');
const clock = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

/** Up to four in order, now and then one that begins where another ends, some of them after midnight. */
const intervals = (chance: Chance, most: number): readonly Interval[] => {
  const longest = chance.happens(0.3) ? 30 * 60 : 24 * 60;
  const marks = Array.from({ length: 2 * most }, () => {
    const minute = chance.whole(0, longest);
    return chance.happens(0.5) ? minute - (minute % 30) : minute;
  }).toSorted((a, b) => a - b);
  return Array.from({ length: most }, (_, index) => ({
    from: clock(marks[2 * index] ?? 0),
    to: clock(marks[2 * index + 1] ?? 0),
  })).filter(({ from, to }) => from < to);
};

const someDay = (chance: Chance): Date => new Date(Date.UTC(2025, 11, 1 + chance.whole(0, 455)));
const text = (date: Date): string => date.toISOString().slice(0, 10);

const override = (chance: Chance): TeamCalendar['overrides'][number] => {
  const from = someDay(chance);
  const to = new Date(from.getTime() + chance.whole(0, 4) * 86_400_000);
  return {
    from: text(from),
    to: text(to),
    intervals: [...intervals(chance, chance.whole(0, 2))],
    why: '大促',
  };
};

const daysOf = (chance: Chance): TeamCalendar['days'] => {
  const weekdays = [1, 2, 3, 4, 5, 6, 7].filter(() => chance.happens(0.7));
  return chance.one<TeamCalendar['days']>([
    { on: 'everyday' },
    { on: 'workdays' },
    {
      on: 'weekly',
      weekdays: weekdays.length > 0 ? weekdays : [1],
      holidays: chance.one(['off', 'work'] as const),
    },
  ]);
};

/** Hours as no company has them, and as the schema allows. */
export const randomCalendar = (chance: Chance): TeamCalendar => {
  const hours = intervals(chance, chance.whole(1, 4));
  return teamCalendarSchema.parse({
    id: 'random',
    name: 'random',
    days: daysOf(chance),
    intervals: hours.length > 0 ? hours : [{ from: '09:00', to: '18:00' }],
    overrides: Array.from({ length: chance.whole(0, 4) }, () => override(chance)),
  });
};
