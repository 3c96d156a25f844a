import { beforeAll, describe, expect, it } from 'vitest';
import { planAndClaim, planDelivery, planNothing, type Wish } from '../../shared/delivery/plan.ts';
import { type Deliveries, deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { postLeaseMs } from '../../shared/store/delivery-sends.ts';
import { localTables } from '../local.ts';
import { indexed, setAttributes } from './rows.ts';

const tables = localTables();
const start = new Date('2026-11-23T00:47:00.000Z');
const at = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);

let store: Deliveries;
let count = 0;
beforeAll(() => {
  store = deliveries(tables.name('deliveries'));
});

const wishFor = (more: Partial<Wish> = {}): Wish => ({
  subject: `digest:morning-${(count += 1)}:2026-11-23`,
  recipient: 'on_lin',
  sender: 'zhida',
  receiveIdType: 'union_id',
  receiveId: 'on_lin',
  hash: 'hash-1',
  eventAt: start,
  ...more,
});
const must = (row: Delivery | undefined): Delivery => {
  if (!row) throw new Error('the row is not there or the condition did not hold');
  return row;
};
const planned = async (more: Partial<Wish> = {}): Promise<Delivery> => {
  const wish = wishFor(more);
  await planDelivery(store)(wish, start);
  return must(await store.find(wish));
};
const claimed = async (): Promise<Delivery> => must(await store.claim(await planned(), start));
const failed = async (setback: Parameters<Deliveries['recordSetback']>[1]): Promise<Delivery> =>
  must(await store.recordSetback(await claimed(), setback));
const isDueIndexed = async ({ subject }: Delivery): Promise<boolean> =>
  (await indexed(tables, { table: 'deliveries', index: 'due' })).some((row) => row['subject'] === subject);
const facts = { messageId: 'om_1', chatId: 'oc_1', at: at(1) };

