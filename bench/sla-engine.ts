import dayjs from 'dayjs';
import dayjsBusinessTime from 'dayjs-business-time';
import OpeningHours from 'opening_hours';
import { calendars } from '../config/tickets/calendars.ts';
import { builtInYears } from '../shared/calendar/built-in-years.ts';
import { teamTime } from '../shared/calendar/business-time.ts';
import type { Day } from '../shared/calendar/day.ts';
import { calendarOf } from '../shared/calendar/working-days.ts';
import { compare, type Line } from './line.ts';

/**
 * What a deadline costs, against the two libraries on npm that know a lunch break and days off: `opening_hours`, the fastest
 * and the only one that can say that a Saturday is worked (the adding is a loop over its iterator), and
 * `dayjs-business-time`, which adds business minutes itself (moment-business-time needs twice its time). Each is set up
 * anew every round, answers the same cases in the same run, and has to agree on every one of them.
 */
type Case = { readonly start: number; readonly minutes: number };
type Engine = (cases: readonly Case[]) => readonly (number | undefined)[];

const calendar = calendarOf(builtInYears);
const office = calendars.find(({ id }) => id === 'office');
const year2026 = builtInYears.find(({ year }) => year === 2026);
if (!office || !year2026) throw new Error('the calendars have no office or no 2026');
const { intervals } = office;
const daysOff = year2026.holidays.map(({ day }) => day);

const ours: Engine = (cases) => {
  const time = teamTime(office, calendar);
  return cases.map(({ start, minutes }) => time.add(start, minutes));
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const inOsmWords = (day: Day): string => {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${year} ${months[Number(month) - 1] ?? ''} ${date}`;
};
const hours = intervals.map(({ from, to }) => `${from}-${to}`).join(',');
const osmText = [
  `Mo-Fr ${hours}`,
  ...daysOff.map((day) => `${inOsmWords(day)} off`),
  ...year2026.workdays.map((day) => `${inOsmWords(day)} ${hours}`),
].join('; ');

const openingHours: Engine = (cases) => {
  const time = new OpeningHours(osmText, null);
  return cases.map(({ start, minutes }) => {
    const changes = time.getIterator(new Date(start));
    let [at, left, isOpen] = [start, minutes * 60_000, changes.getState()];
    while (changes.advance()) {
      const next = changes.getDate().getTime();
      if (isOpen && next - at >= left) return at + left;
      if (isOpen) left -= next - at;
      [at, isOpen] = [next, changes.getState()];
    }
    return undefined;
  });
};

const dayjsBusiness: Engine = (cases) => {
  const day = intervals.map(({ from, to }) => ({ start: `${from}:00`, end: `${to}:00` }));
  const week = { monday: day, tuesday: day, wednesday: day, thursday: day, friday: day };
  dayjs.extend(dayjsBusinessTime);
  dayjs.setBusinessTime({ ...week, saturday: null, sunday: null });
  dayjs.setHolidays(daysOff);
  return cases.map(({ start, minutes }) => dayjs(start).addBusinessMinutes(minutes).valueOf());
};

/** Up to five working days, from any minute between two days. */
const casesBetween = (from: Day, to: Day, count: number): readonly Case[] => {
  const [first, last] = [Date.parse(`${from}T00:00:00+08:00`), Date.parse(`${to}T00:00:00+08:00`)];
  return Array.from({ length: count }, () => ({
    start: first + Math.floor((Math.random() * (last - first)) / 60_000) * 60_000,
    minutes: 1 + Math.floor(Math.random() * 2_250),
  }));
};

type Rival = {
  readonly name: string;
  readonly engine: Engine;
  readonly cases: () => readonly Case[];
};

const rivals: readonly Rival[] = [
  {
    name: 'opening_hours 3',
    engine: openingHours,
    cases: () => casesBetween('2026-01-05', '2026-12-01', 1_000),
  },
  {
    // It can't work a Saturday, so its cases lie between two worked weekends.
    name: 'dayjs-business-time 1',
    engine: dayjsBusiness,
    cases: () => casesBetween('2026-05-11', '2026-09-01', 200),
  },
];

/** Microseconds per deadline, and what came out. */
const measure = (engine: Engine, cases: readonly Case[]) => {
  const began = performance.now();
  const answers = engine(cases);
  return { us: ((performance.now() - began) * 1_000) / cases.length, answers };
};

const race = ({ name, engine, cases }: Rival, rounds: number): Line => {
  const own: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const asked = cases();
    const [here, there] = [measure(ours, asked), measure(engine, asked)];
    const wrong = asked.find((_, index) => here.answers[index] !== there.answers[index]);
    if (wrong) throw new Error(`${name} disagrees about ${JSON.stringify(wrong)}`);
    own.push(here.us);
    theirs.push(there.us);
  }
  return compare('µs per deadline', { name: 'sla-engine', values: own }, { name, values: theirs });
};

export const slaEngine = (rounds: number): Promise<readonly Line[]> => {
  // One of them reads the clock of the process.
  const before = process.env['TZ'];
  process.env['TZ'] = 'Asia/Shanghai';
  const lines = rivals.map((rival) => race(rival, rounds));
  if (before === undefined) Reflect.deleteProperty(process.env, 'TZ');
  else process.env['TZ'] = before;
  return Promise.resolve(lines);
};
