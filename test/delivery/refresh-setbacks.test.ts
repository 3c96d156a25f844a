import { beforeEach, expect, it } from 'vitest';
import { catchUp, catchUpDue } from '../../functions/deliver/catch-up.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { localLedger, patchApi } from './ledger.ts';

const ledger = localLedger();
const { clock, sender, screenOf, wishFor, rowOf, failAt, cardFor, showByAnswer, net } = ledger;
const now = (): Date => new Date(clock.now());
const tables = () => ({ deliveries: ledger.out().deliveries, now });
const sweepFor = async (minutes: number): Promise<void> => {
  for (let minute = 0; minute < minutes; minute += 1) {
    await clock.advance(60_000);
    await catchUpDue(net())(now());
  }
};
const lastOn = (name: string): string => screenOf(name).at(-1)?.content ?? '';

/** A card that is on the person's screen, and should say something else by now. */
const outdated = async (name: string): Promise<Wish> => {
  const wish = await wishFor(name);
  expect(await sendNow(sender({ patienceMs: 1_000 }))(wish)).toBe('accepted');
  await wantContent(tables())(wish, { hash: await cardFor(wish, '第二版') });
  return wish;
};

beforeEach(() => {
  failAt(patchApi);
});

it('an outage of three hours keeps no card as it was', async () => {
  const wish = await outdated('周以安');
  failAt(patchApi, { kind: '503', count: 10_000 });
  await sweepFor(180);
  failAt(patchApi);
  await sweepFor(16);
  expect(lastOn('周以安')).toContain('第二版');
  expect(await rowOf(wish)).toMatchObject({ shown: { version: 2 } });
});

it('what only an administrator can mend waits for them, however long, and uses up no try', async () => {
  const wish = await outdated('许念');
  ledger.feishu().tenant.setSwitches({ monthlyQuota: 0 });
  await sweepFor(60);
  const row = await rowOf(wish);
  expect([row.code, row.frozen, row.tries]).toEqual(['99991403', undefined, 0]);
  ledger.feishu().tenant.setSwitches({ monthlyQuota: null });
  await sweepFor(16);
  expect(lastOn('许念')).toContain('第二版');
});

it('a click while a lost PATCH waits for its repeat ends with the clicker’s card on the screen', async () => {
  const wish = await outdated('林知夏');
  failAt(patchApi, { kind: 'lost_reply', count: 1 });
  await catchUp(net())(wish, now());
  expect(await rowOf(wish)).toMatchObject({ unsettled: true });
  const hash = await cardFor(wish, '你的');
  await showByAnswer(wish, hash);
  await sweepFor(8);
  expect(lastOn('林知夏')).toContain('你的');
  const row = await rowOf(wish);
  expect(row).toMatchObject({ shown: { hash }, wanted: { hash } });
  expect([row.unsettled, row.confirmAt, row.dueAt]).toEqual([undefined, undefined, undefined]);
});
