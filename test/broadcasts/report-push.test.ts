import { describe, expect, it } from 'vitest';
import { pushReports, type ReportDeps } from '../../functions/broadcast/report.ts';
import { type Broadcast, workSubject } from '../../shared/broadcasts/broadcast.ts';
import { account, localPosts } from './post-world.ts';

const world = localPosts();
const { ledger, put, read, rowsOf, drain, goTo, confirm, now } = world;

const deps = (): ReportDeps => ({
  broadcasts: world.posts(),
  deliveries: ledger.out().deliveries,
  contents: ledger.out().contents,
  accounts: [account],
  wantContent: world.want,
});
const look = async (post: Broadcast) => pushReports(deps())(await read(post), await rowsOf(post), now());
const copies = (post: Broadcast, what: string) =>
  ledger.out().deliveries.listOfSubject(workSubject(post, what));
const shown = async (post: Broadcast, what = 'report'): Promise<string> => {
  const [row] = await copies(post, what);
  return (await ledger.out().contents.find(row?.wanted?.hash ?? '')) ?? '';
};
const shanghai = (date: Date | undefined): string =>
  date ? new Date(date.getTime() + 8 * 3_600_000).toISOString().slice(11, 19) : 'never';
const change = async (post: Broadcast, more: Partial<Broadcast>): Promise<void> => {
  const before = await read(post);
  await world.posts().change(before, { ...before, ...more }, { step: 'test', now: now(), wakes: false });
};
const version = async (post: Broadcast) => (await copies(post, 'report'))[0]?.wanted?.version;

describe('the live report', () => {
  it('stands from the start, follows once a minute, then once an hour, and at once when the state changes', async () => {
    await goTo('2026-11-23T10:00');
    const approved = { by: { person: 'on_approver', name: '何听雨' }, at: now().toISOString() };
    const post = await put(['陆鸣', '顾晓峰', '田小禾'], { approved });
    expect(shanghai(await look(post))).toBe('10:01:00');
    expect((await copies(post, 'report')).map(({ recipient }) => recipient)).toEqual([
      'on_approver',
      'on_author',
    ]);
    expect(await shown(post)).toContain('已豁免 0 + 待发送 3');

    await drain();
    // The same minute changes nothing, the next one does.
    await look(post);
    expect(await version(post)).toBe(1);
    await goTo('2026-11-23T10:01');
    await look(post);
    expect(await version(post)).toBe(2);
    expect(await shown(post)).toContain('未读 3 ');
    // Nothing has happened since.
    await goTo('2026-11-23T10:05');
    await look(post);
    expect(await version(post)).toBe(2);

    await goTo('2026-11-23T10:20');
    await confirm(post, '陆鸣');
    expect(shanghai(await look(post))).toBe('11:00:00');
    expect(await version(post)).toBe(3);
    await goTo('2026-11-23T10:40');
    await confirm(post, '顾晓峰');
    await look(post);
    expect(await version(post)).toBe(3);

    await change(post, {
      state: 'paused',
      paused: { at: now().toISOString(), from: 'open', reason: '内容有误' },
    });
    await look(post);
    expect(await version(post)).toBe(4);
    expect(await shown(post)).toContain('已暂停：内容有误');
    await change(post, { state: 'open', paused: undefined });

    await goTo('2026-11-23T11:00');
    expect(shanghai(await look(post))).toBe('12:00:00');
    expect(await shown(post)).toContain('已确认 2 ');
    expect(await shown(post, 'report-1h')).toContain('1 小时报告');
    expect((await read(post)).done).toEqual(['report-1h']);
  });
});

describe('new messages', () => {
  it('come once each; of those that are late together only the last does', async () => {
    const post = await put(['牛宏伟']);
    await drain();
    await goTo('2026-11-24T13:00');
    await look(post);
    await look(post);
    expect(await copies(post, 'report-1h')).toEqual([]);
    expect(await copies(post, 'report-1d')).toHaveLength(1);
    expect((await read(post)).done.toSorted()).toEqual(['report-1d', 'report-1h']);
  });

  it('end with the post: the last card is final', async () => {
    const post = await put(['蒲海棠']);
    await drain();
    await look(post);
    await confirm(post, '蒲海棠');
    const closedAt = now().toISOString();
    await change(post, { state: 'closed', closedAt, closedBecause: 'complete' });
    // Who has read it was not looked up for the last time yet: only the card that stands says that it has ended.
    await look(post);
    expect(await copies(post, 'report-close')).toEqual([]);
    expect(await shown(post)).toContain('已结束：全员已完成');
    await change(post, { done: ['reconciled-close'] });
    expect(await look(post)).toBeUndefined();
    expect((await copies(post, 'report'))[0]?.wanted?.final).toBe(true);
    expect(await shown(post, 'report-close')).toContain('已结束：全员已完成');
    expect(await shown(post, 'report-close')).toContain('触达率 1/1 = 100.0%');
    await look(post);
    expect(await copies(post, 'report-close')).toHaveLength(1);
  });

  it('of the end wait for what may still be on its way, a day at most', async () => {
    const post = await put(['温可儿']);
    const closedAt = now().toISOString();
    await change(post, { state: 'closed', closedAt, closedBecause: 'by_hand', done: ['reconciled-close'] });
    const inAMinute = new Date(now().getTime() + 60_000);
    expect(await look(post)).toEqual(inAMinute);
    expect(await copies(post, 'report-close')).toEqual([]);
    await drain();
    expect((await rowsOf(post))[0]).toMatchObject({ state: 'suppressed', reason: 'post_closed' });
    expect(await look(post)).toBeUndefined();
    expect(await shown(post, 'report-close')).toContain('已豁免 0 + 未发送 1');

    const stuck = await put(['温可儿']);
    await change(stuck, { state: 'closed', closedAt, closedBecause: 'by_hand', done: ['reconciled-close'] });
    await goTo('2026-11-26T13:30');
    expect(await look(stuck)).toBeUndefined();
    expect(await shown(stuck, 'report-close')).toContain('待发送 1');
  });
});
