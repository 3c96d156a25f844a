import * as z from 'zod/mini';
import { parse } from '../parse.ts';
import { type Day, daySchema, weekday, yearOf } from './day.ts';

/** One year of the State Council's notice (国务院办公厅关于部分节假日安排的通知). */
export type YearCalendar = {
  readonly year: number;
  /** Every day off that the notice names, weekends inside a block included. */
  readonly holidays: readonly Holiday[];
  /** 补班: Saturdays and Sundays that are worked. */
  readonly workdays: readonly Day[];
  /** Where the list was published. */
  readonly source: string;
};

export type Holiday = {
  readonly day: Day;
  readonly name: string;
  /** 调休: a weekday off that is paid for by a worked weekend, not a statutory holiday. */
  readonly inLieu?: boolean | undefined;
};

/** Off by law in every year since 1949, whatever a notice adds: a list without them is not a whole year. */
const fixedHolidays = ['01-01', '05-01', '10-01'];

const holidaySchema = z.object({
  day: daySchema,
  name: z.string().check(z.minLength(1), z.maxLength(20)),
  inLieu: z.optional(z.boolean()),
});

const shapeSchema = z.object({
  year: z.int().check(z.gte(2000), z.lte(2100)),
  holidays: z.array(holidaySchema).check(z.maxLength(60)),
  workdays: z.array(daySchema).check(z.maxLength(30)),
  source: z.string().check(z.minLength(1), z.maxLength(200)),
});

type Fault = { readonly path: readonly (string | number)[]; readonly message: string };
type Entry = { readonly day: Day; readonly path: readonly (string | number)[] };

/** New Year's block may reach into the December before: 2018-12-29 was worked for the holiday of 2019. */
const belongsTo = (year: number, day: Day): boolean =>
  yearOf(day) === year || day.startsWith(`${year - 1}-12-`);

const strayFaults = (year: number, entries: readonly Entry[]): readonly Fault[] =>
  entries
    .filter(({ day }) => !belongsTo(year, day))
    .map(({ day, path }) => ({ path, message: `${day} is not a day of ${year} or the December before` }));

const repeatFaults = (entries: readonly Entry[]): readonly Fault[] => {
  const seen = new Set<Day>();
  return entries.flatMap(({ day, path }) => {
    const repeated = seen.has(day);
    seen.add(day);
    return repeated ? [{ path, message: `${day} is listed twice` }] : [];
  });
};

const weekdayFaults = (workdays: readonly Entry[]): readonly Fault[] =>
  workdays
    .filter(({ day }) => weekday(day) <= 5)
    .map(({ day, path }) => ({ path, message: `${day} is a weekday, only a weekend can be 补班` }));

const missingFaults = ({ year, holidays }: z.output<typeof shapeSchema>): readonly Fault[] =>
  fixedHolidays
    .map((date) => `${year}-${date}`)
    .filter((day) => !holidays.some((holiday) => holiday.day === day))
    .map((day) => ({ path: ['holidays'], message: `${day} is missing` }));

const faultsOf = (calendar: z.output<typeof shapeSchema>): readonly Fault[] => {
  const off = calendar.holidays.map(({ day }, index) => ({ day, path: ['holidays', index] }));
  const worked = calendar.workdays.map((day, index) => ({ day, path: ['workdays', index] }));
  return [
    ...strayFaults(calendar.year, [...off, ...worked]),
    // A day that is both off and worked is also listed twice.
    ...repeatFaults([...off, ...worked]),
    ...weekdayFaults(worked),
    ...missingFaults(calendar),
  ];
};

const yearSchema = shapeSchema.check((context) => {
  for (const { path, message } of faultsOf(context.value)) {
    context.issues.push({ code: 'custom', input: context.value, path: [...path], message });
  }
});

/** The year files of the npm package `chinese-days` (dist/years/2027.json): day → "English,中文,statutory days". */
const chineseDaysSchema = z.object({
  holidays: z.record(daySchema, z.string()),
  workdays: z.record(daySchema, z.string()),
  inLieuDays: z.record(daySchema, z.string()),
});

const fromChineseDays = (value: unknown): unknown => {
  const file = z.safeParse(chineseDaysSchema, value);
  if (!file.success) return value;
  const { holidays, workdays, inLieuDays } = file.data;
  return {
    year: yearOf(Object.keys(holidays).sort().at(-1) ?? ''),
    holidays: Object.entries(holidays).map(([day, text]) => ({
      day,
      name: text.split(',')[1] ?? text,
      ...(day in inLieuDays && { inLieu: true }),
    })),
    workdays: Object.keys(workdays),
    source: 'npm chinese-days',
  };
};

/**
 * A year as data, in our own shape or as a year file of `chinese-days`. Throws `invalid_input` naming what is wrong:
 * a day of another year, a day twice, a day both off and worked, 补班 on a weekday, a fixed holiday missing.
 */
export const parseYearCalendar = (value: unknown): YearCalendar => parse(yearSchema, fromChineseDays(value));
