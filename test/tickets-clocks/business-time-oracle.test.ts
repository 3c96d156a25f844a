import { describe, expect, it } from 'vitest';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { type Break, type BusinessTime, teamTime } from '../../shared/calendar/business-time.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { type Chance, chanceOf } from './chance.ts';
import {
  type MinuteBreak,
  minuteOfMs,
  msOfMinute,
  type Oracle,
  oracleOf,
  windowMinutes,
  workedMinutes,
} from './minute-oracle.ts';
import { randomCalendar } from './random-calendar.ts';

const calendar = calendarOf(builtInYears);
const calendars = 100;
const pausesOfEach = 4;
const casesOfEach = 300;

/** Late enough for a night before it, early enough for most deadlines to fall into the window. */
const someStart = (chance: Chance): number => chance.whole(1440, windowMinutes - 120 * 1440);

const breaksFrom = (chance: Chance): readonly MinuteBreak[] =>
  Array.from({ length: chance.whole(0, 40) }, () => {
    const from = someStart(chance);
    return { from, to: from + chance.whole(0, chance.one([30, 600, 6000])) };
  });

type Case = { readonly start: number; readonly budget: number; readonly end: number };

/** Half of them begin near a pause. */
const someCase = (chance: Chance, breaks: readonly MinuteBreak[]): Case => {
  const isNear = breaks.length > 0 && chance.happens(0.5);
  const start = Math.max(1440, isNear ? chance.one(breaks).from - chance.whole(0, 300) : someStart(chance));
  const budget = chance.whole(0, chance.one([5, 120, 1440, 4000]));
  return { start, budget, end: start + chance.whole(-100, 20_000) };
};

/** Minutes of the window; Infinity stands for everything after it. */
type Answer = { readonly due: number; readonly between: number };

const expected = (oracle: Oracle, { start, budget, end }: Case): Answer => ({
  due: oracle.due(start, budget) ?? Infinity,
  between: oracle.between(start, end),
});

const answered = (time: BusinessTime, breaks: readonly Break[], { start, budget, end }: Case): Answer => {
  const due = time.add(msOfMinute(start), budget, breaks);
  const minute = due === undefined ? Infinity : minuteOfMs(due);
  return {
    due: minute > windowMinutes ? Infinity : minute,
    between: time.minutesBetween(msOfMinute(start), msOfMinute(end), breaks),
  };
};

describe('business time', () => {
  it('equals the brute force of a minute by minute oracle in 120,000 random cases', () => {
    const chance = chanceOf(20_261_127);
    let [compared, beyond] = [0, 0];
    for (let index = 0; index < calendars; index += 1) {
      const team = randomCalendar(chance);
      const worked = workedMinutes(team);
      const time = teamTime(team, calendar);
      for (let round = 0; round < pausesOfEach; round += 1) {
        const breaks = breaksFrom(chance);
        const oracle = oracleOf(worked, breaks);
        const pauses = breaks.map(({ from, to }) => ({ from: msOfMinute(from), to: msOfMinute(to) }));
        const cases = Array.from({ length: casesOfEach }, () => someCase(chance, breaks));
        const right = cases.map((each) => expected(oracle, each));
        const found = cases.map((each) => answered(time, pauses, each));
        expect({ team, breaks, cases, answers: found }).toEqual({ team, breaks, cases, answers: right });
        compared += cases.length;
        beyond += right.filter(({ due }) => due === Infinity).length;
      }
    }
    expect(compared).toBe(120_000);
    // Nearly all of them have a deadline to compare.
    expect(beyond).toBeLessThan(compared / 20);
  }, 60_000);

  it('is exact to the millisecond', () => {
    const chance = chanceOf(7);
    for (let index = 0; index < 600; index += 1) {
      const time = teamTime(randomCalendar(chance), calendar);
      const start = msOfMinute(someStart(chance)) + chance.whole(0, 59_999);
      const minutes = chance.whole(1, 3_000) / 7;
      const due = time.add(start, minutes);
      if (due === undefined) throw new Error('a random calendar never opens');
      expect(time.minutesBetween(start, due)).toBeCloseTo(minutes, 6);
      expect(time.minutesBetween(start, due - 1)).toBeLessThan(minutes);
    }
  });
});
