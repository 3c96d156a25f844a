import { beforeEach, describe, expect, it } from 'vitest';
import { catchUpDue } from '../../functions/deliver/catch-up.ts';
import { planAndClaim, planDelivery } from '../../shared/delivery/plan.ts';
import { sendClaimed, sendDelivery, sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { setAttributes } from '../store/rows.ts';
import { localLedger } from './ledger.ts';

const ledger = localLedger();
const { clock, sender, screenOf, wishFor, rowOf, fail, newCalls, sweepAfter, setMode, tables } = ledger;
const now = (): Date => new Date(clock.now());
const minutes = (n: number): number => n * 60_000;

beforeEach(async () => {
  fail();
  await clock.advance(minutes(5));
  newCalls();
});

describe('one message', () => {
  it('is what three planners of the same delivery make', async () => {
    const wish = await wishFor('林知夏');
    const endings = await Promise.all([1, 2, 3].map(() => sendNow(sender())(wish)));
    expect(endings.toSorted()).toEqual(['accepted', 'taken', 'taken']);
    expect(await sendNow(sender())(wish)).toBe('taken');
    const [message, ...others] = screenOf('林知夏');
    expect(others).toEqual([]);
    expect(await rowOf(wish)).toMatchObject({ state: 'accepted', messageId: message?.id, attempt: 1 });
  });

  it('is what two senders of a planned delivery make', async () => {
    const wish = await wishFor('周以安');
    await planDelivery(ledger.out().deliveries)(wish, now());
    const row = await rowOf(wish);
    const endings = await Promise.all([sender(), sender(), sender()].map((deps) => sendDelivery(deps)(row)));
    expect(endings.toSorted()).toEqual(['accepted', 'taken', 'taken']);
    expect(screenOf('周以安')).toHaveLength(1);
    expect(newCalls()).toHaveLength(1);
  });

  it('is on the screen when the reply was lost; the sweep learns its id by the same uuid', async () => {
    const wish = await wishFor('许念');
    fail({ kind: 'lost_reply', count: 1 });
    expect(await sendNow(sender())(wish)).toBe('retry');
    const [message] = screenOf('许念');
    const lost = await rowOf(wish);
    expect(lost).toMatchObject({ state: 'failed', code: 'no_reply', sending: { hash: wish.hash } });
    expect(lost.messageId).toBeUndefined();
    expect(await sweepAfter(14_000)).toMatchObject({ accepted: 0 });
    expect(await sweepAfter(1_000)).toEqual({ due: 1, accepted: 1 });
    expect(screenOf('许念')).toEqual([message]);
    expect(await rowOf(wish)).toMatchObject({
      state: 'accepted',
      messageId: message?.id,
      shown: { hash: wish.hash },
    });
  });

  it('is found in place when there is patience', async () => {
    const wish = await wishFor('何听雨');
    fail({ kind: 'lost_reply', count: 2 });
    expect(await sendNow(sender({ patienceMs: 10_000 }))(wish)).toBe('accepted');
    expect(screenOf('何听雨')).toHaveLength(1);
    expect(newCalls()).toHaveLength(3);
    expect((await rowOf(wish)).attempt).toBe(1);
  });

  it('is sent by the sweep for a sender that died after its claim, when the lease is over', async () => {
    const wish = await wishFor('高远');
    await planAndClaim(ledger.out().deliveries)(wish, now());
    expect(await sweepAfter(24_000)).toMatchObject({ accepted: 0 });
    expect(screenOf('高远')).toEqual([]);
    expect(await sweepAfter(1_000)).toEqual({ due: 1, accepted: 1 });
    expect(screenOf('高远')).toHaveLength(1);
  });

  it('tells how long it had been due, for the alarm', async () => {
    await planAndClaim(ledger.out().deliveries)(await wishFor('秦越'), now());
    await clock.advance(25_000 + 130_000);
    const sweep = catchUpDue(ledger.net());
    expect(await sweep(now())).toEqual({
      due: 1,
      accepted: 1,
      refreshed: 0,
      broken: 0,
      oldestDueSeconds: 130,
    });
    expect(await sweep(now())).toEqual({ due: 0, accepted: 0, refreshed: 0, broken: 0, oldestDueSeconds: 0 });
  });

  it('is sent although another row can’t be read', async () => {
    const { deliveries } = ledger.out();
    const [good, bad] = [
      await wishFor('秦越', { subject: 'reply:om_g' }),
      await wishFor('秦越', { subject: 'reply:om_b' }),
    ];
    for (const wish of [good, bad]) await planAndClaim(deliveries)(wish, now());
    await setAttributes(tables, { table: 'deliveries', row: bad, values: { state: 'unheard-of' } });
    await clock.advance(26_000);
    const sweep = catchUpDue(ledger.net());
    expect(await sweep(now())).toMatchObject({ due: 2, accepted: 1, broken: 1 });
    expect((await rowOf(good)).state).toBe('accepted');
    await setAttributes(tables, { table: 'deliveries', row: bad, values: { state: 'claimed' } });
    expect(await sweep(now())).toMatchObject({ accepted: 1, broken: 0 });
  });

  it('stays one when the sender died between the answer and its record', async () => {
    const wish = await wishFor('沈南乔');
    const claimed = await planAndClaim(ledger.out().deliveries)(wish, now());
    const content = await ledger.out().contents.find(wish.hash ?? '');
    if (!claimed || content === undefined) throw new Error('planned above');
    const answer = await sender().post(claimed, content);
    expect(answer.kind).toBe('accepted');
    expect(await sweepAfter(25_000)).toEqual({ due: 1, accepted: 1 });
    const [message, ...others] = screenOf('沈南乔');
    expect(others).toEqual([]);
    expect(await rowOf(wish)).toMatchObject({ state: 'accepted', attempt: 2, messageId: message?.id });
  });

  it('stays one when a slow sender and the sweep that took over both finish', async () => {
    const wish = await wishFor('陆鸣');
    const slow = await planAndClaim(ledger.out().deliveries)(wish, now());
    if (!slow) throw new Error('planned above');
    expect(await sweepAfter(25_000)).toEqual({ due: 1, accepted: 1 });
    const before = await rowOf(wish);
    expect(await sendClaimed(sender())(slow)).toBe('accepted');
    expect(await rowOf(wish)).toEqual(before);
    expect(screenOf('陆鸣')).toHaveLength(1);
  });

  it('of what was pinned is what the ledger says is shown, though something else is wanted by now', async () => {
    const wish = await wishFor('顾晓峰');
    fail({ kind: 'lost_reply', count: 1 });
    await sendNow(sender())(wish);
    const row = await rowOf(wish);
    const hash = await ledger.cardFor(wish, '更新后的晨报');
    expect(await wantContent({ deliveries: ledger.out().deliveries, now })(wish, { hash })).toBe('wanted');
    // A refusal says nothing about the try before it: that one may still be on the screen.
    fail({ kind: '429', count: 1 });
    expect(await sweepAfter(15_000)).toEqual({ due: 1, accepted: 0 });
    expect(await rowOf(wish)).toMatchObject({ code: '99991400', sending: { version: 1, hash: wish.hash } });
    expect((await rowOf(wish)).firstTriedAt).toBe(row.firstTriedAt);
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 1 });
    expect(await rowOf(wish)).toMatchObject({ state: 'accepted', shown: { version: 1, hash: wish.hash } });
    expect(screenOf('顾晓峰')).toHaveLength(1);
    // The difference is closed by the next look, in place.
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 0 });
    expect(await rowOf(wish)).toMatchObject({ state: 'accepted', shown: { version: 2, hash } });
    expect(screenOf('顾晓峰').map(({ content }) => content.includes('更新后的晨报'))).toEqual([true]);
  });

  it('lost inside one try keeps its pin when the repeat in place is refused', async () => {
    const wish = await wishFor('梁佩珊');
    fail({ kind: 'lost_reply', count: 1 }, { kind: '429', skip: 0 });
    expect(await sendNow(sender({ patienceMs: 500 }))(wish)).toBe('retry');
    expect(screenOf('梁佩珊')).toHaveLength(1);
    expect(await rowOf(wish)).toMatchObject({ code: '99991400', sending: { hash: wish.hash } });
    fail();
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 1 });
    expect(screenOf('梁佩珊')).toHaveLength(1);
  });
});

