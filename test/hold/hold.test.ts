import { beforeAll, describe, expect, it } from 'vitest';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { dayOf } from '../../shared/calendar/day.ts';
import { planDelivery, type Wish } from '../../shared/delivery/plan.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { localLedger } from '../delivery/ledger.ts';

const ledger = localLedger();
const { clock, person, screenOf, sender, rowOf, sweepAfter } = ledger;
const minutes = (n: number): number => n * 60_000;
const at = (text: string): Date => new Date(`${text}:00+08:00`);
let notices = 0;

beforeAll(async () => {
  const { out } = ledger;
  const readDirectory = () => listDirectory(out().senders.bySender('zhida'));
  await syncPeople({ people: out().people, readDirectory })(at('2026-11-23T08:00'));
});

/** The clock only goes on; every test has days of its own. */
const goTo = async (text: string): Promise<void> => {
  const ms = at(text).getTime() - clock.now();
  if (ms < 0) throw new Error(`${text} is over`);
  await clock.advance(ms);
};
/** A second apart: a person's own limit of 5/s is another story. */
const send = async (wish: Wish) => {
  await clock.advance(1_000);
  return sendNow(sender())(wish);
};
/** An ordinary message, as a notice is. */
const notice = (name: string, more: Partial<Wish> = {}): Promise<Wish> =>
  ledger.wishFor(name, { subject: `notice:n-${(notices += 1)}`, urgency: undefined, ...more });
const hear = async (name: string, more: Partial<Wish> = {}) => {
  const wish = await notice(name, more);
  return { wish, ending: await send(wish), row: await rowOf(wish) };
};
/** Sweeps each minute, as the tick does, until that moment. */
const sweepUntil = async (text: string): Promise<void> => {
  while (clock.now() < at(text).getTime()) await sweepAfter(minutes(1));
};
const people = () => ledger.out().people;
const idOf = (name: string): string => person(name).unionId;

describe('quiet hours', () => {
  it('hold an ordinary message of 22:10 till the next morning, when it leaves once', async () => {
    await goTo('2026-11-23T22:10');
    const { wish, ending, row } = await hear('田小禾');
    expect(ending).toBe('held');
    expect(row).toMatchObject({ state: 'held', reason: 'quiet_hours' });
    expect(screenOf('田小禾')).toEqual([]);
    await goTo('2026-11-24T07:59');
    expect(await sweepAfter(0)).toEqual({ due: 0, accepted: 0 });
    await sweepUntil('2026-11-24T09:10');
    const sent = await rowOf(wish);
    expect(sent).toMatchObject({ state: 'accepted', attempt: 1 });
    // The morning card could have told it: nobody is called twice within the hour.
    expect(sent.acceptedAt && sent.acceptedAt > at('2026-11-24T08:47').toISOString()).toBe(true);
    await sweepUntil('2026-11-24T09:20');
    expect(screenOf('田小禾')).toHaveLength(1);
  });

  it('of noon end at 13:30, a few minutes later for each, and not for all at once', async () => {
    await goTo('2026-11-24T12:05');
    const names = ['牛宏伟', '蒲海棠', '冯知秋', '唐若谷', '孟繁星'];
    const rows = await Promise.all(names.map(async (name) => (await hear(name)).row));
    const dueAt = rows.map((row) => row.dueAt ?? '');
    expect(new Set(dueAt).size).toBe(names.length);
    for (const due of dueAt) {
      expect(due >= at('2026-11-24T13:31').toISOString()).toBe(true);
      expect(due <= at('2026-11-24T13:40').toISOString()).toBe(true);
    }
    await sweepUntil('2026-11-24T13:42');
    expect(names.map((name) => screenOf(name).length)).toEqual([1, 1, 1, 1, 1]);
  });

  it('let P0, answers and scheduled cards pass, and no P1', async () => {
    await goTo('2026-11-24T23:00');
    const name = '韩初霁';
    expect((await hear(name, { urgency: 'p0' })).ending).toBe('accepted');
    expect((await hear(name, { urgency: 'reply' })).ending).toBe('accepted');
    expect((await hear(name, { urgency: 'scheduled' })).ending).toBe('accepted');
    const { ending, row } = await hear(name, { urgency: 'p1' });
    expect(ending).toBe('held');
    // Urgent enough not to wait for the morning card.
    expect(row.dueAt && row.dueAt < at('2026-11-25T08:11').toISOString()).toBe(true);
  });

  it('suppress, with their reason, what nobody wants any more when they end', async () => {
    const { ending, row } = await hear('丁一舟', { validUntil: at('2026-11-25T07:00') });
    expect(ending).toBe('suppressed');
    expect(row).toMatchObject({ state: 'suppressed', reason: 'quiet_hours' });
    expect(row.dueAt).toBeUndefined();
  });

  it('rather send early in the morning than too late for it', async () => {
    const { row } = await hear('丁一舟', { validUntil: at('2026-11-25T08:30') });
    expect(row.dueAt && row.dueAt < at('2026-11-25T08:11').toISOString()).toBe(true);
  });

  it('hold for a group, too', async () => {
    const group = ledger
      .feishu()
      .tenant.chats.all()
      .find(({ name }) => name === '经营群');
    const chatId = group?.id ?? '';
    const { row } = await hear('丁一舟', {
      recipient: `chat:${chatId}`,
      receiveIdType: 'chat_id',
      receiveId: chatId,
    });
    expect(row).toMatchObject({ state: 'held', reason: 'quiet_hours' });
  });

  it('that people set themselves count, also for the scheduled card', async () => {
    const spans = [{ from: '23:30', to: '09:30' }];
    await people().recordQuiet(idOf('闻人杰'), { spans, setAt: new Date(clock.now()).toISOString() });
    expect((await hear('闻人杰')).ending).toBe('accepted');
    await goTo('2026-11-25T08:47');
    const { row } = await hear('闻人杰', { urgency: 'scheduled' });
    expect(row).toMatchObject({ state: 'held', reason: 'own_quiet_hours' });
    await sweepUntil('2026-11-25T09:42');
    expect(screenOf('闻人杰')).toHaveLength(2);
  });
});

