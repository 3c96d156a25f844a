import { beforeEach, describe, expect, it } from 'vitest';
import { catchUpDue } from '../../functions/deliver/catch-up.ts';
import { tellOfBudget } from '../../functions/digest/budget-notice.ts';
import { loadCalendar } from '../../shared/calendar/loaded.ts';
import { budgetObjection, budgetRefreshObjection } from '../../shared/delivery/budget-objection.ts';
import { type Budget, callBudget } from '../../shared/delivery/call-budget.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { refreshPerson } from '../../shared/directory.ts';
import { onTopic } from '../../shared/feishu/client.ts';
import { feishuMessages } from '../../shared/feishu/messages.ts';
import { budgetRows } from '../../shared/store/budget.ts';
import type { Urgency } from '../../shared/store/delivery.ts';
import { localLedger } from '../delivery/ledger.ts';

const ledger = localLedger();
const { clock, tables, out, sender, feishu, wishFor, rowOf } = ledger;
const now = (): Date => new Date(clock.now());
const minutes = (n: number): number => n * 60_000;
const rows = () => budgetRows(tables.name('ops'));
const standing = () => out().budget.standing(now());

let month = 0;
/** A month of its own for each test, with so many calls made. */
const startMonth = async (calls: number): Promise<string> => {
  month += 1;
  const name = `${2027 + Math.floor((month - 1) / 12)}-${String(((month - 1) % 12) + 1).padStart(2, '0')}`;
  await out().budget.settle(now());
  await clock.advance(Date.parse(`${name}-04T10:00:00+08:00`) - clock.now());
  const made = Array.from({ length: calls }, () => ({ topic: 'morning', sender: 'legal' }));
  await rows().add(name, { day: '03', calls: made });
  return name;
};

const setQuota = async (monthlyCalls: number | null, overrides = {}): Promise<void> => {
  const value = { monthlyCalls, overrides };
  await out().settings.append('budget', { value, changedBy: 'test', now: now() });
};

beforeEach(async () => {
  feishu().tenant.setSwitches({ monthlyQuota: null });
  await setQuota(100);
});

const send = async (subject: string, urgency?: Urgency): Promise<string> =>
  sendNow(sender())({ ...(await wishFor('许念', { subject })), urgency });

describe('a call', () => {
  it('is counted for its topic, its account and its day, by whichever app it is made', async () => {
    const name = await startMonth(0);
    expect(await send('digest:morning:2027-01-04', 'scheduled')).toBe('accepted');
    expect(await send('reply:om_1', 'reply')).toBe('accepted');
    const zhida = out().senders.bySender('zhida');
    const chatId =
      (await rowOf({ subject: 'reply:om_1', recipient: ledger.person('许念').unionId })).chatId ?? '';
    await feishuMessages(zhida).listCards({ chatId, from: now(), to: now() });
    await feishuMessages(onTopic(zhida, 'course')).listCards({ chatId, from: now(), to: now() });
    await out().budget.settle(now());
    expect(await rows().find(name)).toMatchObject({
      calls: 4,
      byDay: { '04': 4 },
      byTopic: { morning: 1, reply: 1, reads: 1, course: 1 },
      bySender: { zhida: 4 },
    });
  });

  it('that Feishu exempts or refuses isn’t', async () => {
    await startMonth(0);
    const { people, senders } = out();
    await refreshPerson(people, senders.bySender('zhida'))(ledger.person('许念').unionId, now());
    expect(await sendNow(sender())(await wishFor('鲁建军'))).toBe('failed');
    expect((await standing()).calls).toBe(0);
  });

  it('is known at once where it was made, and elsewhere within a minute of its settling', async () => {
    await startMonth(10);
    const other = callBudget({ rows: rows(), settings: out().settings });
    expect((await other.standing(now())).calls).toBe(10);
    await send('notice:a');
    expect((await standing()).calls).toBe(11);
    await out().budget.settle(now());
    expect((await other.standing(now())).calls).toBe(10);
    await clock.advance(minutes(1));
    expect((await other.standing(now())).calls).toBe(11);
  });
});

const asked = (subject: string, urgency?: Urgency) => ({
  subject,
  recipient: 'on_1',
  sender: 'zhida',
  urgency,
});
const all = [
  asked('alert:food:1', 'p0'),
  asked('alert:refund:1', 'p1'),
  asked('broadcast:legal:v1', 'mustConfirm'),
  asked('digest:morning:2027-01-04', 'scheduled'),
  asked('reply:om_2', 'reply'),
  asked('digest:expiry-daily:2027-01-04', 'scheduled'),
  asked('ticket:T-1:assigned:1'),
];

