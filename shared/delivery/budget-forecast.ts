import { addDays, type Day, dayOf } from '../calendar/day.ts';
import type { Calendar } from '../calendar/working-days.ts';
import type { MonthCalls } from '../store/budget.ts';
import { endOfMonth } from './budget-level.ts';

export type Forecast = {
  /** After today. */
  readonly workdaysLeft: number;
  readonly perWorkday: number;
  /** Calls of the whole month at this pace. */
  readonly monthEnd: number;
  /** The day on which the quota is used up at this pace; absent: it lasts. */
  readonly runsOutOn: Day | undefined;
  readonly byTopic: Readonly<Record<string, TopicForecast>>;
};
type TopicForecast = { readonly calls: number; readonly perWorkday: number; readonly monthEnd: number };

type Asked = {
  readonly month: string;
  readonly row: MonthCalls;
  readonly quota: number | null;
  readonly calendar: Pick<Calendar, 'isWorkday'>;
  readonly now: Date;
};

const daysOf = (month: string): readonly Day[] => {
  const days: Day[] = [];
  const end = dayOf(endOfMonth(month));
  for (let day = `${month}-01`; day < end; day = addDays(day, 1)) days.push(day);
  return days;
};

const round = (value: number): number => Math.round(value);

/**
 * The working days so far say what the others will cost; today counts with what it has made, or with the average when that
 * is more. On the first working day today's calls are all there is to go by.
 */
export const forecastOf = ({ month, row, quota, calendar, now }: Asked): Forecast => {
  const today = dayOf(now);
  const workdays = daysOf(month).filter(calendar.isWorkday);
  const before = workdays.filter((day) => day < today).length;
  const left = workdays.filter((day) => day > today);
  const madeToday = row.byDay[today.slice(8)] ?? 0;
  const perWorkday = before > 0 ? (row.calls - madeToday) / before : madeToday;
  const stillToday = workdays.includes(today) ? Math.max(0, perWorkday - madeToday) : 0;
  const tonight = row.calls + stillToday;
  const monthEnd = tonight + perWorkday * left.length;
  const runsOut = (): Day | undefined => {
    if (quota === null || monthEnd <= quota) return undefined;
    if (tonight > quota) return today;
    return left.find((_, index) => tonight + perWorkday * (index + 1) > quota);
  };
  const topics = Object.entries(row.byTopic).sort(([, a], [, b]) => b - a);
  const share = (calls: number): number => (row.calls > 0 ? calls / row.calls : 0);
  return {
    workdaysLeft: left.length,
    perWorkday: round(perWorkday),
    monthEnd: round(monthEnd),
    runsOutOn: runsOut(),
    byTopic: Object.fromEntries(
      topics.map(([topic, calls]): [string, TopicForecast] => [
        topic,
        {
          calls,
          perWorkday: round(perWorkday * share(calls)),
          monthEnd: round(monthEnd * share(calls)),
        },
      ]),
    ),
  };
};
