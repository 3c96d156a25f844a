import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import chineseDays from 'chinese-days';
import { describe, expect, it } from 'vitest';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { addDays, atTime, type Day, dayOf } from '../../shared/calendar/day.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { parseYearCalendar, type YearCalendar } from '../../shared/calendar/year.ts';
import { published } from './notices.ts';

const calendar = calendarOf(builtInYears);
const daysOf = (year: number): Day[] => {
  const days: Day[] = [];
  for (let day = `${year}-01-01`; day.startsWith(`${year}-`); day = addDays(day, 1)) days.push(day);
  return days;
};
const isWeekend = (day: Day): boolean => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

// Invented for these tests: nobody here knows the real list of 2027.
const invented2027: YearCalendar = {
  year: 2027,
  holidays: [
    { day: '2027-01-01', name: '元旦' },
    { day: '2027-01-02', name: '元旦' },
    { day: '2027-01-03', name: '元旦' },
    { day: '2027-05-01', name: '劳动节' },
    { day: '2027-05-03', name: '劳动节', inLieu: true },
    { day: '2027-10-01', name: '国庆节' },
  ],
  workdays: ['2026-12-27', '2027-05-08'],
  source: 'invented for tests',
};

describe.each([
  [2024, 366, 251],
  [2025, 365, 248],
  [2026, 365, 248],
])('the calendar of %i', (year, days, workdays) => {
  const { off, worked } = published(year);

  it('says on every day what the notice of the State Council says', () => {
    const wrong = daysOf(year).filter((day) => {
      const expected = off.has(day) ? false : worked.has(day) || !isWeekend(day);
      return calendar.isWorkday(day) !== expected;
    });
    expect(wrong).toEqual([]);
    expect(daysOf(year)).toHaveLength(days);
  });

  it('names the days off and the worked weekends of the notice, and no others', () => {
    const named = (kinds: string[]) => daysOf(year).filter((day) => kinds.includes(calendar.kind(day)));
    expect(named(['holiday', 'inLieu'])).toEqual([...off].sort());
    expect(named(['makeUp'])).toEqual([...worked].sort());
    expect(named(['inLieu'])).toHaveLength(worked.size);
  });

  it('agrees with chinese-days on every day, days in lieu included', () => {
    const wrong = daysOf(year).filter(
      (day) =>
        chineseDays.isWorkday(day) !== calendar.isWorkday(day) ||
        chineseDays.isInLieu(day) !== (calendar.kind(day) === 'inLieu'),
    );
    expect(wrong).toEqual([]);
  });

  it(`has ${workdays} working days`, () => {
    expect(calendar.workdaysBetween(`${year}-01-01`, `${year + 1}-01-01`)).toBe(workdays);
    expect(daysOf(year).some(calendar.provisional)).toBe(false);
  });
});

