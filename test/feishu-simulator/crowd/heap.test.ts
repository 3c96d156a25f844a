import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attentiveAfter, nextMorning } from '../../../simulator/crowd/attention.ts';
import { createHeap } from '../../../simulator/crowd/heap.ts';

describe('what is planned', () => {
  it('comes in the order of its moments, the first planned first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (moments) => {
        const heap = createHeap<number>();
        moments.forEach((at, index) => {
          heap.put(at, index);
        });
        const taken = moments.map(() => heap.take()?.item ?? -1);
        const inOrder = moments.map((at, index) => ({ at, index })).toSorted((a, b) => a.at - b.at);
        expect(taken).toEqual(inOrder.map(({ index }) => index));
        expect(heap.nextAt()).toBeUndefined();
      }),
    );
  });
});

describe('attention', () => {
  const at = (text: string) => Date.parse(`${text}+08:00`);
  it.each([
    ['2026-11-23T09:30', 40, '2026-11-23T10:10'],
    // 30 minutes before lunch, which counts 27 of its 90, and 3 after it.
    ['2026-11-23T11:30', 60, '2026-11-23T13:33'],
  ])('from %s for %i working minutes ends at %s', (from, minutes, end) => {
    expect(attentiveAfter(at(from), minutes)).toBe(at(end));
  });

  it('never goes back and takes its time', () => {
    const instants = fc.integer({ min: at('2026-01-01T00:00'), max: at('2026-12-01T00:00') });
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 600 }), (from, minutes) => {
        expect(attentiveAfter(from, minutes)).toBeGreaterThanOrEqual(from + minutes * 60_000);
      }),
    );
  });

  it('comes back on the next working day, after a weekend and on a weekend that is worked (调休)', () => {
    expect(nextMorning(at('2026-11-27T17:00'))).toBe(at('2026-11-30T09:00'));
    expect(nextMorning(at('2026-10-09T17:00'))).toBe(at('2026-10-10T09:00'));
  });
});
