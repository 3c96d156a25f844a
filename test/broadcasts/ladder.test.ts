import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLadder } from '../../config/accounts/default-ladder.ts';
import {
  type Climb,
  type Climbed,
  ladderTime,
  nextLadderAt,
  nextRung,
  type Reached,
  type Rung,
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
/** A reminder that arrived when it was planned. */
const arrived = (moment: string) => ({
  state: 'accepted' as const,
  plannedAt: at(moment),
  acceptedAt: at(moment),
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
    expect(rungOf('2026-09-30T10:00', { first: arrived('2026-09-30T12:00') })).toBe(
      'second 2026-10-08T10:02',
    );
  });

  it('rings on the next working day and lists for managers one more later', () => {
    const first = arrived('2026-11-23T12:12');
    expect(rungOf('2026-11-23T10:12', { first })).toBe('second 2026-11-24T10:02');
    const second = arrived('2026-11-24T10:02');
    expect(rungOf('2026-11-23T10:12', { first, second })).toBe('managers 2026-11-25T10:02');
    expect(rungOf('2026-11-23T10:12', { first, second, listedTill: '2026-11-24' })).toContain('managers');
    expect(rungOf('2026-11-23T10:12', { first, second, listedTill: '2026-11-25' })).toBe('none');
  });

  it('never climbs two rungs in one day: after a pause the next one waits for the next working day', () => {
    const first = arrived('2026-11-26T15:00');
    expect(rungOf('2026-11-23T10:12', { first })).toBe('second 2026-11-27T10:02');
  });

  it('waits while a reminder is held or queued, and counts from its arrival', () => {
    const planned = { plannedAt: at('2026-11-23T12:12') };
    const waiting = [
      { state: 'planned' },
      { state: 'claimed' },
      { state: 'held' },
      { state: 'failed', dueAt: at('2026-11-23T12:20') },
    ] as const;
    for (const each of waiting)
      expect(rungOf('2026-11-23T10:12', { first: { ...planned, ...each } })).toBe('none');
    const first = { ...planned, state: 'read', acceptedAt: at('2026-11-30T09:14') } as const;
    expect(rungOf('2026-11-23T10:12', { first })).toBe('second 2026-12-01T10:02');
    const second = { state: 'held', plannedAt: at('2026-12-01T10:02') } as const;
    expect(rungOf('2026-11-23T10:12', { first, second })).toBe('none');
  });

  it('goes on from one that will never arrive', () => {
    const planned = { plannedAt: at('2026-11-23T12:12') };
    for (const state of ['failed', 'suppressed'] as const)
      expect(rungOf('2026-11-23T10:12', { first: { ...planned, state } })).toBe('second 2026-11-24T10:02');
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

/** What becomes of a reminder after it was planned: it arrives so many minutes later, never does, or is still to come. */
const fates = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 3 * 1440 }) },
  { weight: 2, arbitrary: fc.constant('over' as const) },
  { weight: 2, arbitrary: fc.constant('waits' as const) },
);
type Fate = number | 'over' | 'waits';

const reminderOf = (planned: number, fate: Fate) => {
  const plannedAt = dateOf(planned).toISOString();
  if (fate === 'over') return { state: 'suppressed' as const, plannedAt };
  if (fate === 'waits') return { state: 'held' as const, plannedAt };
  return { state: 'accepted' as const, plannedAt, acceptedAt: dateOf(planned + fate).toISOString() };
};
/** From when the next rung counts. */
const doneAt = (planned: number, fate: Fate): number | undefined => {
  if (fate === 'waits') return undefined;
  return fate === 'over' ? planned : planned + fate;
};

describe('the ladder in 20,000 random cases', () => {
  it('equals a walk through every minute of the calendar', { timeout: 120_000 }, () => {
    const lateness = fc.integer({ min: 0, max: 4 * 1440 });
    const reminders = fc.tuple(lateness, fates);
    const compared = { first: 0, second: 0, managers: 0, waits: 0 };
    const compare = (
      climb: Climb | undefined,
      { rung, at }: { readonly rung: Rung; readonly at: number | undefined },
    ): void => {
      expect(climb).toEqual(at === undefined ? undefined : { rung, at: dateOf(at) });
      compared[at === undefined ? 'waits' : rung] += 1;
    };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 330 * 1440 }), reminders, reminders, (start, one, two) => {
        const row = accepted(dateOf(start).toISOString());
        const firstDue = walkedFirst(start);
        compare(nextRung(time, row), { rung: 'first', at: firstDue });
        const [late, fate] = one;
        const first = reminderOf(firstDue + late, fate);
        const firstDone = doneAt(firstDue + late, fate);
        const secondDue = firstDone === undefined ? undefined : walkedMorning(firstDone);
        compare(nextRung(time, row, { first }), { rung: 'second', at: secondDue });
        if (secondDue === undefined) return;
        const second = reminderOf(secondDue + two[0], two[1]);
        const secondDone = doneAt(secondDue + two[0], two[1]);
        const managersDue = secondDone === undefined ? undefined : walkedMorning(secondDone);
        compare(nextRung(time, row, { first, second }), { rung: 'managers', at: managersDue });
      }),
      { numRuns: 20_000, seed: 20_261_127 },
    );
    expect(compared.first).toBe(20_000);
    for (const count of [compared.second, compared.managers, compared.waits])
      expect(count).toBeGreaterThan(5_000);
  });
});