describe('a shift', () => {
  it('makes the evening a time for messages and the morning none', async () => {
    await people().recordShift(idOf('裴律安'), { from: '14:00', to: '23:00' });
    await goTo('2026-11-25T10:00');
    const { wish, row } = await hear('裴律安');
    expect(row).toMatchObject({ state: 'held', reason: 'off_shift' });
    await sweepUntil('2026-11-25T14:12');
    expect((await rowOf(wish)).state).toBe('accepted');
    await goTo('2026-11-25T22:45');
    expect((await hear('裴律安')).ending).toBe('accepted');
  });

  it('decides who is on duty: P0 passes to them alone, to the others when their shift begins', async () => {
    await goTo('2026-11-26T03:00');
    await people().recordShift(idOf('钱正清'), { from: '22:00', to: '06:00' });
    expect((await hear('钱正清', { urgency: 'p0' })).ending).toBe('accepted');
    const { row } = await hear('裴律安', { urgency: 'p0' });
    expect(row).toMatchObject({
      state: 'held',
      reason: 'off_shift',
      dueAt: at('2026-11-26T14:00').toISOString(),
    });
  });
});

describe('a leave', () => {
  const leave = { from: at('2026-11-26T00:00').toISOString(), until: at('2026-11-28T00:00').toISOString() };

  it('holds till the first morning back, P0 as well', async () => {
    await people().recordLeave(idOf('霍大川'), [leave], []);
    await goTo('2026-11-26T10:00');
    const ordinary = await hear('霍大川');
    expect(ordinary.row).toMatchObject({ state: 'held', reason: 'on_leave' });
    expect(ordinary.row.dueAt?.slice(0, 10)).toBe('2026-11-28');
    const urgent = await hear('霍大川', { urgency: 'p0' });
    expect(urgent.row).toMatchObject({ reason: 'on_leave', dueAt: leave.until });
    await goTo('2026-11-28T00:01');
    await sweepUntil('2026-11-28T00:03');
    expect((await rowOf(urgent.wish)).state).toBe('accepted');
    expect((await rowOf(ordinary.wish)).state).toBe('held');
  });

  it('suppresses what is over by then: the card of that day', async () => {
    await people().recordLeave(
      idOf('石敬川'),
      [{ ...leave, until: at('2026-12-01T00:00').toISOString() }],
      [],
    );
    const { row } = await hear('石敬川', { urgency: 'scheduled', validUntil: at('2026-11-29T00:00') });
    expect(row).toMatchObject({ state: 'suppressed', reason: 'on_leave' });
  });

  it('does not keep the answer to a question back', async () => {
    expect((await hear('石敬川', { urgency: 'reply' })).ending).toBe('accepted');
  });
});

