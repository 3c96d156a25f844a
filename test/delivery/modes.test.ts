import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planDelivery, type Wish } from '../../shared/delivery/plan.ts';
import { sendDelivery, sendNow } from '../../shared/delivery/send.ts';
import { slots } from '../../shared/delivery/slots.ts';
import { slotStore } from '../../shared/store/slots.ts';
import { localLedger } from './ledger.ts';

const ledger = localLedger();
const { clock, feishu, sender, screenOf, wishFor, rowOf, fail, newCalls, sweepAfter, setMode, setTrial } =
  ledger;
const minutes = (n: number): number => n * 60_000;
const everybody = (): readonly string[] => feishu().tenant.company.people.map(({ name }) => name);
const messagesOnAllScreens = (): number => everybody().reduce((sum, name) => sum + screenOf(name).length, 0);
/** The mode that was read is used for a second. */
const passCache = (): Promise<void> => clock.advance(1001);

beforeAll(() => setMode('sender', 'zhida', 'rehearsal'));
beforeEach(async () => {
  fail();
  await setTrial();
  await clock.advance(minutes(5));
  newCalls();
});

const planAndSend = async (wish: Wish): Promise<string> => {
  await planDelivery(ledger.out().deliveries)(wish, new Date(clock.now()));
  return sendDelivery(sender())(await rowOf(wish));
};

describe('rehearsal', () => {
  it('sends nothing to any of the 60 people: 60 rows say so and no call is made', async () => {
    expect(everybody()).toHaveLength(60);
    const wishes = await Promise.all(
      everybody().map((name) => wishFor(name, { subject: `digest:morning:all-${name}` })),
    );
    for (const wish of wishes) expect(await planAndSend(wish)).toBe('suppressed');
    const rows = await Promise.all(wishes.map(rowOf));
    expect(new Set(rows.map(({ state, reason }) => `${state}:${String(reason)}`))).toEqual(
      new Set(['suppressed:rehearsal']),
    );
    expect(messagesOnAllScreens()).toBe(0);
    expect(newCalls()).toEqual([]);
  });

  it('keeps what can’t wait from everybody too, and leaves nothing for a sweep to send', async () => {
    const wish = await wishFor('林知夏', { subject: 'reply:om_1' });
    expect(await sendNow(sender())(wish)).toBe('suppressed');
    expect(await sendNow(sender())(wish)).toBe('taken');
    expect(await rowOf(wish)).toMatchObject({ state: 'suppressed', reason: 'rehearsal' });
    await setMode('sender', 'zhida', 'live');
    expect(await sweepAfter(minutes(600))).toEqual({ due: 0, accepted: 0 });
    await setMode('sender', 'zhida', 'rehearsal');
    expect(messagesOnAllScreens()).toBe(0);
  });

  it('is what a sender does that nobody has set to live', async () => {
    const wish = await wishFor('许念', { sender: 'legal' });
    expect(await planAndSend(wish)).toBe('suppressed');
    expect(messagesOnAllScreens()).toBe(0);
  });

  it('delivers to the trial list and to nobody else', async () => {
    await setTrial('许念', '何听雨');
    await passCache();
    const endings: Record<string, string> = {};
    for (const name of ['林知夏', '许念', '何听雨', '周以安'])
      endings[name] = await planAndSend(await wishFor(name));
    expect(endings).toEqual({
      林知夏: 'suppressed',
      许念: 'accepted',
      何听雨: 'accepted',
      周以安: 'suppressed',
    });
    expect([screenOf('许念').length, screenOf('何听雨').length, messagesOnAllScreens()]).toEqual([1, 1, 2]);
  });
});

