import { describe, expect, it } from 'vitest';
import { type RemindDeps, remind } from '../../functions/broadcast/remind.ts';
import { type Broadcast, reminderSubject, workSubject } from '../../shared/broadcasts/broadcast.ts';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { staffOf } from '../../simulator/feishu/staff.ts';
import { account, localPosts } from './post-world.ts';

const world = localPosts();
const { ledger, put, read, rowsOf, drain, goTo, confirm, now } = world;
const calendar = calendarOf(builtInYears);

const deps = (): RemindDeps => ({
  broadcasts: world.posts(),
  deliveries: ledger.out().deliveries,
  contents: ledger.out().contents,
  people: ledger.out().people,
  accounts: [account],
  calendar: () => Promise.resolve(calendar),
  wantContent: world.want,
});
const look = async (post: Broadcast) => remind(deps())(await read(post), await rowsOf(post), now());
const reminders = (post: Broadcast, which: string) =>
  ledger.out().deliveries.listOfSubject(reminderSubject(post, which));
const statesOf = async (post: Broadcast, which: string) =>
  Object.fromEntries(
    (await reminders(post, which)).map(({ recipient, state, reason }) => [recipient, reason ?? state]),
  );
const idOf = (name: string): string => ledger.person(name).unionId;
const at = (text: string): string => new Date(`${text}:00+08:00`).toISOString();
const shanghai = (date: Date | undefined): string =>
  date ? new Date(date.getTime() + 8 * 3_600_000).toISOString().slice(0, 16) : 'never';
const textOf = async (hash: string | undefined): Promise<string> =>
  (await ledger.out().contents.find(hash ?? '')) ?? '';

