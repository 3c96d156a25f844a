import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { planDelivery, planForDeliver } from '../../shared/delivery/plan.ts';
import { sendDelivery, sendNow } from '../../shared/delivery/send.ts';
import { slots } from '../../shared/delivery/slots.ts';
import { deliveryUuid } from '../../shared/feishu/messages.ts';
import { slotStore } from '../../shared/store/slots.ts';
import { localLedger } from './ledger.ts';

const appId = 'cli_a1zhida00000001';
const ledger = localLedger();
const { clock, feishu, sender, screenOf, wishFor, rowOf, fail, newCalls, sweepAfter } = ledger;
const minutes = (n: number): number => n * 60_000;
const gapsOf = (calls: readonly { readonly at: number }[]): readonly number[] =>
  calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));

beforeEach(async () => {
  fail();
  feishu().tenant.setSwitches({ perSecond: 50, perMinute: 1000, monthlyQuota: null });
  await clock.advance(minutes(5));
  newCalls();
});

describe('a rate limit', () => {
  it('is waited out in place for as long as Feishu asks', async () => {
    fail({ kind: '429', count: 1 });
    expect(await sendNow(sender({ patienceMs: 10_000 }))(await wishFor('林知夏'))).toBe('accepted');
    const calls = newCalls();
    expect(calls.map(({ code }) => code)).toEqual([99991400, 0]);
    expect(gapsOf(calls)[0]).toBeGreaterThanOrEqual(1000);
  });

  it('that asks for more patience than there is becomes a row that is due when it ends', async () => {
    feishu().tenant.setSwitches({ perMinute: 1 });
    const patient = sender({ patienceMs: 10_000 });
    expect(await sendNow(patient)(await wishFor('周以安'))).toBe('accepted');
    const wish = await wishFor('许念');
    expect(await sendNow(patient)(wish)).toBe('retry');
    const row = await rowOf(wish);
    expect(row).toMatchObject({ state: 'failed', code: '99991400', tries: 1 });
    expect(Date.parse(row.dueAt ?? '') - clock.now()).toBeGreaterThanOrEqual(59_000);
    expect(newCalls()).toHaveLength(2);
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 1 });
    expect(screenOf('许念')).toHaveLength(1);
  });

  it('holds those who wait for a slot; afterwards they leave one by one', async () => {
    const paced = slots({
      store: slotStore(ledger.tables.name('ops')),
      now: Date.now,
      sleep: (ms) => wait(ms),
    });
    // Real time: a row of its own, the others live by the manual clock.
    const pace = { sender: 'real-time', api: 'create' } as const;
    expect(await paced.take(pace, 'digest')).toBe(true);
    const left: number[] = [];
    const began = Date.now();
    const waiting = [1, 2, 3, 4, 5].map(async () => {
      await paced.take(pace, 'digest');
      left.push(Date.now() - began);
    });
    await paced.pause(pace, 250);
    await Promise.all(waiting);
    expect(Math.min(...left)).toBeGreaterThanOrEqual(249);
    // 40 a second while nobody else sends; a timer may be a little early or late.
    expect(Math.max(...left) - Math.min(...left)).toBeGreaterThanOrEqual(4 * 15);
  });

  it('leaves to deliver what could not leave in time', async () => {
    const deps = sender({ patienceMs: 500 });
    await deps.slots.pause({ sender: 'zhida', api: 'create' }, 5_000);
    const wish = await wishFor('温可儿');
    expect(await sendNow(deps)(wish)).toBe('queued');
    expect(await sendNow(deps)(wish)).toBe('taken');
    expect(await rowOf(wish)).toMatchObject({ state: 'planned', attempt: 0 });
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 1 });
    expect(screenOf('温可儿')).toHaveLength(1);
  });

  it('keeps no stream waiting: what can’t leave within 2 s is due for the sweep', async () => {
    const deps = { ...sender({ lane: 'urgent' }), slotWithinMs: 2_000 };
    const wish = await wishFor('许念');
    await planForDeliver(deps.deliveries)(wish, deps.now());
    await deps.slots.pause({ sender: 'zhida', api: 'create' }, 40_000);
    const began = clock.now();
    expect(await sendDelivery(deps)(await rowOf(wish))).toBe('queued');
    expect(clock.now() - began).toBeLessThanOrEqual(2_000);
    expect(await rowOf(wish)).toMatchObject({ state: 'planned', dueShard: 'due' });
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 1 });
  });
});

describe('a server that fails', () => {
  it.each(['500', '502', '503'] as const)('with %s is asked again with the same uuid', async (kind) => {
    const wish = await wishFor('石敬川', { subject: `digest:morning:${kind}` });
    const before = screenOf('石敬川').length;
    fail({ kind, count: 2 });
    expect(await sendNow(sender({ patienceMs: 10_000 }))(wish)).toBe('accepted');
    expect(newCalls()).toHaveLength(3);
    expect(screenOf('石敬川')).toHaveLength(before + 1);
    const uuid = deliveryUuid(appId, `${wish.subject}/${wish.recipient}`, 1);
    expect(feishu().tenant.uuids.find(appId, uuid)).toBe((await rowOf(wish)).messageId);
    await clock.advance(1000);
  });

  it('for a day is asked ever more rarely, then the row is final and says the code', async () => {
    const wish = await wishFor('白若溪');
    fail({ kind: '500' });
    expect(await sendNow(sender())(wish)).toBe('retry');
    for (let tick = 0; tick < 200; tick += 1) await sweepAfter(15_000);
    const gaps = gapsOf(newCalls()).map((ms) => ms / 1000);
    expect(gaps.slice(0, 8)).toEqual([15, 30, 60, 120, 300, 600, 900, 900]);
    for (let tick = 0; tick < 100 && (await rowOf(wish)).dueAt; tick += 1) await sweepAfter(minutes(15));
    expect(await rowOf(wish)).toMatchObject({ state: 'failed', code: '1500' });
    fail();
    expect(await sweepAfter(minutes(600))).toEqual({ due: 0, accepted: 0 });
    expect(screenOf('白若溪')).toEqual([]);
  });
});

