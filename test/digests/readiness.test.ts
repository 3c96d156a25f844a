import { describe, expect, it } from 'vitest';
import { salesDaily } from '../../config/digests/sales-daily.ts';
import { stockDaily } from '../../config/digests/stock-daily.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import { readinessOf, shownPeriod, verdictOf } from '../../shared/digests/readiness.ts';

const day = '2026-11-24';
const strict: Digest = {
  ...salesDaily,
  trigger: { kind: 'ready', source: 'bi', notBefore: '08:30', notAfter: '09:20', onLate: 'skip' },
};
const timed: Digest = { ...salesDaily, trigger: { kind: 'at', time: '08:47' } };
const notBefore = new Date('2026-11-24T00:30:00Z');
const notAfter = new Date('2026-11-24T01:20:00Z');

describe('a digest that waits for its source', () => {
  it.each([
    [
      'before notBefore, although complete',
      salesDaily,
      '00:29:59',
      '2026-11-23',
      { kind: 'wait', until: notBefore },
    ],
    ['from notBefore on, complete', salesDaily, '00:30:00', '2026-11-23', { kind: 'ready' }],
    ['incomplete', salesDaily, '00:47:00', '2026-11-22', { kind: 'wait', until: notAfter }],
    ['silent', salesDaily, '00:47:00', undefined, { kind: 'wait', until: notAfter }],
    [
      'incomplete until the last moment',
      salesDaily,
      '01:19:59',
      '2026-11-22',
      { kind: 'wait', until: notAfter },
    ],
    ['incomplete at notAfter', salesDaily, '01:20:00', '2026-11-22', { kind: 'late' }],
    [
      'incomplete at notAfter',
      strict,
      '01:20:00',
      '2026-11-22',
      { kind: 'skip', reason: 'source_not_ready' },
    ],
    ['complete after notAfter', strict, '02:00:00', '2026-11-23', { kind: 'ready' }],
    ['by the clock only', timed, '00:47:00', undefined, { kind: 'ready' }],
  ] as const)('%s', (...[, digest, time, completeThrough, expected]) => {
    const moment = { day, now: new Date(`2026-11-24T${time}Z`), needs: '2026-11-23' };
    expect(readinessOf(digest, { ...moment, ...(completeThrough && { completeThrough }) })).toEqual(expected);
  });
});

describe('a release', () => {
  const ready = { digest: salesDaily, readiness: { kind: 'ready' } } as const;
  const late = { digest: stockDaily, readiness: { kind: 'late' } } as const;
  const skip = { digest: stockDaily, readiness: { kind: 'skip', reason: 'source_not_ready' } } as const;
  const wait = (until: Date) => ({ digest: stockDaily, readiness: { kind: 'wait', until } }) as const;

  it('waits as long as one of its digests does, and asks again at the earliest of their times', () => {
    const other = { digest: salesDaily, readiness: { kind: 'wait', until: notBefore } } as const;
    expect(verdictOf([ready, wait(notAfter), other])).toEqual({
      kind: 'wait',
      until: notBefore,
      for: ['stock-daily', 'sales-daily'],
    });
  });

  it('goes with those that are ready or late and keeps the reason of the others', () => {
    expect(verdictOf([ready, late])).toEqual({
      kind: 'go',
      digests: [
        { digest: salesDaily, late: false },
        { digest: stockDaily, late: true },
      ],
      skipped: [],
    });
    expect(verdictOf([ready, skip])).toMatchObject({
      kind: 'go',
      skipped: [{ digestId: 'stock-daily', reason: 'source_not_ready' }],
    });
  });

  it('is skipped when nobody in it is left', () => {
    expect(verdictOf([skip])).toEqual({
      kind: 'skip',
      skipped: [{ digestId: 'stock-daily', reason: 'source_not_ready' }],
    });
  });
});

describe('the period that can be shown', () => {
  const wanted = { from: '2026-11-20', to: '2026-11-22' };
  it.each([
    ['a complete source', salesDaily, '2026-11-22', wanted],
    ['a source that is ahead', salesDaily, '2026-11-25', wanted],
    ['a source one day behind', salesDaily, '2026-11-21', { from: '2026-11-20', to: '2026-11-21' }],
    [
      'a source behind the first wanted day',
      salesDaily,
      '2026-11-19',
      { from: '2026-11-19', to: '2026-11-19' },
    ],
    ['a source seven days behind', salesDaily, '2026-11-15', { from: '2026-11-15', to: '2026-11-15' }],
    ['a source that has been dead longer', salesDaily, '2026-11-14', undefined],
    ['a source that should say how far it is and does not', salesDaily, undefined, undefined],
    ['a digest that only follows the clock', timed, undefined, wanted],
  ])('with %s', (...[, digest, completeThrough, expected]) => {
    expect(shownPeriod(digest, wanted, completeThrough)).toEqual(expected);
  });
});