describe('reminders of a post that must be confirmed', () => {
  it('climb the ladder: a new card, 加急 on the next working day, the list to managers one more later', async () => {
    await goTo('2026-11-23T10:00');
    const post = await put(['陆鸣', '顾晓峰', '田小禾']);
    expect(await drain()).toBe(3);
    expect(shanghai(await look(post))).toBe('2026-11-23T12:00');
    expect(await reminders(post, '1')).toEqual([]);

    await confirm(post, '田小禾');
    await goTo('2026-11-23T13:45');
    await look(post);
    expect(Object.keys(await statesOf(post, '1')).toSorted()).toEqual(
      ['陆鸣', '顾晓峰'].map(idOf).toSorted(),
    );
    // Looking again plans nothing more; the next rung counts from when this one has arrived.
    expect(await look(post)).toBeUndefined();
    expect(await drain()).toBe(2);
    expect(shanghai(await look(post))).toBe('2026-11-24T10:02');
    expect(JSON.stringify(ledger.screenOf('陆鸣'))).toContain('还差 1 步');

    await goTo('2026-11-24T10:02');
    await look(post);
    expect(await drain()).toBe(2);
    const [urgent] = await reminders(post, '2');
    expect(urgent?.buzzedAt).toBeDefined();
    expect(await textOf(urgent?.wanted?.hash)).toContain('因需全员确认，已第 2 次提醒');

    await goTo('2026-11-25T10:02');
    await confirm(post, '顾晓峰');
    await look(post);
    const lists = await ledger.out().deliveries.listOfSubject(workSubject(post, 'managers-2026-11-25'));
    // 沈南乔 leads 华东大区.
    expect(lists.map(({ recipient }) => recipient)).toEqual([idOf('沈南乔')]);
    const list = await textOf(lists[0]?.wanted?.hash);
    expect(list).toContain('已提醒两次');
    expect(list).toContain('还有 1 人未确认');
    expect(list).toContain('陆鸣');
    expect(list).not.toContain('顾晓峰');
    expect((await read(post)).done).toEqual(['managers-2026-11-25']);
    expect(await look(post)).toBeUndefined();
  });

  it('never leave later than a confirmation: neither those that are held nor those that are queued', async () => {
    await goTo('2026-11-26T09:00');
    const post = await put(['牛宏伟', '蒲海棠', '冯知秋']);
    await drain();
    await goTo('2026-11-26T11:30');
    await look(post);
    // 12:05 is lunch: what is drained then is held till after it.
    await goTo('2026-11-26T12:05');
    expect(await drain()).toBe(0);
    expect(Object.values(await statesOf(post, '1'))).toEqual(['quiet_hours', 'quiet_hours', 'quiet_hours']);
    await confirm(post, '牛宏伟');
    await goTo('2026-11-26T13:45');
    // The second of them confirms while hers is in the queue.
    await confirm(post, '蒲海棠');
    expect(await drain()).toBe(1);
    expect(await statesOf(post, '1')).toEqual({
      [idOf('牛宏伟')]: 'already_done',
      [idOf('蒲海棠')]: 'already_done',
      [idOf('冯知秋')]: 'accepted',
    });
    for (const name of ['牛宏伟', '蒲海棠'])
      expect(JSON.stringify(ledger.screenOf(name))).not.toContain('还差 1 步');
  });

  it('say 已确认 where they stand once their reader has confirmed, and nothing where none stands', async () => {
    const post = await put(['唐若谷', '孟繁星']);
    await drain();
    await goTo('2026-11-26T16:30');
    await look(post);
    await drain();
    await confirm(post, '唐若谷');
    await look(post);
    const rows = await reminders(post, '1');
    const wanted = new Map(rows.map((row) => [row.recipient, row.wanted]));
    expect(wanted.get(idOf('唐若谷'))?.final).toBe(true);
    expect(await textOf(wanted.get(idOf('唐若谷'))?.hash)).toContain('✔ 已确认');
    expect(wanted.get(idOf('孟繁星'))?.version).toBe(1);
    expect(await reminders(post, '2')).toEqual([]);
  });

  it('start with each person their own card: a joiner is asked two hours after theirs', async () => {
    await goTo('2026-11-27T09:00');
    const post = await put(['韩初霁', '丁一舟']);
    const { deliveries } = ledger.out();
    // One of them is planned later in the day.
    const late = (await rowsOf(post)).find(({ recipient }) => recipient === idOf('丁一舟'));
    if (late)
      await deliveries.setAside(late, {
        reason: 'later',
        now: now(),
        until: new Date(now().getTime() + 3 * 3_600_000),
      });
    await drain();
    await goTo('2026-11-27T11:01');
    expect(shanghai(await look(post))).toBe('2026-11-27T11:01');
    expect(Object.keys(await statesOf(post, '1'))).toEqual([idOf('韩初霁')]);
    await goTo('2026-11-27T13:50');
    await drain();
    await goTo('2026-11-27T14:30');
    expect(shanghai(await look(post))).toBe('2026-11-27T15:50');
    expect(Object.keys(await statesOf(post, '1'))).toEqual([idOf('韩初霁')]);
  });

  it('stop at the deadline', async () => {
    const deadlineAt = new Date('2026-11-27T16:30:00+08:00').toISOString();
    const post = await put(['区少明'], { deadlineAt });
    await drain();
    expect(await look(post)).toBeUndefined();
    await goTo('2026-11-27T17:00');
    await look(post);
    expect(await reminders(post, '1')).toEqual([]);
  });
});

/** 催未读 on the report's card. */
const press = async (post: Broadcast): Promise<void> => {
  const before = await read(post);
  const told = { step: 'remind', now: now(), wakes: true };
  await world.posts().change(before, { ...before, reminded: before.reminded + 1 }, told);
};

