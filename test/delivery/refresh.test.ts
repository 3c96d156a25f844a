import { beforeEach, describe, expect, it } from 'vitest';
import { catchUp, catchUpDue } from '../../functions/deliver/catch-up.ts';
import { planAndClaim, type Wish } from '../../shared/delivery/plan.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { feishuMessages } from '../../shared/feishu/messages.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { patchLeaseMs as leaseMs } from '../../shared/store/delivery-refreshes.ts';
import { localLedger, patchApi, postApi } from './ledger.ts';

const ledger = localLedger();
const { clock, feishu, sender, screenOf, wishFor, rowOf, showByAnswer, failAt, callsOf, cardFor, net } =
  ledger;
const now = (): Date => new Date(clock.now());
const minutes = (n: number): number => n * 60_000;
const seconds = (n: number): number => n * 1000;
const days = (n: number): number => n * 86_400_000;

const tables = () => ({ deliveries: ledger.out().deliveries, now });

beforeEach(async () => {
  failAt(patchApi);
  await clock.advance(minutes(20));
  await catchUpDue(net())(now());
  callsOf(patchApi);
});

/** A card that is on the person's screen. */
const shownTo = async (name: string): Promise<Wish> => {
  const wish = await wishFor(name);
  expect(await sendNow(sender({ patienceMs: 1_000 }))(wish)).toBe('accepted');
  return wish;
};
const want = async (wish: Wish, text: string): Promise<string> => {
  const hash = await cardFor(wish, text);
  await wantContent(tables())(wish, { hash });
  return hash;
};
/** What the stream makes `deliver` do. */
const wake = (wish: Wish): Promise<void> => catchUp(net())(wish, now());
const sweepAfter = async (ms: number): Promise<void> => {
  await clock.advance(ms);
  await catchUpDue(net())(now());
};
const lastOn = (name: string): string => screenOf(name).at(-1)?.content ?? '';
const claimRefresh = async (wish: Wish): Promise<Delivery> => {
  const claimed = await ledger.out().deliveries.claimRefresh(await rowOf(wish), now());
  if (!claimed) throw new Error('nobody holds it');
  return claimed;
};

describe('a refresh', () => {
  it('makes the screen show what is wanted, in place, and the ledger says so', async () => {
    const wish = await shownTo('林知夏');
    const before = screenOf('林知夏').length;
    const hash = await want(wish, '有人跟进了');
    expect(await rowOf(wish)).toMatchObject({
      state: 'accepted',
      wanted: { version: 2 },
      shown: { version: 1 },
    });
    await wake(wish);
    const row = await rowOf(wish);
    expect(row).toMatchObject({ state: 'accepted', shown: { version: 2, hash } });
    expect([row.dueAt, row.leaseUntil, row.sending, row.confirmAt]).toEqual(Array(4).fill(undefined));
    expect(lastOn('林知夏')).toContain('有人跟进了');
    expect(screenOf('林知夏')).toHaveLength(before);
  });

  it('is one PATCH for ten quick changes', async () => {
    const wish = await shownTo('周以安');
    for (let change = 1; change <= 10; change += 1) await want(wish, `第 ${change} 次`);
    await Promise.all(Array.from({ length: 10 }, () => wake(wish)));
    expect(callsOf(patchApi)).toHaveLength(1);
    expect(lastOn('周以安')).toContain('第 10 次');
    expect(await rowOf(wish)).toMatchObject({ shown: { version: 11 } });
  });

  it('that the stream lost is made by the sweep within two minutes', async () => {
    const wish = await shownTo('许念');
    await want(wish, '补上');
    await sweepAfter(seconds(59));
    expect(callsOf(patchApi)).toHaveLength(0);
    await sweepAfter(seconds(1));
    expect(lastOn('许念')).toContain('补上');
  });

  it('of what is wanted already is none', async () => {
    const wish = await shownTo('何听雨');
    const hash = await want(wish, '一样');
    await wake(wish);
    callsOf(patchApi);
    expect(await wantContent(tables())(wish, { hash })).toBe('same');
    await wake(wish);
    expect(callsOf(patchApi)).toHaveLength(0);
  });

  it('never comes closer than 200 ms to the one before: a message takes five a second', async () => {
    const wish = await shownTo('高远');
    const { deliveries } = ledger.out();
    const hashes = await Promise.all([1, 2, 3].map((change) => cardFor(wish, `变化 ${change}`)));
    // Somebody wants something newer whenever a PATCH has just left.
    const { patch } = sender();
    const busy: typeof patch = async (delivery, content) => {
      const hash = hashes.shift();
      if (hash !== undefined) await wantContent({ deliveries, now })(wish, { hash });
      return patch(delivery, content);
    };
    await want(wish, '变化 0');
    await catchUp(net({ patch: busy }))(wish, now());
    const times = callsOf(patchApi).map(({ at }) => at);
    expect(times).toHaveLength(4);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200);
    expect(lastOn('高远')).toContain('变化 3');
  });

  it('counts a read that came while it was on its way', async () => {
    const wish = await shownTo('沈南乔');
    await want(wish, '更新');
    const claimed = await claimRefresh(wish);
    expect(await ledger.out().deliveries.recordRead(wish, now())).toMatchObject({ state: 'read' });
    await ledger.out().deliveries.recordRefreshed(claimed, { at: now(), mayLandLater: false });
    expect(await rowOf(wish)).toMatchObject({ state: 'read', shown: { version: 2 } });
  });
});