describe('at a share of the month’s calls', () => {
  it.each([
    [84, 'forecast', 7],
    [94, 'economy', 7],
    [95, 'reserved', 5],
    [98, 'reserved', 4],
    [99, 'p0Only', 1],
  ])('of %i in a hundred the level is %s and %i of 7 kinds may leave', async (calls, level, free) => {
    await startMonth(calls);
    expect((await standing()).level).toBe(level);
    const object = budgetObjection(out().budget);
    const asides = await Promise.all(all.map((each) => object(each, now())));
    expect(asides.map((aside) => aside === undefined)).toEqual(all.map((_, index) => index < free));
  });

  it('of 85 % only the final state of a card is shown; a P0’s card always tells the truth', async () => {
    await startMonth(85);
    const object = budgetRefreshObjection(out().budget);
    const card = asked('ticket:T-1:assigned:1');
    expect(await object({ ...card, final: false }, now())).toEqual({ reason: 'budget_economy' });
    expect(await object({ ...card, final: true }, now())).toBeUndefined();
    expect(await object({ ...asked('alert:food:1', 'p0'), final: false }, now())).toBeUndefined();
  });

  it('nothing is held on a paid plan, or in a month that was given more', async () => {
    const name = await startMonth(99);
    await setQuota(null);
    expect((await standing()).level).toBe('normal');
    await setQuota(100, { [name]: 1000 });
    await clock.advance(minutes(1));
    expect((await standing()).level).toBe('normal');
  });
});

describe('what is held', () => {
  it('says why, leaves within the hour after the quota was raised; a question of then is not answered', async () => {
    await startMonth(98);
    expect(await send('ticket:T-9:assigned:1')).toBe('held');
    expect(await send('reply:om_9', 'reply')).toBe('suppressed');
    const key = { subject: 'ticket:T-9:assigned:1', recipient: ledger.person('许念').unionId };
    expect(await rowOf(key)).toMatchObject({ state: 'held', reason: 'budget_reserved' });
    await setQuota(1000);
    await clock.advance(minutes(60));
    await catchUpDue(ledger.net())(now());
    expect(await rowOf(key)).toMatchObject({ state: 'accepted' });
  });

  it('is never held beyond the end of its month', async () => {
    const name = await startMonth(95);
    const last = new Date(Date.parse(`${name}-28T23:50:00+08:00`));
    const fresh: Budget = callBudget({ rows: rows(), settings: out().settings });
    const aside = await budgetObjection(fresh)(asked('ticket:T-1:assigned:1'), last);
    expect(aside?.until?.getTime()).toBeLessThanOrEqual(last.getTime() + minutes(60));
  });
});

describe('after Feishu has refused for its quota', () => {
  it('the others are held without a call, a P0 asks again, and its success frees them', async () => {
    const name = await startMonth(10);
    feishu().tenant.setSwitches({ monthlyQuota: 0 });
    ledger.newCalls();
    expect(await send('ticket:T-20:assigned:1')).toBe('held');
    expect(ledger.newCalls()).toHaveLength(1);
    expect(await send('ticket:T-21:assigned:1')).toBe('held');
    expect(ledger.newCalls()).toHaveLength(0);
    // Another container learns it from the shared row.
    const other = callBudget({ rows: rows(), settings: out().settings });
    expect((await other.standing(now())).level).toBe('usedUp');
    expect(await send('alert:food:20', 'p0')).toBe('held');
    expect(ledger.newCalls()).toHaveLength(1);
    feishu().tenant.setSwitches({ monthlyQuota: null });
    expect(await send('alert:food:21', 'p0')).toBe('accepted');
    await out().budget.settle(now());
    expect((await rows().find(name))?.usedUpUntil).toBeUndefined();
    expect(await send('ticket:T-22:assigned:1')).toBe('accepted');
  });
});

describe('the administrators', () => {
  it('get one card per threshold and month, with what the month will cost', async () => {
    const name = await startMonth(70);
    const deps = () => ({
      ...out(),
      admins: { roles: [], people: [ledger.person('许念').unionId] },
      releases: [{ id: 'morning', name: '晨报' }],
      calendar: () => loadCalendar(out().settings, now()),
      sender: 'zhida',
      sendNow: sendNow(sender()),
    });
    const before = ledger.screenOf('许念').length;
    expect(await tellOfBudget(deps())(now())).toEqual({ budgetUsedPercent: 70, budgetTold: 1 });
    expect(await tellOfBudget(deps())(now())).toMatchObject({ budgetTold: 0 });
    const card = ledger.screenOf('许念').at(-1)?.content ?? '';
    expect(ledger.screenOf('许念')).toHaveLength(before + 1);
    for (const words of ['本月接口额度已用 70%', '用完', '晨报 70']) expect(card).toContain(words);
    await rows().add(name, {
      day: '04',
      calls: Array.from({ length: 26 }, () => ({ topic: 'x', sender: 'zhida' })),
    });
    await clock.advance(minutes(1));
    expect(await tellOfBudget(deps())(now())).toMatchObject({ budgetTold: 1 });
    expect(ledger.screenOf('许念').at(-1)?.content).toContain('本月接口额度已用 95%');
  });
});