describe('working days', () => {
  it('step over holidays and onto worked weekends', () => {
    expect(calendar.nextWorkday('2026-09-30')).toBe('2026-10-08');
    expect(calendar.nextWorkday('2026-10-09')).toBe('2026-10-10');
    expect(calendar.nextWorkday('2026-01-01')).toBe('2026-01-04');
    expect(calendar.nextWorkday('2026-02-14')).toBe('2026-02-24');
    expect(calendar.previousWorkday('2026-02-24')).toBe('2026-02-14');
    expect(calendar.previousWorkday('2026-11-23')).toBe('2026-11-20');
  });

  it('are counted from the first day on and before the last', () => {
    expect(calendar.workdaysBetween('2026-10-01', '2026-10-08')).toBe(0);
    expect(calendar.workdaysBetween('2026-10-08', '2026-10-11')).toBe(3);
    expect(calendar.workdaysBetween('2026-10-08', '2026-10-08')).toBe(0);
  });

  it('know the three kinds of special days by name', () => {
    expect(calendar.kind('2026-02-17')).toBe('holiday');
    expect(calendar.holidayName('2026-02-17')).toBe('春节');
    expect(calendar.kind('2026-02-20')).toBe('inLieu');
    expect(calendar.kind('2026-02-14')).toBe('makeUp');
    expect(calendar.kind('2026-11-22')).toBe('weekend');
    expect(calendar.kind('2026-11-23')).toBe('workday');
    expect(calendar.holidayName('2026-11-23')).toBeUndefined();
  });

  it.each(['America/Los_Angeles', 'Pacific/Kiritimati', 'UTC'])('are the same in a process in %s', (TZ) => {
    const kinds = [2024, 2025, 2026, 2027].flatMap(daysOf).map((day) => `${day} ${calendar.kind(day)}`);
    const root = new URL('../..', import.meta.url).pathname;
    const script = `
      import { createHash } from 'node:crypto';
      import { addDays, atTime, clockTime, dayOf } from './shared/calendar/day.ts';
      import { builtInYears } from './shared/calendar/built-in-years.ts';
      import { calendarOf } from './shared/calendar/working-days.ts';
      const calendar = calendarOf(builtInYears);
      const kinds = [];
      for (let day = '2024-01-01'; day < '2028-01-01'; day = addDays(day, 1)) {
        if (dayOf(atTime(day, '00:00')) !== day || clockTime(atTime(day, '23:59')) !== '23:59') throw new Error(day);
        kinds.push(day + ' ' + calendar.kind(day));
      }
      console.log(JSON.stringify({
        offset: new Date(0).getTimezoneOffset(),
        hash: createHash('sha256').update(kinds.join()).digest('hex'),
      }));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: root,
      env: { ...process.env, TZ, NODE_OPTIONS: '' },
      encoding: 'utf8',
    });
    const { offset, hash } = JSON.parse(output) as { offset: number; hash: string };
    // The child really ran elsewhere: at the epoch, Los Angeles was 8 h behind UTC, Kiritimati 10 h 40 min.
    expect(offset).toBe({ 'America/Los_Angeles': 480, 'Pacific/Kiritimati': 640, UTC: 0 }[TZ]);
    expect(hash).toBe(createHash('sha256').update(kinds.join()).digest('hex'));
  });
});

describe('a year that is not loaded', () => {
  const newYearsEve = atTime('2026-12-31', '16:00');
  const saturday = atTime('2027-01-02', '10:00');

  it('is guessed as Monday to Friday with a note, seen from 2026-12-31 16:00', () => {
    const today = dayOf(newYearsEve);
    expect(calendar.isWorkday(today)).toBe(true);
    expect(calendar.note(today)).toBeUndefined();
    const next = calendar.nextWorkday(today);
    expect(next).toBe('2027-01-01');
    expect(calendar.provisional(next)).toBe(true);
    expect(calendar.note(next)).toBe('2027年放假安排未导入，暂按周一至周五推送');
  });

  it('is guessed as Monday to Friday with a note, seen from 2027-01-02 10:00', () => {
    const today = dayOf(saturday);
    expect(calendar.isWorkday(today)).toBe(false);
    expect(calendar.provisional(today)).toBe(true);
    expect(calendar.nextWorkday(today)).toBe('2027-01-04');
    expect(daysOf(2027).every((day) => calendar.isWorkday(day) !== isWeekend(day))).toBe(true);
  });

  it('is recomputed the moment it is loaded as data', () => {
    const loaded = calendarOf([...builtInYears, parseYearCalendar(structuredClone(invented2027))]);
    expect(loaded.nextWorkday(dayOf(newYearsEve))).toBe('2027-01-04');
    expect(loaded.kind('2027-05-03')).toBe('inLieu');
    expect(loaded.nextWorkday('2027-05-07')).toBe('2027-05-08');
    expect(loaded.note('2027-01-04')).toBeUndefined();
    expect(loaded.horizonWarning(saturday)).toBeUndefined();
    expect(loaded.horizon).toBe('2027-12-31');
  });

  it('may move days of the December before it', () => {
    expect(calendar.isWorkday('2026-12-27')).toBe(false);
    expect(calendarOf([...builtInYears, invented2027]).kind('2026-12-27')).toBe('makeUp');
    expect(calendarOf([invented2027, ...builtInYears]).kind('2026-12-27')).toBe('makeUp');
  });

  it('is warned about every day from 60 days before the horizon', () => {
    expect(calendar.horizon).toBe('2026-12-31');
    expect(calendar.horizonWarning(atTime('2026-10-31', '23:59'))).toBeUndefined();
    expect(calendar.horizonWarning(atTime('2026-11-01', '00:00'))).toEqual({
      year: 2027,
      daysLeft: 60,
      text: '2027年放假安排未导入：现有安排到 2026-12-31 为止，还有 60 天。导入前，2027年将暂按周一至周五推送',
    });
    expect(calendar.horizonWarning(newYearsEve)).toMatchObject({ daysLeft: 0 });
    expect(calendar.horizonWarning(saturday)).toEqual({
      year: 2027,
      daysLeft: -2,
      text: '2027年放假安排未导入，目前暂按周一至周五推送，请尽快导入',
    });
  });

  it('is a horizon even when a later year is loaded', () => {
    const gap = calendarOf([...builtInYears, { ...invented2027, year: 2028, holidays: [], workdays: [] }]);
    expect(gap.horizon).toBe('2026-12-31');
    expect(gap.provisional('2027-06-01')).toBe(true);
    expect(gap.provisional('2028-06-01')).toBe(false);
    expect(calendarOf([]).horizon).toBeUndefined();
  });

  it('replaces a list of the same year that was loaded earlier', () => {
    const corrected = builtInYears.map((year) => ({ ...year, workdays: [] }));
    expect(calendarOf([...builtInYears, ...corrected]).kind('2026-10-10')).toBe('weekend');
  });
});

describe('a year as data', () => {
  const asData = (change: Record<string, unknown>) => ({ ...structuredClone(invented2027), ...change });

  it('is read back from JSON unchanged, for every built-in year', () => {
    for (const year of [...builtInYears, invented2027]) {
      expect(parseYearCalendar(JSON.parse(JSON.stringify(year)))).toEqual(year);
    }
  });

  it.each([2024, 2025, 2026])('is read from the year file of chinese-days for %i', (year) => {
    const file = new URL(`../../node_modules/chinese-days/dist/years/${year}.json`, import.meta.url);
    const imported = parseYearCalendar(JSON.parse(readFileSync(file, 'utf8')));
    expect(imported).toMatchObject({ year, source: 'npm chinese-days' });
    const other = calendarOf([imported]);
    expect(daysOf(year).map(other.kind)).toEqual(daysOf(year).map(calendar.kind));
  });

  it.each([
    ['a day of another year', { workdays: ['2028-05-06'] }, /2028-05-06 is not a day of 2027/],
    ['a list under the wrong year', { year: 2029 }, /is not a day of 2029/],
    ['a November day of the year before', { workdays: ['2026-11-29'] }, /2026-11-29 is not a day of 2027/],
    ['a worked day twice', { workdays: ['2027-05-08', '2027-05-08'] }, /2027-05-08 is listed twice/],
    [
      'a holiday twice',
      { holidays: [...invented2027.holidays, { day: '2027-10-01', name: '国庆节' }] },
      /holidays\.6: 2027-10-01 is listed twice/,
    ],
    ['a day off and worked', { workdays: ['2027-05-01'] }, /2027-05-01 is listed twice/],
    ['a worked weekday', { workdays: ['2027-05-06'] }, /workdays\.0: 2027-05-06 is a weekday/],
    [
      'a truncated list',
      { holidays: invented2027.holidays.slice(0, 3) },
      /2027-05-01 is missing; .*2027-10-01/,
    ],
    ['a day that does not exist', { workdays: ['2027-02-30'] }, /workdays\.0: is not a date/],
    ['no source', { source: '' }, /source/],
    ['a year as text', { year: '2027' }, /year/],
  ])('is refused with %s', (_, change, message) => {
    expect(() => parseYearCalendar(asData(change))).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringMatching(message) as string }),
    );
  });

  it.each([[null], [{}], ['2027'], [[]], [{ holidays: {}, workdays: {}, inLieuDays: {} }]])(
    'is refused when it is %j',
    (value) => {
      expect(() => parseYearCalendar(value)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
    },
  );
});
