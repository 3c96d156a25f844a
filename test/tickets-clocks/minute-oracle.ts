import type { Interval, TeamCalendar } from '../../shared/tickets/desk.ts';
import { published } from '../calendar/notices.ts';

/**
 * Deadlines by brute force: every minute of fifteen months is looked at, one after the other. Shares no code with what it
 * judges, down to the days off, which it reads in the State Council's notices. A minute is its number in the window.
 */
const firstMs = Date.parse('2025-12-01T00:00:00+08:00');
const days = 456;
export const windowMinutes = days * 1440;

export const msOfMinute = (minute: number): number => firstMs + minute * 60_000;
export const minuteOfMs = (ms: number): number => (ms - firstMs) / 60_000;

type WindowDay = {
  readonly text: string;
  readonly weekday: number;
  readonly isNamed: boolean;
  readonly isWork: boolean;
};

const notices = new Map([2025, 2026, 2027].map((year) => [year, published(year)]));

const windowDay = (index: number): WindowDay => {
  const date = new Date(firstMs + index * 86_400_000 + 8 * 3_600_000);
  const text = date.toISOString().slice(0, 10);
  const weekday = date.getUTCDay() === 0 ? 7 : date.getUTCDay();
  const notice = notices.get(date.getUTCFullYear());
  const isNamed = notice?.off.has(text) ?? false;
  return {
    text,
    weekday,
    isNamed,
    isWork: (notice?.worked.has(text) ?? false) || (weekday <= 5 && !isNamed),
  };
};

const worksOn = ({ days: rule }: TeamCalendar, { weekday, isNamed, isWork }: WindowDay): boolean => {
  if (rule.on === 'everyday') return true;
  if (rule.on === 'workdays') return isWork;
  return rule.weekdays.includes(weekday) && (rule.holidays === 'work' || !isNamed);
};

const hoursOn = (team: TeamCalendar, day: WindowDay): readonly Interval[] => {
  for (const override of team.overrides) {
    if (override.from <= day.text && day.text <= override.to) return override.intervals;
  }
  return worksOn(team, day) ? team.intervals : [];
};

const minuteOfDay = (clock: string): number => {
  const [hours = '', minutes = ''] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
};

/** 1 for each minute in which the team works. */
export const workedMinutes = (team: TeamCalendar): Uint8Array => {
  const worked = new Uint8Array(windowMinutes);
  const work = (from: number, to: number): void => {
    for (let minute = Math.max(0, from); minute < Math.min(to, windowMinutes); minute += 1)
      worked[minute] = 1;
  };
  // The night of the day before the window reaches into it.
  for (let index = -1; index < days; index += 1) {
    for (const { from, to } of hoursOn(team, windowDay(index))) {
      work(index * 1440 + minuteOfDay(from), index * 1440 + minuteOfDay(to));
    }
  }
  return worked;
};

/** Minutes, `from` inside, `to` outside. */
export type MinuteBreak = { readonly from: number; readonly to: number };

export type Oracle = {
  /** `undefined`: not within the window. */
  readonly due: (start: number, budget: number) => number | undefined;
  readonly between: (from: number, to: number) => number;
};

/** Lists the minutes that count, so that a deadline is the end of the n-th from the start on. */
export const oracleOf = (worked: Uint8Array, breaks: readonly MinuteBreak[]): Oracle => {
  const counted = worked.slice();
  for (const { from, to } of breaks) {
    for (let minute = Math.max(0, from); minute < Math.min(to, windowMinutes); minute += 1)
      counted[minute] = 0;
  }
  const list: number[] = [];
  const before = new Int32Array(windowMinutes + 1);
  for (let minute = 0; minute < windowMinutes; minute += 1) {
    before[minute] = list.length;
    if (counted[minute] === 1) list.push(minute);
  }
  before[windowMinutes] = list.length;
  const beforeMinute = (minute: number): number => before[minute] ?? Number.NaN;
  return {
    due: (start, budget) => {
      if (budget === 0) return start;
      const last = list[beforeMinute(start) + budget - 1];
      return last === undefined ? undefined : last + 1;
    },
    between: (from, to) => (to <= from ? 0 : beforeMinute(to) - beforeMinute(from)),
  };
};