describe('two refreshes of one message', () => {
  it('never run at once: the second waits for the lease of the first', async () => {
    const wish = await shownTo('陆鸣');
    await want(wish, '一');
    await claimRefresh(wish);
    await want(wish, '二');
    await wake(wish);
    await sweepAfter(leaseMs - seconds(1));
    expect(callsOf(patchApi)).toHaveLength(0);
    await sweepAfter(seconds(1));
    expect(lastOn('陆鸣')).toContain('二');
  });

  it('end with what is wanted although the dead one’s PATCH lands last: it is made once more one lease later', async () => {
    const wish = await shownTo('顾晓峰');
    await want(wish, '旧');
    const dead = await claimRefresh(wish);
    await want(wish, '新');
    await sweepAfter(leaseMs);
    expect(lastOn('顾晓峰')).toContain('新');
    expect(await rowOf(wish)).toMatchObject({ shown: { version: 3 } });
    // What the dead one had sent arrives now.
    const old = (await ledger.out().contents.find(dead.sending?.hash ?? '')) ?? '';
    await feishuMessages(ledger.out().senders.bySender('zhida')).updateCard(dead.messageId ?? '', old);
    expect(lastOn('顾晓峰')).toContain('旧');
    await sweepAfter(leaseMs);
    expect(lastOn('顾晓峰')).toContain('新');
    const row = await rowOf(wish);
    expect([row.dueAt, row.confirmAt, row.unsettled]).toEqual([undefined, undefined, undefined]);
  });

  it.each(['timeout', 'lost_reply', 'late'] as const)(
    'whose first ended without an answer (%s) are repeated, and confirmed one lease later',
    async (kind) => {
      const name = { timeout: '梁佩珊', lost_reply: '区少明', late: '温可儿' }[kind];
      const wish = await shownTo(name);
      failAt(patchApi, { kind, count: 1, ...(kind === 'late' && { delayMs: 60_000 }) });
      await want(wish, '旧');
      await wake(wish);
      expect(await rowOf(wish)).toMatchObject({ unsettled: true, shown: { version: 1 } });
      await want(wish, '新');
      await sweepAfter(seconds(15));
      expect(lastOn(name)).toContain('新');
      expect((await rowOf(wish)).confirmAt).toBeDefined();
      await sweepAfter(seconds(60));
      if (kind === 'late') expect(lastOn(name)).toContain('旧');
      await sweepAfter(leaseMs);
      expect(lastOn(name)).toContain('新');
      expect((await rowOf(wish)).confirmAt).toBeUndefined();
    },
  );
});

