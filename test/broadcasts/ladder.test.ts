import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLadder } from '../../config/accounts/default-ladder.ts';
import {
  type Climbed,
  ladderTime,
  nextLadderAt,
  nextRung,
  type Reached,
} from '../../shared/broadcasts/ladder.ts';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { published } from '../calendar/notices.ts';

const calendar = calendarOf(builtInYears);
const time = ladderTime(defaultLadder, calendar);
const at = (text: string): string => new Date(`${text}:00+08:00`).toISOString();
const shanghai = (date: Date | undefined): string =>
  date ? new Date(date.getTime() + 8 * 3_600_000).toISOString().slice(0, 16) : 'never';

const accepted = (acceptedAt: string, more: Partial<Reached> = {}): Reached => ({
  recipient: 'on_someone',
  state: 'accepted',
  messageId: 'om_1',
  acceptedAt,
  ...more,
});
const rungOf = (acceptedAt: string, climbed?: Climbed): string => {
  const climb = nextRung(time, accepted(at(acceptedAt)), climbed);
  return climb ? `${climb.rung} ${shanghai(climb.at)}` : 'none';
};

describe('the ladder', () => {
  it('reminds two working hours after a card that arrived at work', () => {
    expect(rungOf('2026-11-23T10:12')).toBe('first 2026-11-23T12:12');
    expect(rungOf('2026-11-23T16:30')).toBe('first 2026-11-24T09:30');
    // A Friday before a weekend.
    expect(rungOf('2026-11-27T17:59')).toBe('first 2026-11-30T10:59');
  });

  it('reminds twelve hours after a card that arrived off hours, whatever hours these are', () => {
    expect(rungOf('2026-11-23T18:00')).toBe('first 2026-11-24T06:00');
    expect(rungOf('2026-11-23T08:59')).toBe('first 2026-11-23T20:59');
    expect(rungOf('2026-11-28T10:00')).toBe('first 2026-11-28T22:00');
  });

  it('knows days off and the worked weekends that pay for them', () => {
    // 国庆节 2026: 1 to 7 October off; 10 October, a Saturday, is worked.
    expect(rungOf('2026-09-30T17:30')).toBe('first 2026-10-08T10:30');
    expect(rungOf('2026-10-10T10:00')).toBe('first 2026-10-10T12:00');
    expect(rungOf('2026-09-30T10:00', { first: at('2026-09-30T12:00') })).toBe('second 2026-10-08T10:02');
  });

  it('rings on the next working day and lists for managers one more later', () => {
    const first = at('2026-11-23T12:12');
    expect(rungOf('2026-11-23T10:12', { first })).toBe('second 2026-11-24T10:02');
    const second = at('2026-11-24T10:02');
    expect(rungOf('2026-11-23T10:12', { first, second })).toBe('managers 2026-11-25T10:02');
    expect(rungOf('2026-11-23T10:12', { first, second, listedTill: '2026-11-24' })).toContain('managers');
    expect(rungOf('2026-11-23T10:12', { first, second, listedTill: '2026-11-25' })).toBe('none');
  });

  it('never climbs two rungs in one day: after a pause the next one waits for the next working day', () => {
    const first = at('2026-11-26T15:00');
    expect(rungOf('2026-11-23T10:12', { first })).toBe('second 2026-11-27T10:02');
  });

  it('leaves alone whom nothing has reached, and who has confirmed', () => {
    expect(nextRung(time, { recipient: 'on_a', state: 'held' })).toBeUndefined();
    const done = accepted(at('2026-11-23T10:12'), { state: 'confirmed' });
    expect(nextRung(time, done)).toBeUndefined();
    const failed = accepted(at('2026-11-23T10:12'), { state: 'excluded', reason: 'left_company' });
    expect(nextRung(time, failed)).toBeUndefined();
    // Reading is not confirming.
    expect(nextRung(time, accepted(at('2026-11-23T10:12'), { state: 'read' }))?.rung).toBe('first');
  });

  it('is looked at when the next of all rungs is due, and not after the deadline', () => {
    const climbs = ['2026-11-23T10:12', '2026-11-23T09:30'].map((moment) =>
      nextRung(time, accepted(at(moment))),
    );
    expect(shanghai(nextLadderAt([undefined, ...climbs], undefined))).toBe('2026-11-23T11:30');
    expect(nextLadderAt(climbs, at('2026-11-23T11:30'))).toBeUndefined();
    expect(nextLadderAt([], undefined)).toBeUndefined();
  });
});

/** Every minute of the year is looked at; days off are read in the State Council's notices. Shares no code with what it judges. */
const minuteMs = 60_000;
const windowMs = Date.parse('2026-01-01T00:00:00+08:00');
const windowDays = 365;
const notices = published(2026);
const days = Array.from({ length: windowDays }, (_, index) => {
  const date = new Date(windowMs + 8 * 3_600_000 + index * 86_400_000);
  const text = date.toISOString().slice(0, 10);
  const isWeekday = date.getUTCDay() >= 1 && date.getUTCDay() <= 5;
  return { isWork: notices.worked.has(text) || (isWeekday && !notices.off.has(text)) };
});
const works = new Uint8Array(windowDays * 1440);
for (const [index, { isWork }] of days.entries())
  if (isWork) works.fill(1, index * 1440 + 9 * 60, index * 1440 + 18 * 60);
const dateOf = (minute: number): Date => new Date(windowMs + minute * minuteMs);

const walkedFirst = (accepted: number): number => {
  const isAtWork = works[accepted] === 1;
  let left = isAtWork ? 120 : 720;
  let minute = accepted;
  for (; left > 0; minute += 1) if (!isAtWork || works[minute] === 1) left -= 1;
  return minute;
};
const walkedMorning = (after: number): number => {
  const today = Math.floor(after / 1440);
  for (let minute = after; ; minute += 1) {
    const day = Math.floor(minute / 1440);
    if (day > today && days[day]?.isWork && minute % 1440 === 10 * 60 + 2) return minute;
  }
};

describe('the ladder in 20,000 random cases', () => {
  it('equals a walk through every minute of the calendar', { timeout: 120_000 }, () => {
    const lateness = fc.option(fc.integer({ min: 0, max: 6 * 1440 }), { nil: undefined });
    let compared = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 330 * 1440 }), lateness, lateness, (start, one, two) => {
        const row = accepted(dateOf(start).toISOString());
        const first = walkedFirst(start);
        expect(nextRung(time, row)).toEqual({ rung: 'first', at: dateOf(first) });
        const plannedFirst = first + (one ?? 0);
        const climbed = { first: dateOf(plannedFirst).toISOString() };
        const second = walkedMorning(plannedFirst);
        expect(nextRung(time, row, climbed)).toEqual({ rung: 'second', at: dateOf(second) });
        const plannedSecond = second + (two ?? 0);
        const both = { ...climbed, second: dateOf(plannedSecond).toISOString() };
        const managers = walkedMorning(plannedSecond);
        expect(nextRung(time, row, both)).toEqual({ rung: 'managers', at: dateOf(managers) });
        compared += 3;
      }),
      { numRuns: 20_000, seed: 20_261_127 },
    );
    expect(compared).toBe(60_000);
  });
});
