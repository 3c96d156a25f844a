import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookSlots, type Lane, type SlotLog, slotAt } from '../../shared/delivery/slot-log.ts';

const start = Date.parse('2026-11-23T00:47:00.000Z');

type Given = { readonly at: number; readonly lane: Lane; readonly asked: number };

/** The most that any stretch of so many milliseconds holds. */
const fullest = (times: readonly number[], ms: number): number => {
  const sorted = times.toSorted((a, b) => a - b);
  let first = 0;
  return sorted.reduce((most, time, index) => {
    while ((sorted[first] ?? 0) <= time - ms) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
};

type Demand = { readonly afterMs: number; readonly lane: Lane; readonly count: number };

/** Whoever asks is served when there is room, in the order of its lane; who finds none asks again when told. */
const serve = (demands: readonly Demand[]): readonly Given[] => {
  let log: SlotLog = [];
  let since = start;
  const waiting: Record<Lane, { since: number; count: number }[]> = { urgent: [], digest: [], bulk: [] };
  for (const { afterMs, lane, count } of demands) waiting[lane].push({ since: (since += afterMs), count });
  const askAt: Record<Lane, number> = { urgent: start, digest: start, bulk: start };
  const given: Given[] = [];
  for (;;) {
    const timeOf = (lane: Lane): number => Math.max(askAt[lane], waiting[lane][0]?.since ?? Infinity);
    const lanes: readonly Lane[] = ['urgent', 'digest', 'bulk'];
    const lane = lanes.reduce((soonest, each) => (timeOf(each) < timeOf(soonest) ? each : soonest));
    const now = timeOf(lane);
    const [first] = waiting[lane];
    if (!first || now > since + 200_000) return given;
    const booking = bookSlots(log, { lane, count: first.count }, now);
    if (!booking.ticks) {
      expect(booking.retryAt).toBeGreaterThan(now);
      askAt[lane] = booking.retryAt;
      continue;
    }
    log = booking.log;
    for (const at of booking.ticks.map(slotAt)) {
      expect([at - now <= 500, now - at <= 25]).toEqual([true, true]);
      given.push({ at, lane, asked: first.since });
    }
    first.count -= booking.ticks.length;
    if (first.count === 0) waiting[lane].shift();
    askAt[lane] = now + 1;
  }
};

const of = (given: readonly Given[], ...lanes: readonly Lane[]): readonly number[] =>
  given.filter(({ lane }) => lanes.includes(lane)).map(({ at }) => at);

const lane = fc.constantFrom<Lane>('urgent', 'digest', 'bulk', 'bulk');
const demand = fc.record({
  afterMs: fc.oneof(fc.integer({ max: 3_000, min: 0 }), fc.constant(0)),
  lane,
  count: fc.integer({ min: 1, max: 20 }),
});

/** One lane that always wants more, for two minutes. */
const alone = (lane: Lane): readonly number[] =>
  of(serve(Array.from({ length: 130 }, () => ({ afterMs: 0, lane, count: 20 }))), lane);

describe('the log of slots', () => {
  it('never gives more than 50 in any 1.25 s nor more than a lane’s cap in any 60.6 s, whatever is asked', () => {
    fc.assert(
      fc.property(fc.array(demand, { minLength: 20, maxLength: 120 }), (demands) => {
        const given = serve(demands);
        const all = of(given, 'urgent', 'digest', 'bulk');
        expect(fullest(all, 1_250)).toBeLessThanOrEqual(50);
        // What urgent doesn't use stays free for it.
        expect(fullest(of(given, 'digest', 'bulk'), 1_250)).toBeLessThanOrEqual(40);
        expect(fullest(all, 60_600)).toBeLessThanOrEqual(990);
        expect(fullest(of(given, 'digest', 'bulk'), 60_600)).toBeLessThanOrEqual(960);
        expect(fullest(of(given, 'bulk'), 60_600)).toBeLessThanOrEqual(900);
        expect(new Set(all).size).toBe(all.length);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['urgent', 990],
    ['digest', 960],
    ['bulk', 900],
  ] as const)('lets %s alone have its %i of a minute, and again in the next', (lane, cap) => {
    const given = alone(lane);
    const within = (from: number): number =>
      given.filter((at) => at >= start + from - 25 && at < start + from + 60_575).length;
    expect(within(0)).toBeGreaterThanOrEqual(cap * 0.99);
    expect(within(60_600)).toBeGreaterThanOrEqual(cap * 0.99);
    expect(fullest(given, 60_600)).toBeLessThanOrEqual(cap);
  });

  it('serves an urgent send at its pace at once, however much bulk and digests want', () => {
    const crowd = Array.from({ length: 20 }, () => [
      { afterMs: 0, lane: 'bulk' as const, count: 20 },
      { afterMs: 0, lane: 'digest' as const, count: 20 },
    ]).flat();
    const urgent = Array.from({ length: 40 }, () => ({ afterMs: 125, lane: 'urgent' as const, count: 1 }));
    const waits = serve([...crowd, ...urgent])
      .filter((each) => each.lane === 'urgent')
      .map(({ at, asked }) => at - asked);
    expect(waits).toHaveLength(40);
    expect(Math.max(...waits)).toBeLessThanOrEqual(25);
  });

  it('gives bulk all that it has in hand, up to 20, or nothing: a write pays for twenty', () => {
    const demands = Array.from({ length: 60 }, (_, index) => [
      { afterMs: index % 7 ? 0 : 900, lane: 'bulk' as const, count: 20 },
      { afterMs: 100, lane: index % 3 ? ('urgent' as const) : ('digest' as const), count: 7 },
    ]).flat();
    let log: SlotLog = [];
    let now = start;
    for (const { afterMs, lane, count } of demands) {
      now += afterMs;
      const booking = bookSlots(log, { lane, count }, now);
      if (lane === 'bulk') expect([undefined, 20]).toContain(booking.ticks?.length);
      if (booking.ticks) log = booking.log;
    }
  });

  it('lets bulk begin beside a digest that takes all it can get, and both go on', () => {
    const digest = Array.from({ length: 40 }, () => ({ afterMs: 0, lane: 'digest' as const, count: 20 }));
    const bulk = Array.from({ length: 10 }, () => ({ afterMs: 0, lane: 'bulk' as const, count: 20 }));
    const given = serve([...digest, { afterMs: 3_000, lane: 'digest', count: 1 }, ...bulk]);
    const [first = Infinity] = of(given, 'bulk').toSorted((a, b) => a - b);
    expect(first - start).toBeLessThan(3_000 + 5_500);
    const between = (times: readonly number[]): number =>
      times.filter((at) => at >= first && at < first + 12_500).length;
    // 16 a second each: the digest's 20 and bulk's 12 share what a lease of 20 leaves.
    expect(between(of(given, 'digest'))).toBeGreaterThanOrEqual(190);
    expect(between(of(given, 'bulk'))).toBeGreaterThanOrEqual(150);
  });
});
