import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { releases } from '../../config/bundles.ts';
import { peopleFinance } from '../../config/digests/people-finance.ts';
import { salesDaily } from '../../config/digests/sales-daily.ts';
import { addDays, weekday } from '../../shared/calendar/day.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { baseDay } from '../../shared/digests/queries.ts';
import { misfireOf, periodOf, plannedAt, windowOn, windowsDue } from '../../shared/digests/window.ts';

const weekdays = (day: string): boolean => weekday(day) <= 5;
const [morning] = releases as [Bundle];
const exact = { ...morning, jitterSeconds: 0 };
const context = { isWorkday: weekdays };

describe('planned release', () => {
  it('is 08:47 in Shanghai, which is 00:47 UTC', () => {
    expect(plannedAt(exact, '2026-11-23').toISOString()).toBe('2026-11-23T00:47:00.000Z');
  });

  it('moves by at most 90 s, the same each time it is asked, not the same every day', () => {
    const offsets = Array.from({ length: 60 }, (_, index) => {
      const day = addDays('2026-11-01', index);
      expect(plannedAt(morning, day)).toEqual(plannedAt(morning, day));
      return (plannedAt(morning, day).getTime() - plannedAt(exact, day).getTime()) / 1000;
    });
    expect(offsets.every((offset) => Number.isInteger(offset) && Math.abs(offset) <= 90)).toBe(true);
    expect(new Set(offsets).size).toBeGreaterThan(20);
  });
});

describe('windowsDue', () => {
  const ask = (now: string) =>
    windowsDue({
      releases: [exact],
      now: new Date(now),
      lookAheadMs: 180_000,
      missedHorizonMs: 3_600_000,
      isWorkday: weekdays,
    }).map(({ id }) => id);

  // T is 00:47:00Z: in (now − 1 h, now + 180 s].
  it.each([
    ['2026-11-23T00:43:59.999Z', []],
    ['2026-11-23T00:44:00.000Z', ['morning:2026-11-23']],
    ['2026-11-23T00:47:00.000Z', ['morning:2026-11-23']],
    ['2026-11-23T01:46:59.999Z', ['morning:2026-11-23']],
    ['2026-11-23T01:47:00.000Z', []],
  ])('at %s are %j', (now, expected) => {
    expect(ask(now)).toEqual(expected);
  });

  it('finds a release whose T lies on the other side of midnight', () => {
    const late = { ...exact, at: '00:01' };
    const due = windowsDue({
      releases: [late],
      now: new Date('2026-11-22T15:59:00Z'), // 23:59 in Shanghai
      lookAheadMs: 180_000,
      missedHorizonMs: 60_000,
      isWorkday: weekdays,
    });
    expect(due.map(({ id, plannedAt: at }) => [id, at])).toEqual([
      ['morning:2026-11-23', '2026-11-22T16:01:00.000Z'],
    ]);
  });

  it('sees every window of a month exactly once when asked each minute with a horizon of one minute', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 59_999 }), (phase) => {
        const start = Date.parse('2026-11-23T00:40:00Z') + phase;
        const found = Array.from({ length: 15 }, (_, minute) =>
          windowsDue({
            releases: [morning],
            now: new Date(start + minute * 60_000),
            lookAheadMs: 0,
            missedHorizonMs: 60_000,
            isWorkday: weekdays,
          }),
        ).flat();
        for (const { id } of found) seen.add(id);
        expect(found.length).toBe(1);
      }),
      { numRuns: 50 },
    );
    expect([...seen]).toEqual(['morning:2026-11-23']);
  });

  it('leaves the digests of working days out on a day off, and the window too when nobody is left', () => {
    const saturday = '2026-11-21';
    expect(windowOn(exact, saturday, weekdays)?.digestIds).toEqual([
      'sales-daily',
      'stock-daily',
      'after-sales-daily',
    ]);
    expect(windowOn({ ...exact, digests: [peopleFinance] }, saturday, weekdays)).toBeUndefined();
  });
});