describe('a refusal that no repeat can mend', () => {
  it.each([
    ['somebody outside the availability range', '鲁建军', '230013'],
    ['somebody who left', '龚思齐', '230029'],
  ])('of %s is final with its code after one call', async (_, name, code) => {
    const wish = await wishFor(name);
    expect(await sendNow(sender({ patienceMs: 10_000 }))(wish)).toBe('failed');
    expect(newCalls()).toHaveLength(1);
    const row = await rowOf(wish);
    expect(row).toMatchObject({ state: 'failed', code });
    expect([row.dueAt, row.sending]).toEqual([undefined, undefined]);
    expect(await sweepAfter(minutes(600))).toEqual({ due: 0, accepted: 0 });
    expect(await sendNow(sender())(wish)).toBe('taken');
    expect(newCalls()).toEqual([]);
  });

  it('of a card is final: Feishu takes it at no time', async () => {
    const hash = await ledger
      .out()
      .contents.keep(JSON.stringify({ schema: '2.0', body: { elements: [{ tag: 'nonsense' }] } }));
    const wish = await wishFor('耿长青', { hash });
    expect(await sendNow(sender({ patienceMs: 10_000 }))(wish)).toBe('failed');
    expect(newCalls()).toHaveLength(1);
    expect((await rowOf(wish)).dueAt).toBeUndefined();
  });

  it('is also a content that is gone', async () => {
    const wish = await wishFor('向小满', { hash: '0'.repeat(64) });
    expect(await sendNow(sender())(wish)).toBe('failed');
    expect(await rowOf(wish)).toMatchObject({ state: 'failed', code: 'content_missing' });
    expect(newCalls()).toEqual([]);
  });
});

describe('what only an administrator can mend', () => {
  it('holds with its reason: the month’s calls are used up, nothing is lost, it drains when there are more', async () => {
    feishu().tenant.setSwitches({ monthlyQuota: 0 });
    const wish = await wishFor('苏沐晴');
    expect(await sendNow(sender({ patienceMs: 10_000 }))(wish)).toBe('held');
    expect(newCalls()).toHaveLength(1);
    expect(await rowOf(wish)).toMatchObject({ state: 'held', reason: '99991403', code: '99991403' });
    for (let quarter = 0; quarter < 8; quarter += 1) {
      expect(await sweepAfter(minutes(15))).toEqual({ due: 1, accepted: 0 });
    }
    feishu().tenant.setSwitches({ monthlyQuota: null });
    fail({ kind: '500', count: 1 });
    expect(await sweepAfter(minutes(15))).toEqual({ due: 1, accepted: 0 });
    expect(await sweepAfter(15_000)).toEqual({ due: 1, accepted: 1 });
    const row = await rowOf(wish);
    expect([row.state, row.reason, row.code]).toEqual(['accepted', undefined, undefined]);
    expect(screenOf('苏沐晴')).toHaveLength(1);
  });

  it('is also an app that was taken away: its rows wait and keep nobody else back', async () => {
    await ledger.setMode('sender', 'gone', 'live');
    const wish = await wishFor('温可儿', { sender: 'gone', validUntil: new Date(clock.now() + minutes(40)) });
    expect(await sendNow(sender())(wish)).toBe('held');
    expect(await rowOf(wish)).toMatchObject({ state: 'held', reason: 'sender_unknown', tries: 0 });
    await sweepAfter(minutes(15));
    expect(await rowOf(wish)).toMatchObject({ state: 'held', attempt: 2 });
    await sweepAfter(minutes(30));
    expect(await rowOf(wish)).toMatchObject({ state: 'suppressed', reason: 'expired' });
  });

  it('is not held beyond the time in which somebody wants it', async () => {
    feishu().tenant.setSwitches({ monthlyQuota: 0 });
    const wish = await wishFor('江予川', { validUntil: new Date(clock.now() + minutes(20)) });
    expect(await sendNow(sender())(wish)).toBe('held');
    await sweepAfter(minutes(15));
    await sweepAfter(minutes(15));
    expect(await rowOf(wish)).toMatchObject({ state: 'suppressed', reason: 'expired' });
    expect(await sweepAfter(minutes(600))).toEqual({ due: 0, accepted: 0 });
  });
});

describe('what nobody wants any more', () => {
  it('is suppressed as expired and makes no call', async () => {
    const wish = await wishFor('尹书言', { validUntil: new Date(clock.now() + 1000) });
    await planDelivery(ledger.out().deliveries)(wish, new Date(clock.now()));
    await clock.advance(1001);
    expect(await sendDelivery(sender())(await rowOf(wish))).toBe('suppressed');
    expect(await rowOf(wish)).toMatchObject({ state: 'suppressed', reason: 'expired' });
    expect(newCalls()).toEqual([]);
  });

  it('is not retried either', async () => {
    const wish = await wishFor('秦越', { validUntil: new Date(clock.now() + 10_000) });
    fail({ kind: '429', count: 1 });
    expect(await sendNow(sender())(wish)).toBe('retry');
    expect(await sweepAfter(15_000)).toEqual({ due: 1, accepted: 0 });
    expect(await rowOf(wish)).toMatchObject({ state: 'suppressed', reason: 'expired', code: '99991400' });
    expect(screenOf('秦越')).toEqual([]);
  });
});
