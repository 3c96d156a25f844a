import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  atTime,
  clockTime,
  dayOf,
  daySchema,
  daysBetween,
  monthOf,
  weekday,
  yearOf,
} from '../../shared/calendar/day.ts';

describe('days in Asia/Shanghai', () => {
  it('turn at 16:00 UTC', () => {
    expect(dayOf(new Date('2026-12-31T15:59:59.999Z'))).toBe('2026-12-31');
    expect(dayOf(new Date('2026-12-31T16:00:00.000Z'))).toBe('2027-01-01');
    expect(dayOf(Date.parse('2026-12-31T16:00:00.000Z'))).toBe('2027-01-01');
  });

  it('show the clock of Shanghai', () => {
    expect(clockTime(new Date('2026-11-23T00:47:30Z'))).toBe('08:47');
    expect(clockTime(new Date('2026-11-22T16:00:00Z'))).toBe('00:00');
  });

  it('count across months, leap days and years', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2025-02-28', 1)).toBe('2025-03-01');
    expect(addDays('2027-01-01', -1)).toBe('2026-12-31');
    expect(daysBetween('2026-01-01', '2027-01-01')).toBe(365);
    expect(daysBetween('2026-03-01', '2026-02-28')).toBe(-1);
  });

  it('know their weekday, month and year', () => {
    expect(['2026-11-23', '2026-11-28', '2026-11-29'].map(weekday)).toEqual([1, 6, 7]);
    expect(monthOf('2026-11-23')).toBe('2026-11');
    expect(yearOf('2026-11-23')).toBe(2026);
  });

  it('give the instant of a time of day', () => {
    expect(atTime('2026-11-23', '08:47').toISOString()).toBe('2026-11-23T00:47:00.000Z');
    expect(atTime('2026-11-23', '08:47:30').toISOString()).toBe('2026-11-23T00:47:30.000Z');
  });

  it('agree with the platform tables of Asia/Shanghai at any instant since 1992', () => {
    const reference = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Asia/Shanghai',
      dateStyle: 'short',
      timeStyle: 'short',
    });
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1992-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
        (at) => {
          expect(`${dayOf(at)} ${clockTime(at)}`).toBe(reference.format(at));
          expect(dayOf(atTime(dayOf(at), clockTime(at)))).toBe(dayOf(at));
        },
      ),
    );
  });

  it.each(['2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', '2026-01-01T00:00:00Z', ''])(
    'refuse %j as a date',
    (text) => {
      expect(daySchema.safeParse(text).success).toBe(false);
    },
  );

  it('accept a leap day in a leap year only', () => {
    expect(daySchema.safeParse('2024-02-29').success).toBe(true);
    expect(daySchema.safeParse('2025-02-29').success).toBe(false);
  });
});