describe('the period shown', () => {
  it.each([
    ['Tuesday', '2026-11-24', '2026-11-23', '2026-11-23'],
    ['Monday', '2026-11-23', '2026-11-20', '2026-11-22'],
    ['Sunday', '2026-11-22', '2026-11-21', '2026-11-21'],
  ])('of the daily sales on a %s (%s) is %s to %s', (...[, day, from, to]) => {
    expect(periodOf(salesDaily, day, context)).toEqual({ from, to });
  });

  it.each([
    // Closed from Thursday 1 October to Wednesday 7 October: the card of the 8th shows all days since the 30th.
    ['2026-10-08', '2026-09-30', '2026-10-07'],
    ['2026-10-09', '2026-10-08', '2026-10-08'],
    ['2026-11-23', '2026-11-20', '2026-11-22'],
  ])('of a digest of working days on %s is %s to %s', (day, from, to) => {
    const isWorkday = (each: string): boolean =>
      weekdays(each) && !(each >= '2026-10-01' && each <= '2026-10-07');
    expect(periodOf(peopleFinance, day, { ...context, isWorkday })).toEqual({ from, to });
  });

  it('of sinceLastSend is every day after the last one shown, or yesterday when nothing was sent yet', () => {
    const since = { ...salesDaily, window: 'sinceLastSend' as const };
    expect(periodOf(since, '2026-11-23', { ...context, lastShown: '2026-11-19' })).toEqual({
      from: '2026-11-20',
      to: '2026-11-22',
    });
    expect(periodOf(since, '2026-11-23', context)).toEqual({ from: '2026-11-22', to: '2026-11-22' });
  });

  it('of sinceLastSend counts each day once, however irregular the sends are', () => {
    const since = { ...salesDaily, window: 'sinceLastSend' as const };
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), (gaps) => {
        let [day, lastShown] = ['2026-09-02', '2026-09-01'];
        for (const gap of gaps) {
          day = addDays(day, gap);
          const period = periodOf(since, day, { ...context, lastShown });
          expect(period).toEqual({ from: addDays(lastShown, 1), to: addDays(day, -1) });
          lastShown = period.to;
        }
      }),
    );
  });

  it('of working-day digests leaves no day out and shows none twice', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (off) => {
        const start = '2026-09-01';
        const days = off.map((_, index) => addDays(start, index));
        const closed = new Set(days.filter((_, index) => off[index] && index % 5 !== 0));
        const isWorkday = (day: string): boolean => !closed.has(day);
        const plain = { ...peopleFinance, mondayShows: undefined };
        const sent = days.filter(isWorkday);
        const shown = sent.slice(1).map((day) => periodOf(plain, day, { ...context, isWorkday }));
        for (const [index, period] of shown.entries()) {
          expect(period.from).toBe(sent[index]);
          expect(addDays(period.to, 1)).toBe(sent[index + 1]);
        }
      }),
    );
  });
});

describe('a misfired window', () => {
  const planned = '2026-11-23T00:47:00.000Z';
  const late = { policy: 'sendLate', withinMinutes: 180 } as const;
  it.each([
    [late, '2026-11-23T00:45:00Z', { kind: 'send', lateMs: 0 }],
    [late, '2026-11-23T00:48:00Z', { kind: 'send', lateMs: 0 }],
    [late, '2026-11-23T00:48:01Z', { kind: 'send', lateMs: 61_000 }],
    [late, '2026-11-23T03:47:00Z', { kind: 'send', lateMs: 10_800_000 }],
    [late, '2026-11-23T03:47:01Z', { kind: 'skip', reason: 'missed', lateMs: 10_801_000 }],
    [{ policy: 'skip' }, '2026-11-23T00:48:00Z', { kind: 'send', lateMs: 0 }],
    [{ policy: 'skip' }, '2026-11-23T00:48:01Z', { kind: 'skip', reason: 'missed', lateMs: 61_000 }],
  ] as const)('under %j at %s is %j', (policy, now, expected) => {
    expect(misfireOf(policy, planned, new Date(now))).toEqual(expected);
  });
});

describe('the base day of a comparison', () => {
  it.each([
    ['较昨日', '2026-11-01', '2026-10-31'],
    ['较上周同日', '2026-11-22', '2026-11-15'],
    ['较去年同期', '2026-11-22', '2025-11-22'],
    ['较去年同期', '2024-02-29', '2023-02-28'],
    ['较上月同期', '2026-03-31', '2026-02-28'],
    ['较上月同期', '2026-01-15', '2025-12-15'],
  ] as const)('%s of %s is %s', (name, day, base) => {
    expect(baseDay(name, day)).toBe(base);
  });
});