describe('stopped', () => {
  it('counts before rehearsal, also for the trial list', async () => {
    await setTrial('戴明薇');
    await setMode('sender', 'zhida', 'stopped');
    const wish = await wishFor('戴明薇');
    expect(await planAndSend(wish)).toBe('held');
    expect(await rowOf(wish)).toMatchObject({ state: 'held', reason: 'stopped' });
    expect(screenOf('戴明薇')).toEqual([]);
    await setMode('sender', 'zhida', 'live');
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 1 });
  });

  it('of one topic stops that topic only', async () => {
    await setMode('sender', 'zhida', 'live');
    await setMode('subject', 'morning', 'stopped');
    const endings = [
      await planAndSend(await wishFor('钱正清', { subject: 'digest:morning:2026-11-23' })),
      await planAndSend(await wishFor('钱正清', { subject: 'digest:evening:2026-11-23' })),
      await planAndSend(await wishFor('钱正清', { subject: 'reply:om_2' })),
    ];
    expect(endings).toEqual(['held', 'accepted', 'accepted']);
    await setMode('subject', 'morning', 'live');
    expect(await sweepAfter(minutes(1))).toEqual({ due: 1, accepted: 1 });
    expect(screenOf('钱正清')).toHaveLength(3);
  });

  it('of a rehearsing topic under a live sender is still rehearsal: the strictest counts', async () => {
    await setMode('subject', 'evening', 'rehearsal');
    expect(await planAndSend(await wishFor('章素心', { subject: 'digest:evening:2026-11-24' }))).toBe(
      'suppressed',
    );
    expect(screenOf('章素心')).toEqual([]);
  });

  it('takes effect within 2 s in a sender that is at work, and everything drains after live', async () => {
    const deps = sender();
    const names = everybody()
      .filter((name) => !['龚思齐', '鲁建军'].includes(name))
      .slice(8, 38);
    const before = messagesOnAllScreens();
    const wishes = await Promise.all(names.map((name) => wishFor(name)));
    const endings: string[] = [];
    let stoppedAt = Infinity;
    for (const [index, wish] of wishes.entries()) {
      if (index === 5) {
        await setMode('sender', 'zhida', 'stopped');
        stoppedAt = clock.now();
      }
      await planDelivery(ledger.out().deliveries)(wish, new Date(clock.now()));
      endings.push(await sendDelivery(deps)(await rowOf(wish)));
      await clock.advance(100);
    }
    const sent = newCalls();
    expect(sent.length).toBeGreaterThanOrEqual(5);
    for (const { at } of sent) expect(at - stoppedAt).toBeLessThanOrEqual(2000);
    expect(endings.filter((ending) => ending === 'held')).toHaveLength(30 - sent.length);
    await setMode('sender', 'zhida', 'live');
    expect(await sweepAfter(minutes(1))).toMatchObject({ accepted: 30 - sent.length });
    expect(messagesOnAllScreens()).toBe(before + 30);
  });

  it('counts for those who wait for a slot', async () => {
    // Somebody stops the sender while this one waits for its slot.
    const stopThenWake = async (ms: number): Promise<void> => {
      await setMode('sender', 'zhida', 'stopped');
      await clock.advance(ms);
    };
    const waiting = slots({
      store: slotStore(ledger.tables.name('ops')),
      now: clock.now,
      sleep: stopThenWake,
    });
    await waiting.pause({ sender: 'zhida', api: 'create' }, 3_000);
    const waited = await wishFor('常悦', { subject: 'reply:om_3' });
    expect(await sendNow({ ...sender({ patienceMs: 10_000 }), slots: waiting })(waited)).toBe('held');
    expect(screenOf('常悦').filter(({ content }) => content.includes('常悦 的晨报'))).toHaveLength(0);
    await setMode('sender', 'zhida', 'live');
    expect(await sweepAfter(minutes(1))).toMatchObject({ accepted: 1 });
  });
});

describe('an accepted delivery', () => {
  it('says which versions of the modes let it go', async () => {
    const wish = await wishFor('韩初霁', { subject: 'reply:om_4' });
    await sendNow(sender())(wish);
    expect((await rowOf(wish)).decidedBy).toEqual({
      mode: expect.stringMatching(/^live@\d{8}\/0$/) as string,
    });
  });

  it('says so too when it was planned for later', async () => {
    const wish = await wishFor('贺兰朵', { subject: 'reply:om_6', decidedBy: { calendar: 'built-in' } });
    await planDelivery(ledger.out().deliveries)(wish, new Date(clock.now()));
    await sendDelivery(sender())(await rowOf(wish));
    expect((await rowOf(wish)).decidedBy).toEqual({
      calendar: 'built-in',
      mode: expect.stringMatching(/^live@\d{8}\/0$/) as string,
    });
  });

  it('leaves the chat with its person, once', async () => {
    const { unionId } = ledger.person('邵一鸣');
    const { people } = ledger.out();
    await people.record({
      person: unionId,
      name: '邵一鸣',
      jobTitle: '产品经理',
      departments: ['产品'],
      roles: ['产品经理'],
      syncedAt: new Date(clock.now()).toISOString(),
    });
    const wish = await wishFor('邵一鸣');
    expect(await planAndSend(wish)).toBe('accepted');
    const { chatId } = await rowOf(wish);
    expect(chatId).toMatch(/^oc_/);
    expect((await people.find(unionId))?.chats).toEqual({ zhida: chatId });
  });

  it('is a call of the month’s budget; refused calls are not', async () => {
    const { out } = ledger;
    const used = async (): Promise<number> => (await out().budget.standing(new Date())).calls;
    const before = await used();
    fail({ kind: '429', count: 1 });
    expect(await sendNow(sender({ patienceMs: 10_000 }))(await wishFor('贺兰朵'))).toBe('accepted');
    expect(await sendNow(sender())(await wishFor('鲁建军'))).toBe('failed');
    expect(await sendNow(sender())(await wishFor('闻人杰'))).toBe('accepted');
    expect(await used()).toBe(before + 2);
    await out().settle();
    await out().settle();
    expect(await used()).toBe(before + 2);
  });
});