describe('planning', () => {
  it('makes one row, and answers false to whoever plans the same again', async () => {
    const wish = wishFor();
    const answers = await Promise.all([1, 2, 3].map(() => planDelivery(store)(wish, start)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await planNothing(store)(wish, { state: 'excluded', reason: 'unsubscribed', now: start })).toBe(
      false,
    );
    expect(await planAndClaim(store)(wish, start)).toBeUndefined();
    expect(await store.find(wish)).toMatchObject({ state: 'planned', attempt: 0, generation: 1 });
    expect(await store.listOfSubject(wish.subject)).toHaveLength(1);
  });

  it('of what leaves at once claims in the same write', async () => {
    const wish = wishFor();
    const row = must(await planAndClaim(store)(wish, start));
    expect(row).toMatchObject({ state: 'claimed', attempt: 1, sending: { version: 1, hash: 'hash-1' } });
    expect(await store.find(wish)).toEqual(row);
    expect(await isDueIndexed(row)).toBe(true);
  });

  it('keeps why nothing is sent', async () => {
    const wish = wishFor();
    await planNothing(store)(wish, { state: 'suppressed', reason: 'rehearsal', now: start });
    const row = must(await store.find(wish));
    expect(row).toMatchObject({ state: 'suppressed', reason: 'rehearsal' });
    expect(await store.claim(row, at(9_999))).toBeUndefined();
  });
});

describe('a claim', () => {
  it('takes a planned row and pins what is wanted, for one lease', async () => {
    const row = await claimed();
    expect(row).toMatchObject({
      state: 'claimed',
      attempt: 1,
      sending: { version: 1, hash: 'hash-1' },
      firstTriedAt: start.toISOString(),
      leaseUntil: new Date(start.getTime() + postLeaseMs).toISOString(),
    });
  });

  it('of one row is won by one of three', async () => {
    const row = await planned();
    const won = await Promise.all([1, 2, 3].map(() => store.claim(row, start)));
    expect(won.filter((each) => each !== undefined)).toHaveLength(1);
  });

  it('leaves a live lease alone and takes a dead one, with the first try still counted', async () => {
    const row = await claimed();
    expect(await store.claim(row, at(24))).toBeUndefined();
    const taken = must(await store.claim(row, at(25)));
    expect(taken).toMatchObject({ attempt: 2, firstTriedAt: start.toISOString() });
  });

  it('waits for retryAt', async () => {
    const row = await failed({ code: '99991400', retryAt: at(60) });
    expect(await store.claim(row, at(59))).toBeUndefined();
    expect(must(await store.claim(row, at(60))).state).toBe('claimed');
  });

  it('never takes what failed for good', async () => {
    const row = await failed({ code: '230013' });
    expect(row).toMatchObject({ state: 'failed', code: '230013' });
    expect(await store.claim(row, at(86_400))).toBeUndefined();
  });

  it('with an old attempt takes nothing', async () => {
    const row = await claimed();
    must(await store.claim(row, at(25)));
    expect(await store.claim(row, at(60))).toBeUndefined();
    expect(await store.recordSetback(row, { code: '500' })).toBeUndefined();
  });

  it('repeats what a lost try pinned, though something else is wanted by now', async () => {
    const row = await failed({ code: 'no_reply', retryAt: at(15), outcomeUnknown: true });
    await setAttributes(tables, {
      table: 'deliveries',
      row,
      values: { wanted: { version: 2, hash: 'hash-2' } },
    });
    const again = must(await store.claim(row, at(15)));
    expect(again.wanted?.hash).toBe('hash-2');
    expect(again.sending).toEqual({ version: 1, hash: 'hash-1' });
    expect(again.firstTriedAt).toBe(start.toISOString());
    const shown = must(await store.recordAccepted(again, facts));
    expect(shown.shown).toEqual({ version: 1, hash: 'hash-1' });
  });

  it('after a refusal pins what is wanted now', async () => {
    const row = await failed({ code: '99991400', retryAt: at(15) });
    expect(row.sending).toBeUndefined();
    await setAttributes(tables, {
      table: 'deliveries',
      row,
      values: { wanted: { version: 2, hash: 'hash-2' } },
    });
    const again = must(await store.claim(row, at(15)));
    expect(again.sending).toEqual({ version: 2, hash: 'hash-2' });
    expect(again.firstTriedAt).toBe(at(15).toISOString());
  });
});

describe('what was learnt', () => {
  it('of an accepted try ends the claim and leaves nothing to do', async () => {
    const row = must(await store.recordAccepted(await claimed(), facts));
    expect(row).toMatchObject({
      state: 'accepted',
      messageId: 'om_1',
      chatId: 'oc_1',
      shown: { hash: 'hash-1' },
    });
    expect(row.acceptedAt).toBe(at(1).toISOString());
    expect([row.leaseUntil, row.sending, row.dueShard, row.dueAt, row.code]).toEqual(
      Array(5).fill(undefined),
    );
    expect(await isDueIndexed(row)).toBe(false);
  });

  it('under an attempt that somebody took over is kept as facts, without the state', async () => {
    const slow = await claimed();
    const newer = must(await store.claim(slow, at(25)));
    const row = must(await store.recordAccepted(slow, { ...facts, messageId: 'om_slow' }));
    expect(row).toMatchObject({
      state: 'claimed',
      attempt: newer.attempt,
      messageId: 'om_slow',
      chatId: 'oc_1',
    });
    expect(await store.findByMessage('om_slow')).toEqual({ subject: row.subject, recipient: row.recipient });
  });

  it('of a message that is known already changes nothing', async () => {
    const row = must(await store.recordAccepted(await claimed(), { ...facts, messageId: 'om_first' }));
    expect(await store.recordAccepted(row, { ...facts, messageId: 'om_second' })).toBeUndefined();
    expect(await store.find(row)).toEqual(row);
  });

  it('of a read counts once, and only for what was accepted', async () => {
    const row = await claimed();
    expect(await store.recordRead(row, at(2))).toBeUndefined();
    await store.recordAccepted(row, facts);
    expect(must(await store.recordRead(row, at(5)))).toMatchObject({
      state: 'read',
      readAt: at(5).toISOString(),
    });
    expect(await store.recordRead(row, at(9))).toBeUndefined();
    expect((await store.find(row))?.readAt).toBe(at(5).toISOString());
  });
});

describe('the index of due rows', () => {
  it('holds a row only while it is claimed, held or to be retried', async () => {
    const row = await planned();
    expect(await isDueIndexed(row)).toBe(false);
    const first = must(await store.claim(row, start));
    expect(await isDueIndexed(row)).toBe(true);
    const retry = must(await store.recordSetback(first, { code: '500', retryAt: at(15) }));
    expect(await isDueIndexed(row)).toBe(true);
    const second = must(await store.claim(retry, at(15)));
    await store.recordSetback(second, { code: '230013' });
    expect(await isDueIndexed(row)).toBe(false);
    const waiting = await planned();
    await store.setAside(waiting, { reason: 'stopped', now: start, until: at(60) });
    expect(await isDueIndexed(waiting)).toBe(true);
    await store.setAside(must(await store.find(waiting)), { reason: 'expired', now: at(60) });
    expect(await isDueIndexed(waiting)).toBe(false);
  });

  it('answers what is due by then, the oldest first', async () => {
    const late = await failed({ code: '500', retryAt: at(-5_000) });
    const early = await failed({ code: '500', retryAt: at(-9_000) });
    const found = (await store.listDue(at(-4_000))).map(({ subject }) => subject);
    expect(found).toEqual([early.subject, late.subject]);
    expect(await store.listDue(at(-9_001))).toEqual([]);
  });
});

describe('setting aside', () => {
  it('holds until a time, then the row may be claimed', async () => {
    const row = await planned();
    const held = must(await store.setAside(row, { reason: 'stopped', now: at(24), until: at(60) }));
    expect(held).toMatchObject({ state: 'held', reason: 'stopped', dueAt: at(60).toISOString() });
    expect(await store.claim(held, at(59))).toBeUndefined();
    expect(must(await store.claim(held, at(60))).state).toBe('claimed');
  });

  it('takes a dead lease and keeps what it pinned', async () => {
    const row = await claimed();
    const held = must(await store.setAside(row, { reason: 'stopped', now: at(25), until: at(85) }));
    expect(held).toMatchObject({ state: 'held', sending: row.sending, firstTriedAt: start.toISOString() });
    expect(await store.recordSetback(row, { code: '500' })).toBeUndefined();
  });

  it('never touches what somebody holds, what is on the screen and what failed for good', async () => {
    const live = await claimed();
    const shown = must(await store.recordAccepted(await claimed(), facts));
    const final = await failed({ code: '230013' });
    for (const row of [live, shown, final]) {
      expect(await store.setAside(row, { reason: 'stopped', now: at(24), until: at(60) })).toBeUndefined();
      expect(await store.find(row)).toEqual(row);
    }
  });
});

describe('the end of what a row belongs to', () => {
  it('lets nothing leave that waits, whenever its time would have come', async () => {
    const row = await planned();
    const held = must(await store.setAside(row, { reason: 'quiet_hours', now: start, until: at(9_000) }));
    const retried = await failed({ code: '500', retryAt: at(9_000) });
    for (const waiting of [held, retried]) {
      const gone = must(await store.dismiss(waiting, 'post_closed'));
      expect(gone).toMatchObject({ state: 'suppressed', reason: 'post_closed' });
      expect(gone.dueAt).toBeUndefined();
      expect(await isDueIndexed(gone)).toBe(false);
      expect(await store.claim(gone, at(9_999))).toBeUndefined();
    }
  });

  it('never touches what somebody holds, what may have arrived, what has, what failed for good, and an old view', async () => {
    const live = await claimed();
    const open = await failed({ code: 'timeout', retryAt: at(15), outcomeUnknown: true });
    const shown = must(await store.recordAccepted(await claimed(), facts));
    const final = await failed({ code: '230013' });
    const retried = await failed({ code: '500', retryAt: at(15) });
    for (const row of [live, open, shown, final]) {
      expect(await store.dismiss(row, 'post_closed')).toBeUndefined();
      expect(await store.find(row)).toEqual(row);
    }
    expect(await store.dismiss({ ...retried, attempt: 0 }, 'post_closed')).toBeUndefined();
  });
});

describe('somebody who was excluded', () => {
  const readmission = { hash: 'hash-2', reason: 'frozen', now: at(60), validUntil: at(900) };

  it('is waited for again when they have the card, as read if they had read it', async () => {
    const unread = must(await store.recordAccepted(await claimed(), facts));
    const read = must(
      await store.recordRead(must(await store.recordAccepted(await claimed(), facts)), at(9)),
    );
    for (const row of [unread, read]) {
      must(await store.exclude(row, 'frozen'));
      expect(await store.reinstate(row, 'left_company')).toBeUndefined();
      expect(await store.readmit(row, readmission)).toBeUndefined();
      expect(await store.reinstate(row, 'frozen')).toEqual(row);
      expect(await store.reinstate(row, 'frozen')).toBeUndefined();
    }
  });

  it('joins the queue when they don’t, for as long as that is worth it now', async () => {
    const row = await planned({ validUntil: at(30) });
    must(await store.exclude(row, 'frozen'));
    expect(await store.reinstate(row, 'frozen')).toBeUndefined();
    expect(await store.readmit(row, readmission)).toMatchObject({
      state: 'planned',
      wanted: { version: 1, hash: 'hash-2' },
      validUntil: at(900).toISOString(),
    });
    expect(await isDueIndexed(row)).toBe(true);
  });
});

describe('a person', () => {
  it('has the rows of one day, and not those of another day or person', async () => {
    const mine = await planned({ recipient: 'on_day' });
    await planned({ recipient: 'on_other' });
    const tomorrow = wishFor({ recipient: 'on_day' });
    await planDelivery(store)(tomorrow, new Date('2026-11-23T16:00:00.000Z'));
    expect(await store.listOfPerson('on_day', '2026-11-23')).toEqual([mine]);
    const [next] = await store.listOfPerson('on_day', '2026-11-24');
    expect(next?.subject).toBe(tomorrow.subject);
  });
});