describe('a refusal of a refresh', () => {
  it('for a moment is repeated with a pause that grows', async () => {
    const wish = await shownTo('石敬川');
    failAt(patchApi, { kind: '503', count: 2 });
    await want(wish, '更新');
    await wake(wish);
    expect(await rowOf(wish)).toMatchObject({ tries: 1 });
    await sweepAfter(seconds(15));
    await sweepAfter(seconds(30));
    expect(lastOn('石敬川')).toContain('更新');
    expect((await rowOf(wish)).tries).toBeUndefined();
  });

  it('because the message was recalled leaves it as it is, visibly, and asks no more', async () => {
    const wish = await shownTo('白若溪');
    const { messageId = '' } = await rowOf(wish);
    const message = feishu().tenant.chats.message(messageId);
    if (message) message.recalled = true;
    await want(wish, '更新');
    await wake(wish);
    const row = await rowOf(wish);
    expect(row).toMatchObject({ state: 'accepted', shown: { version: 1 } });
    expect(['230011', '230110', '230111']).toContain(row.frozen);
    callsOf(patchApi);
    await want(wish, '再更新');
    await sweepAfter(minutes(30));
    expect(callsOf(patchApi)).toHaveLength(0);
  });

  it('is spared after 14 days: nothing is called, and the row says why', async () => {
    const wish = await shownTo('耿长青');
    await clock.advance(days(14) + 1);
    await want(wish, '太晚');
    callsOf(patchApi);
    await wake(wish);
    expect(callsOf(patchApi)).toHaveLength(0);
    expect(await rowOf(wish)).toMatchObject({ frozen: 'message_too_old', shown: { version: 1 } });
  });
});

describe('a stop', () => {
  it('holds refreshes as well, and they are made when it ends', async () => {
    const wish = await shownTo('蒲海棠');
    await ledger.setMode('sender', 'zhida', 'stopped');
    await clock.advance(seconds(2));
    await want(wish, '更新');
    await wake(wish);
    expect(callsOf(patchApi)).toHaveLength(0);
    await ledger.setMode('sender', 'zhida', 'live');
    await sweepAfter(minutes(1));
    expect(lastOn('蒲海棠')).toContain('更新');
  });
});

describe('the clicker’s own copy', () => {
  it('is what the answer to the click carried: no PATCH', async () => {
    const wish = await shownTo('罗云起');
    const hash = await cardFor(wish, '已由你跟进');
    expect(await showByAnswer(wish, hash)).toBeDefined();
    await wake(wish);
    await sweepAfter(minutes(5));
    expect(callsOf(patchApi)).toHaveLength(0);
    expect(await rowOf(wish)).toMatchObject({ shown: { version: 2, hash }, wanted: { version: 2, hash } });
  });

  it('is changed by somebody else’s action only 3 s later', async () => {
    const wish = await shownTo('向小满');
    await showByAnswer(wish, await cardFor(wish, '你点了'));
    await want(wish, '别人也点了');
    await wake(wish);
    expect(callsOf(patchApi)).toHaveLength(0);
    await sweepAfter(seconds(3));
    expect(callsOf(patchApi)).toHaveLength(1);
    expect(lastOn('向小满')).toContain('别人也点了');
  });

  it('is put right when a refresh was on its way while it was clicked', async () => {
    const wish = await shownTo('秦越');
    await want(wish, '别人的');
    const running = await claimRefresh(wish);
    await showByAnswer(wish, await cardFor(wish, '你的'));
    // The running one's row knows that something newer is wanted.
    const next = await ledger.out().deliveries.recordRefreshed(running, { at: now(), mayLandLater: false });
    expect(next?.dueAt).toBeDefined();
    await sweepAfter(seconds(4));
    expect(lastOn('秦越')).toContain('你的');
  });
});