describe('somebody at work by a dated rota', () => {
  it('hears of it in the night till their work ends; their own 免打扰 still counts', async () => {
    await goTo('2026-11-30T22:10');
    const atWorkUntil = at('2026-12-01T00:00');
    const p1 = { urgency: 'p1', atWorkUntil } as const;
    expect((await hear('吕一诺', p1)).ending).toBe('accepted');
    expect((await hear('吕一诺', { urgency: 'p1' })).row).toMatchObject({ reason: 'quiet_hours' });
    const spans = [{ from: '22:00', to: '07:00' }];
    await people().recordQuiet(idOf('吕一诺'), { spans, setAt: new Date(clock.now()).toISOString() });
    // What was read of a person is used for a minute.
    await goTo('2026-11-30T22:15');
    expect((await hear('吕一诺', p1)).row).toMatchObject({ reason: 'own_quiet_hours' });
    await goTo('2026-12-01T00:05');
    expect((await hear('汪晓棠', p1)).row).toMatchObject({ reason: 'quiet_hours' });
  });
});

describe('attention', () => {
  it('lets four ordinary messages a day pass; the fifth waits for the next morning', async () => {
    await goTo('2026-12-01T10:00');
    const name = '周以安';
    for (let n = 0; n < 4; n += 1) expect((await hear(name)).ending).toBe('accepted');
    const { wish, ending, row } = await hear(name);
    expect(ending).toBe('held');
    expect(row.reason).toBe('attention_limit');
    expect(row.dueAt && dayOf(new Date(row.dueAt))).toBe('2026-12-02');
    expect((await hear(name, { urgency: 'p1' })).ending).toBe('accepted');
    expect((await hear(name, { urgency: 'scheduled' })).ending).toBe('accepted');
    await sweepUntil('2026-12-01T10:30');
    expect(screenOf(name)).toHaveLength(6);
    await goTo('2026-12-02T08:40');
    await sweepUntil('2026-12-02T09:05');
    expect((await rowOf(wish)).state).toBe('accepted');
    expect(screenOf(name)).toHaveLength(7);
  });

  it('counts the scheduled card among them, and what another process has sent', async () => {
    await goTo('2026-12-02T10:00');
    const name = '梁佩珊';
    const sendings = [sender(), ledger.sender()];
    await send(await notice(name, { urgency: 'scheduled' }));
    for (const each of sendings) await sendNow(each)(await notice(name));
    expect((await hear(name)).ending).toBe('accepted');
    expect((await hear(name)).row).toMatchObject({ state: 'held', reason: 'attention_limit' });
  });

  it('counts exactly when one process sends many at the same moment', async () => {
    const name = '白若溪';
    const wishes = await Promise.all(Array.from({ length: 9 }, () => notice(name)));
    const one = sender({ patienceMs: 2_000 });
    const endings = await Promise.all(wishes.map((wish) => sendNow(one)(wish)));
    expect(endings.filter((ending) => ending === 'accepted')).toHaveLength(4);
    expect(endings.filter((ending) => ending === 'held')).toHaveLength(5);
    expect(screenOf(name)).toHaveLength(4);
  });

  it('does not hold what must be confirmed beyond its day, and counts it', async () => {
    const name = '白若溪';
    const { row } = await hear(name, { urgency: 'mustConfirm', validUntil: at('2026-12-09T18:00') });
    expect(row).toMatchObject({ state: 'held', reason: 'attention_limit' });
    expect(row.dueAt && dayOf(new Date(row.dueAt))).toBe('2026-12-03');
  });

  it('lets what must be confirmed before tomorrow pass: held, it would never come', async () => {
    const { ending } = await hear('白若溪', { urgency: 'mustConfirm', validUntil: at('2026-12-02T21:00') });
    expect(ending).toBe('accepted');
  });

  it('waits for a card that carries it, and comes itself when that card doesn’t', async () => {
    await goTo('2026-12-02T23:00');
    const name = '温可儿';
    const { wish } = await hear(name);
    await goTo('2026-12-03T08:47');
    const bundle = await ledger.wishFor(name, {
      subject: 'digest:morning:2026-12-03',
      urgency: 'scheduled',
      decidedBy: { carries: wish.subject },
    });
    await planDelivery(ledger.out().deliveries)(bundle, new Date(clock.now()));
    await sweepUntil('2026-12-03T09:10');
    expect(await rowOf(wish)).toMatchObject({ state: 'held', reason: 'attention_limit' });
    const planned = await rowOf(bundle);
    await ledger.out().deliveries.setAside(planned, { reason: 'expired', now: new Date(clock.now()) });
    await sweepUntil('2026-12-03T09:20');
    expect(screenOf(name)).toHaveLength(1);
    expect(await rowOf(wish)).toMatchObject({ state: 'accepted' });
  });
});
