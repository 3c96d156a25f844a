import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOnDuty, quietUntil, type Span } from '../../shared/calendar/quiet-hours.ts';

const minuteMs = 60_000;
const dayMinutes = 1_440;
/** Monday, 2026-11-23 00:00 in Shanghai. */
const monday = Date.parse('2026-11-22T16:00:00Z');
const at = (minutes: number): Date => new Date(monday + minutes * minuteMs);
const shanghai = (text: string): Date => new Date(`${text}:00+08:00`);

const pad = (value: number): string => String(value).padStart(2, '0');
const clock = (minute: number): string => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Does a span that begins on one of these days (0 = Monday) cover this minute of the week? */
const coversMinute = ({ from, to }: Span, minute: number, begins: (day: number) => boolean): boolean => {
  const day = Math.floor(minute / dayMinutes);
  const time = minute % dayMinutes;
  const [start, end] = [minuteOf(from), minuteOf(to)];
  if (start < end) return begins(day) && time >= start && time < end;
  return (begins(day) && time >= start) || (begins(day - 1) && time < end);
};
const everyDay = (): boolean => true;

/** Walks on minute by minute until nothing is quiet any more. */
const walk = (from: number, isQuiet: (minute: number) => boolean): Date | undefined => {
  if (!isQuiet(from)) return undefined;
  let minute = from;
  while (isQuiet(minute)) minute += 1;
  return at(minute);
};

const minuteOfDay = fc.integer({ min: 0, max: dayMinutes - 1 });
const span = fc
  .tuple(minuteOfDay, minuteOfDay)
  .filter(([from, to]) => from !== to)
  .map(([from, to]): Span => ({ from: clock(from), to: clock(to) }));
const leavesTime = (spans: readonly Span[]): boolean =>
  Array.from({ length: dayMinutes }, (_, minute) => minute).some(
    (minute) => !spans.some((each) => coversMinute(each, minute + dayMinutes, everyDay)),
  );
const minuteOfWeek = fc.integer({ min: 0, max: 7 * dayMinutes - 1 });

describe('quiet hours', () => {
  it('of spans of one’s own end where the minutes say, across midnight and through overlaps', () => {
    fc.assert(
      fc.property(
        fc.array(span, { minLength: 1, maxLength: 3 }).filter(leavesTime),
        minuteOfWeek,
        (own, now) => {
          const isQuiet = (minute: number): boolean =>
            own.some((each) => coversMinute(each, minute, everyDay));
          expect(quietUntil(at(now), { own })).toEqual(walk(now, isQuiet));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of a shift are the hours outside it, on its weekdays and across midnight', () => {
    const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(span, fc.option(weekdays, { nil: undefined }), minuteOfWeek, (hours, days, now) => {
        const begins = (day: number): boolean => days === undefined || days.includes(((day + 7) % 7) + 1);
        const isQuiet = (minute: number): boolean => !coversMinute(hours, minute, begins);
        const shift = { ...hours, days };
        expect(quietUntil(at(now), { shift })).toEqual(walk(now, isQuiet));
        expect(isOnDuty(at(now), { shift })).toBe(!isQuiet(now));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['2026-11-23T21:29', undefined],
    ['2026-11-23T21:30', '2026-11-24T08:00'],
    ['2026-11-24T07:59', '2026-11-24T08:00'],
    ['2026-11-24T08:00', undefined],
    ['2026-11-24T12:00', '2026-11-24T13:30'],
    ['2026-11-24T13:30', undefined],
    ['2026-12-31T23:00', '2027-01-01T08:00'],
  ])('of everybody else at %s end at %s', (now, end) => {
    expect(quietUntil(shanghai(now), {})).toEqual(end && shanghai(end));
  });

  it('that people set themselves count instead of their shift and of the usual ones', () => {
    const own = [{ from: '22:00', to: '07:00' }];
    const shift = { from: '14:00', to: '23:00' };
    expect(quietUntil(shanghai('2026-11-24T12:30'), { own, shift })).toBeUndefined();
    expect(quietUntil(shanghai('2026-11-24T22:30'), { own, shift })).toEqual(shanghai('2026-11-25T07:00'));
    expect(isOnDuty(shanghai('2026-11-24T22:30'), { own, shift })).toBe(true);
  });

  it('leave everybody on duty of whom no shift is known', () => {
    expect(isOnDuty(shanghai('2026-11-24T03:00'), {})).toBe(true);
  });

  it('that cover the whole day end after nine days at the latest', () => {
    const own = [
      { from: '00:00', to: '12:00' },
      { from: '12:00', to: '00:00' },
    ];
    const end = quietUntil(shanghai('2026-11-24T03:00'), { own });
    expect(end?.getTime()).toBeLessThanOrEqual(shanghai('2026-12-03T00:00').getTime());
  });
});