describe('an administrator’s resend', () => {
  const validUntil = (): Date => new Date(clock.now() + minutes(60));
  const failedFor = async (name: string, kind: 'refused' | 'unknown'): Promise<Wish> => {
    const wish = await wishFor(name);
    failAt(postApi, kind === 'refused' ? { kind: '429' } : { kind: 'lost_reply' });
    await sendNow(sender({ patienceMs: 1_000 }))(wish);
    failAt(postApi);
    const claimed = await ledger
      .out()
      .deliveries.claim(await rowOf(wish), new Date(clock.now() + minutes(2)));
    if (!claimed) throw new Error('it was put off by 15 s');
    const code = kind === 'refused' ? '230013' : 'outcome_unknown';
    await ledger.out().deliveries.recordSetback(claimed, { code, outcomeUnknown: kind === 'unknown' });
    return wish;
  };

  it('of what was refused for good is the same message, once however often it is asked for', async () => {
    const wish = await failedFor('苏沐晴', 'refused');
    const how = { generation: 'same', now: now(), validUntil: validUntil() } as const;
    expect(await ledger.out().deliveries.retryFailed(wish, how)).toMatchObject({
      state: 'planned',
      generation: 1,
    });
    expect(await ledger.out().deliveries.retryFailed(wish, how)).toBeUndefined();
    await wake(wish);
    expect(await rowOf(wish)).toMatchObject({ state: 'accepted', shown: { version: 1 } });
    expect(await ledger.out().deliveries.retryFailed(wish, how)).toBeUndefined();
    expect(screenOf('苏沐晴')).toHaveLength(1);
  });

  it('of what may have arrived is a new generation with a uuid of its own: a second message is possible', async () => {
    const wish = await failedFor('丁一舟', 'unknown');
    expect(screenOf('丁一舟')).toHaveLength(1);
    const how = { generation: 'next', now: now(), validUntil: validUntil() } as const;
    expect(await ledger.out().deliveries.retryFailed(wish, how)).toMatchObject({ generation: 2 });
    await wake(wish);
    expect(await rowOf(wish)).toMatchObject({ state: 'accepted', generation: 2 });
    expect(screenOf('丁一舟')).toHaveLength(2);
  });

  it('does not touch what is on its way, put off or done', async () => {
    const wish = await wishFor('叶青禾');
    const how = { generation: 'next', now: now(), validUntil: validUntil() } as const;
    failAt(postApi, { kind: '429', count: 1 });
    await sendNow(sender())(wish);
    expect(await ledger.out().deliveries.retryFailed(wish, how)).toBeUndefined();
    await sweepAfter(minutes(2));
    expect((await rowOf(wish)).state).toBe('accepted');
    expect(await ledger.out().deliveries.retryFailed(wish, how)).toBeUndefined();
  });
});

describe('a message id', () => {
  it('that is learnt after the row was given up ends it as what it is: accepted', async () => {
    const wish = await wishFor('江予川');
    const { deliveries } = ledger.out();
    const slow = await planAndClaim(deliveries)(wish, now());
    if (!slow) throw new Error('planned above');
    const content = (await ledger.out().contents.find(wish.hash ?? '')) ?? '';
    const answer = await sender().post(slow, content);
    if (answer.kind !== 'accepted') throw new Error('nothing is in the way');
    // Somebody took over and gave it up before the first one came to record its answer.
    const taken = await deliveries.claim(slow, new Date(clock.now() + seconds(26)));
    if (!taken) throw new Error('the lease is over');
    await deliveries.recordSetback(taken, { code: 'outcome_unknown', outcomeUnknown: true });
    await deliveries.recordAccepted(slow, { ...answer, at: now() });
    await sweepAfter(seconds(1));
    expect(await rowOf(wish)).toMatchObject({
      state: 'accepted',
      messageId: answer.messageId,
      shown: { version: 1 },
    });
    expect(screenOf('江予川')).toHaveLength(1);
  });
});