describe('an unknown outcome', () => {
  it('older than 50 minutes is looked for in its chat, and found', async () => {
    await sendNow(sender())(await wishFor('区少明'));
    const wish = await wishFor('区少明');
    fail({ kind: 'lost_reply', count: 1 });
    await sendNow(sender())(wish);
    newCalls();
    expect(await sweepAfter(minutes(51))).toEqual({ due: 1, accepted: 1 });
    expect(newCalls()).toEqual([]);
    expect(await rowOf(wish)).toMatchObject({ state: 'accepted', shown: { version: 1, hash: wish.hash } });
    expect((await rowOf(wish)).messageId).toBe(screenOf('区少明')[1]?.id);
    expect(screenOf('区少明')).toHaveLength(2);
  });

  it('that is not in its chat never arrived: it is sent anew, with what is wanted by now', async () => {
    await sendNow(sender())(await wishFor('温可儿'));
    const wish = await wishFor('温可儿');
    fail({ kind: 'timeout', count: 1 });
    await sendNow(sender())(wish);
    const hash = await ledger.cardFor(wish, '一小时后的晨报');
    await wantContent({ deliveries: ledger.out().deliveries, now })(wish, { hash });
    expect(await sweepAfter(minutes(51))).toEqual({ due: 1, accepted: 0 });
    expect(await rowOf(wish)).toMatchObject({ state: 'failed', code: 'not_arrived' });
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 1 });
    expect(await rowOf(wish)).toMatchObject({ state: 'accepted', shown: { version: 2, hash } });
    expect(screenOf('温可儿')).toHaveLength(2);
  });

  it('is not repeated, only looked for, once nobody wants it any more', async () => {
    await sendNow(sender())(await wishFor('温可儿'));
    const before = screenOf('温可儿').length;
    const wish = await wishFor('温可儿', { validUntil: new Date(clock.now() + minutes(2)) });
    fail({ kind: 'timeout', count: 1 });
    await sendNow(sender())(wish);
    const triedAt = clock.now();
    expect(await sweepAfter(minutes(3))).toEqual({ due: 1, accepted: 0 });
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 0 });
    expect(newCalls().filter(({ at }) => at > triedAt)).toEqual([]);
    expect(await rowOf(wish)).toMatchObject({ state: 'suppressed', reason: 'expired' });
    expect(screenOf('温可儿')).toHaveLength(before);
  });

  it('whose time is over within seconds is looked for only when it can no longer be on its way', async () => {
    await sendNow(sender())(await wishFor('向小满'));
    const wish = await wishFor('向小满', { validUntil: new Date(clock.now() + 10_000) });
    fail({ kind: 'lost_reply', count: 1 });
    await sendNow(sender())(wish);
    expect(await sweepAfter(15_000)).toEqual({ due: 1, accepted: 0 });
    expect(await rowOf(wish)).toMatchObject({ state: 'failed', code: 'no_reply', sending: { version: 1 } });
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 1 });
    expect(screenOf('向小满')).toHaveLength(2);
  });

  it('in a chat that nobody has ever seen can’t be looked up: it ends visibly as outcome_unknown', async () => {
    const wish = await wishFor('叶青禾');
    fail({ kind: 'lost_reply', count: 1 });
    await sendNow(sender())(wish);
    newCalls();
    expect(await sweepAfter(minutes(51))).toEqual({ due: 1, accepted: 0 });
    expect(newCalls()).toEqual([]);
    const row = await rowOf(wish);
    expect(row).toMatchObject({ state: 'failed', code: 'outcome_unknown', sending: { hash: wish.hash } });
    expect(row.dueAt).toBeUndefined();
    expect(await sweepAfter(minutes(600))).toEqual({ due: 0, accepted: 0 });
    expect(screenOf('叶青禾')).toHaveLength(1);
  });

  it('whose every repeat is lost as well is one message: the uuid for 50 minutes, then the chat', async () => {
    await sendNow(sender())(await wishFor('梁佩珊'));
    const before = screenOf('梁佩珊').length;
    const wish = await wishFor('梁佩珊');
    newCalls();
    fail({ kind: 'lost_reply' });
    const began = clock.now();
    await sendNow(sender())(wish);
    for (let sweep = 0; sweep < 80 && (await rowOf(wish)).dueAt; sweep += 1) await sweepAfter(minutes(1));
    const calls = newCalls();
    expect(calls.length).toBeLessThanOrEqual(9);
    expect((calls.at(-1)?.at ?? 0) - began).toBeLessThan(minutes(51));
    expect(await rowOf(wish)).toMatchObject({ state: 'accepted' });
    expect(screenOf('梁佩珊')).toHaveLength(before + 1);
  });

  it('is held while its sender is stopped, and settled afterwards by the same uuid', async () => {
    const wish = await wishFor('石敬川');
    await planAndClaim(ledger.out().deliveries)(wish, now());
    await setMode('sender', 'zhida', 'stopped');
    expect(await sweepAfter(25_000)).toEqual({ due: 1, accepted: 0 });
    expect(screenOf('石敬川')).toEqual([]);
    expect(await rowOf(wish)).toMatchObject({
      state: 'held',
      reason: 'stopped',
      sending: { hash: wish.hash },
    });
    await setMode('sender', 'zhida', 'live');
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 1 });
    expect(screenOf('石敬川')).toHaveLength(1);
  });

  it('that is held beyond 50 minutes is looked for when its sender is live again', async () => {
    const wish = await wishFor('白若溪');
    await planAndClaim(ledger.out().deliveries)(wish, now());
    await setMode('sender', 'zhida', 'stopped');
    await sweepAfter(25_000);
    expect(await sweepAfter(minutes(51))).toEqual({ due: 1, accepted: 0 });
    expect(await rowOf(wish)).toMatchObject({ state: 'held', reason: 'stopped' });
    await setMode('sender', 'zhida', 'live');
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 0 });
    expect(await rowOf(wish)).toMatchObject({ state: 'failed', code: 'outcome_unknown' });
    expect(screenOf('白若溪')).toEqual([]);
  });
});