describe('催未读', () => {
  it('is a new card for everybody who is waited for, once each time it is asked for', async () => {
    await goTo('2026-11-30T09:00');
    const post = await put(['温可儿', '白若溪'], { mustConfirm: false });
    await drain();
    const { deliveries } = ledger.out();
    const [row] = await rowsOf(post);
    if (row) await deliveries.recordRead(row, now());
    await press(post);
    expect(await look(post)).toBeUndefined();
    const [asked, ...others] = await reminders(post, 'm1');
    expect(others).toEqual([]);
    expect(asked?.recipient).not.toBe(row?.recipient);
    // An ordinary post has no right to what is kept for those that must be confirmed.
    expect(asked?.urgency).toBeUndefined();
    expect((await read(post)).done).toEqual(['reminded-1']);
    await look(post);
    expect(await reminders(post, 'm1')).toHaveLength(1);
    expect(await reminders(post, '1')).toEqual([]);
  });

  it('leaves alone whom the ladder has just asked', async () => {
    await goTo('2026-11-30T10:00');
    const post = await put(['石敬川']);
    await drain();
    await goTo('2026-11-30T12:01');
    await look(post);
    await press(post);
    await look(post);
    expect(await reminders(post, '1')).toHaveLength(1);
    expect(await reminders(post, 'm1')).toEqual([]);
  });

  it('leaves alone whom the ladder asks at the same moment', async () => {
    await goTo('2026-11-30T14:00');
    const post = await put(['石敬川', '白若溪']);
    const [first, later] = await rowsOf(post);
    const until = new Date(now().getTime() + 3_600_000);
    if (later) await ledger.out().deliveries.setAside(later, { reason: 'later', now: now(), until });
    await drain();
    await goTo('2026-11-30T15:01');
    await drain();
    await goTo('2026-11-30T16:01');
    await press(post);
    await look(post);
    const recipients = async (which: string) =>
      (await reminders(post, which)).map(({ recipient }) => recipient);
    expect(await recipients('1')).toEqual([first?.recipient]);
    expect(await recipients('m1')).toEqual([later?.recipient]);
  });

  it('sends one card when it is pressed twice, and asks again half an hour later', async () => {
    await goTo('2026-12-01T14:30');
    const post = await put(['石敬川', '白若溪'], { mustConfirm: false });
    await drain();
    await press(post);
    await look(post);
    expect(await reminders(post, 'm1')).toHaveLength(2);
    // The answer to the first press came late.
    await press(post);
    await look(post);
    expect(await reminders(post, 'm2')).toEqual([]);
    expect((await read(post)).done).toEqual(['reminded-1', 'reminded-2']);
    await goTo('2026-12-01T15:01');
    await press(post);
    await look(post);
    expect(await reminders(post, 'm3')).toHaveLength(2);
  });
});

describe('reminders that don’t arrive', () => {
  it('wait for whoever is on leave: they come one after the other then, and no manager reads of them before', async () => {
    const [here, away] = ['石敬川', '白若溪'];
    await goTo('2026-12-03T09:30');
    const post = await put([here, away]);
    await drain();
    const leave = { from: at('2026-12-03T11:00'), until: at('2026-12-08T09:00') };
    await ledger.out().people.recordLeave(idOf(away), [leave], []);
    await goTo('2026-12-03T11:31');
    await look(post);
    await drain();
    expect(await statesOf(post, '1')).toEqual({ [idOf(here)]: 'accepted', [idOf(away)]: 'on_leave' });
    await goTo('2026-12-04T10:02');
    await look(post);
    await drain();
    expect(await statesOf(post, '2')).toEqual({ [idOf(here)]: 'accepted' });
    await goTo('2026-12-07T10:02');
    await look(post);
    const lists = await ledger.out().deliveries.listOfSubject(workSubject(post, 'managers-2026-12-07'));
    const text = (await Promise.all(lists.map(({ wanted }) => textOf(wanted?.hash)))).join('\n');
    expect(text).toContain(here);
    expect(text).not.toContain(away);

    await goTo('2026-12-08T09:30');
    await drain();
    expect(await statesOf(post, '1')).toMatchObject({ [idOf(away)]: 'accepted' });
    expect(shanghai(await look(post))).toBe('2026-12-09T10:02');
    await goTo('2026-12-09T10:02');
    await look(post);
    await drain();
    expect(await statesOf(post, '2')).toMatchObject({ [idOf(away)]: 'accepted' });
    expect(shanghai(await look(post))).toBe('2026-12-10T10:02');
  });

  it('are none: whoever has muted the bot is listed without 「已提醒两次」', async () => {
    await goTo('2026-12-11T09:30');
    const post = await put(['陆鸣', '顾晓峰']);
    await drain();
    staffOf(ledger.feishu().tenant).mute(idOf('陆鸣'), 'cli_a1zhida00000001', true);
    for (const time of ['2026-12-11T11:31', '2026-12-14T10:02']) {
      await goTo(time);
      await look(post);
      await drain();
    }
    expect(await statesOf(post, '2')).toMatchObject({ [idOf('陆鸣')]: 'failed' });
    await goTo('2026-12-15T10:02');
    await look(post);
    const [list] = await ledger.out().deliveries.listOfSubject(workSubject(post, 'managers-2026-12-15'));
    const text = await textOf(list?.wanted?.hash);
    expect(text).toContain('提醒未送达');
    expect(text).not.toContain('已提醒两次');
  });
});
