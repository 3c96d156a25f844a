import { addDays, type Day, dayOf, daysBetween, weekday, yearOf } from './day.ts';
import type { YearCalendar } from './year.ts';

/**
 * `holiday` is a day off that a notice names, `inLieu` a weekday off that a worked weekend pays for (调休休息日),
 * `makeUp` that worked weekend (补班).
 */
type DayKind = 'workday' | 'weekend' | 'holiday' | 'inLieu' | 'makeUp';

type HorizonWarning = {
  readonly year: number;
  /** Days until the horizon, the last day that is loaded; below 0 once it has passed. */
  readonly daysLeft: number;
  readonly text: string;
};

export type Calendar = {
  readonly kind: (day: Day) => DayKind;
  readonly isWorkday: (day: Day) => boolean;
  /** 「春节」 on a day off that has a name. */
  readonly holidayName: (day: Day) => string | undefined;
  /** No list is loaded for the day's year: Monday to Friday is a guess. */
  readonly provisional: (day: Day) => boolean;
  /** The line that everything decided by such a guess carries on its card. */
  readonly note: (day: Day) => string | undefined;
  /** The last day before the first year that is missing; undefined when nothing is loaded. */
  readonly horizon: Day | undefined;
  /** From 60 days before the horizon on, until the year is loaded; the admins get it once a day. */
  readonly horizonWarning: (now: Date) => HorizonWarning | undefined;
  /** The first working day after `day`. */
  readonly nextWorkday: (day: Day) => Day;
  /** The last working day before `day`. */
  readonly previousWorkday: (day: Day) => Day;
  /** Working days from `from` on and before `to`. */
  readonly workdaysBetween: (from: Day, to: Day) => number;
};

const warnDaysAhead = 60;

type NamedKind = { readonly kind: DayKind; readonly name?: string };

/** The notice for a year may also move days of the December before it, so a later year wins over an earlier one. */
const namedKinds = (years: readonly YearCalendar[]): ReadonlyMap<Day, NamedKind> =>
  new Map(
    [...years]
      .sort((a, b) => a.year - b.year)
      .flatMap(({ holidays, workdays }) => [
        ...holidays.map(({ day, name, inLieu }): [Day, NamedKind] => [
          day,
          { kind: inLieu ? 'inLieu' : 'holiday', name },
        ]),
        ...workdays.map((day): [Day, NamedKind] => [day, { kind: 'makeUp' }]),
      ]),
  );

const firstMissing = (loaded: ReadonlySet<number>, from: number): number => {
  let year = from;
  while (loaded.has(year)) year += 1;
  return year;
};

const warningOf = (year: number, daysLeft: number): HorizonWarning => ({
  year,
  daysLeft,
  text:
    daysLeft >= 0
      ? `${year}年放假安排未导入：现有安排到 ${year - 1}-12-31 为止，还有 ${daysLeft} 天。导入前，${year}年将暂按周一至周五推送`
      : `${year}年放假安排未导入，目前暂按周一至周五推送，请尽快导入`,
});

/** Working days with 调休. Of two lists for one year the later in `years` counts, so loaded data replaces built-in data. */
export const calendarOf = (years: readonly YearCalendar[]): Calendar => {
  const byYear = new Map(years.map((year) => [year.year, year]));
  const named = namedKinds([...byYear.values()]);
  const loaded: ReadonlySet<number> = new Set(byYear.keys());

  const kind = (day: Day): DayKind => named.get(day)?.kind ?? (weekday(day) <= 5 ? 'workday' : 'weekend');
  const isWorkday = (day: Day): boolean => ['workday', 'makeUp'].includes(kind(day));
  const provisional = (day: Day): boolean => !loaded.has(yearOf(day));
  const step = (day: Day, days: 1 | -1): Day => {
    let next = addDays(day, days);
    while (!isWorkday(next)) next = addDays(next, days);
    return next;
  };

  return {
    kind,
    isWorkday,
    provisional,
    holidayName: (day) => named.get(day)?.name,
    note: (day) => (provisional(day) ? `${yearOf(day)}年放假安排未导入，暂按周一至周五推送` : undefined),
    horizon: loaded.size > 0 ? `${firstMissing(loaded, Math.min(...loaded)) - 1}-12-31` : undefined,
    horizonWarning: (now) => {
      const today = dayOf(now);
      const year = firstMissing(loaded, yearOf(today));
      const daysLeft = daysBetween(today, `${year - 1}-12-31`);
      return daysLeft <= warnDaysAhead ? warningOf(year, daysLeft) : undefined;
    },
    nextWorkday: (day) => step(day, 1),
    previousWorkday: (day) => step(day, -1),
    workdaysBetween: (from, to) => {
      let count = 0;
      for (let day = from; day < to; day = addDays(day, 1)) if (isWorkday(day)) count += 1;
      return count;
    },
  };
};
