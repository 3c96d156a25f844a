import type { Settings } from '../store/settings.ts';
import { builtInYears } from './built-in-years.ts';
import { dayOf, yearOf } from './day.ts';
import { type Calendar, calendarOf } from './working-days.ts';
import { parseYearCalendar } from './year.ts';

export const calendarSetting = (year: number): string => `calendar#${year}`;

/**
 * The calendar in force: the built-in years, replaced or continued by those that an admin loaded (this year, its
 * neighbours). `version` names what was loaded, so that windows can tell by which calendar they were decided.
 */
export const loadCalendar = async (
  settings: Settings,
  now: Date,
): Promise<{ readonly calendar: Calendar; readonly version: string }> => {
  const year = yearOf(dayOf(now));
  const found = await Promise.all(
    [year - 1, year, year + 1].map((each) => settings.current(calendarSetting(each))),
  );
  const loaded = found.filter((setting) => setting !== undefined);
  return {
    calendar: calendarOf([...builtInYears, ...loaded.map(({ value }) => parseYearCalendar(value))]),
    version: loaded.map(({ setting, version }) => `${setting}@${version}`).join(',') || 'built-in',
  };
};
