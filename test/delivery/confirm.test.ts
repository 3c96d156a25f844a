import { beforeEach, describe, expect, it } from 'vitest';
import { catchUpDue } from '../../functions/deliver/catch-up.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { patchLeaseMs } from '../../shared/store/delivery-refreshes.ts';
import { localLedger, patchApi } from './ledger.ts';

const ledger = localLedger();
const { clock, sender, screenOf, wishFor, rowOf, failAt, callsOf, cardFor, net } = ledger;
const now = (): Date => new Date(clock.now());
const sweepAfter = async (ms: number): Promise<void> => {
  await clock.advance(ms);
  await catchUpDue(net())(now());
};
/** A card whose second version was answered only at the second try: the first may still land. */
const unsettled = async (name: string): Promise<Wish> => {
  const wish = await wishFor(name);
  expect(await sendNow(sender({ patienceMs: 1_000 }))(wish)).toBe('accepted');
  const hash = await cardFor(wish, '第二版');
  await wantContent({ deliveries: ledger.out().deliveries, now })(wish, { hash });
  failAt(patchApi, { kind: 'lost_reply', count: 1 });
  await sweepAfter(61_000);
  await sweepAfter(61_000);
  const row = await rowOf(wish);
  expect(row).toMatchObject({ shown: { version: 2 } });
  expect(row.confirmAt).toBeDefined();
  callsOf(patchApi);
  return wish;
};

beforeEach(() => {
  failAt(patchApi);
});

describe('the repeat of a PATCH that may have been overtaken', () => {
  it('is made although Feishu refused it at first', async () => {
    const wish = await unsettled('林知夏');
    failAt(patchApi, { kind: '429', count: 1 });
    await sweepAfter(patchLeaseMs);
    const refused = await rowOf(wish);
    expect(refused.confirmAt).toBeDefined();
    await sweepAfter(61_000);
    await sweepAfter(61_000);
    expect(callsOf(patchApi).at(-1)?.code).toBe(0);
    const row = await rowOf(wish);
    expect([row.confirmAt, row.dueAt, row.leaseUntil]).toEqual([undefined, undefined, undefined]);
    expect(screenOf('林知夏').at(-1)?.content).toContain('第二版');
  });

  it('is made once, and leaves nothing due', async () => {
    const wish = await unsettled('周以安');
    await sweepAfter(patchLeaseMs);
    await sweepAfter(61_000);
    expect(callsOf(patchApi)).toHaveLength(1);
    expect((await rowOf(wish)).dueAt).toBeUndefined();
  });
});

it('a row that is due without a difference is not swept again', async () => {
  const wish = await wishFor('许念');
  await sendNow(sender({ patienceMs: 1_000 }))(wish);
  const row = await rowOf(wish);
  await ledger.out().deliveries.putOffRefresh(row, { now: now(), until: now() });
  await sweepAfter(1_000);
  expect((await rowOf(wish)).dueAt).toBeUndefined();
});
