import { describe, expect, it } from 'vitest';
import { allAccounts } from '../../config/accounts/all.ts';
import { verifySubject as verify } from '../../functions/ops/identity.ts';
import { why } from '../../functions/ops/why.ts';
import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { dayOf } from '../../shared/calendar/day.ts';
import { planNothing } from '../../shared/delivery/plan.ts';
import { feishuMessages } from '../../shared/feishu/messages.ts';
import { alerts } from '../../shared/store/alerts.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { windows } from '../../shared/store/windows.ts';
import { localPosts } from '../broadcasts/post-world.ts';

const world = localPosts();
const { ledger, put, drain, confirm, rowsOf } = world;
const { name: table } = ledger.tables;
const deps = () => ({
  ...ledger.out(),
  ...{ releases: [], alertDefinitions: [], accounts: allAccounts, appIds: [] },
  windows: windows(table('digests')),
  alerts: alerts(table('digests')),
  inbox: inbox(table('inbox')),
  broadcasts: world.posts(),
  messagesOf: (sender: string) => feishuMessages(ledger.out().senders.bySender(sender)),
});
const people = ['林知夏', '周以安', '高远'] as const;

type Reply = Readonly<Record<string, unknown>>;
const prove = (subject: string, more: object = {}): Promise<Reply> =>
  verify(deps()).run({ do: 'verify', subject, ...more }, world.now());
type Told = { about: { name: string; steps: { code: string; text: string }[] }[] };
const last = async (person: string, about: string): Promise<string> => {
  const input = { do: 'why', person, about, date: dayOf(world.now()) };
  const reply = (await why(deps()).run(input, world.now())) as unknown as Told;
  return reply.about[0]?.steps.findLast(({ code }) => !code.startsWith('refresh'))?.text ?? '';
};

describe('verify of a post', () => {
  it('holds from its first row on: who has none yet is unsent, at the start and whenever people join, and missing when it has ended', async () => {
    const post = await put(people, { target: 4, plannedAt: undefined, state: 'sending' });
    const subject = personalSubject(post);
    expect(await prove(subject)).toMatchObject({
      state: 'sending',
      target: 4,
      holds: true,
      identity: { target: 4, unsent: 1, queued: 3, sent: 0 },
    });
    const joined = await put(people, { target: 4 });
    expect(await prove(personalSubject(joined))).toMatchObject({ holds: true, identity: { unsent: 1 } });
    const ended = await put(people, { target: 4, state: 'closed', closedBecause: 'deadline' });
    expect(await prove(personalSubject(ended))).toMatchObject({ holds: false, identity: { unsent: 1 } });
    const stopped = await put(people, { target: 4, state: 'closed', closedBecause: 'by_hand' });
    expect(await prove(personalSubject(stopped))).toMatchObject({ holds: true, identity: { unsent: 1 } });
    const tooMany = await put(people, { target: 2, plannedAt: undefined });
    expect(await prove(personalSubject(tooMany))).toMatchObject({ holds: false, identity: { unsent: -1 } });
  });

  it('holds when nothing was sent to some, who are unsent, and not when that hides one too many', async () => {
    const post = await put(people);
    const subject = personalSubject(post);
    const [row] = await rowsOf(post);
    if (!row) throw new Error('there are rows');
    await ledger.out().deliveries.setAside(row, { reason: 'quiet_hours', now: world.now() });
    expect(await prove(subject)).toMatchObject({
      holds: true,
      identity: { target: 3, unsent: 1, queued: 2, excluded: 0 },
    });
    const before = await world.read(post);
    await world.posts().change(before, { ...before, target: 2 }, told());
    expect(await prove(subject)).toMatchObject({ holds: false, identity: { target: 2, unsent: 0 } });
  });

  it('says the sum and the four levels, and finds each card in Feishu', async () => {
    // Nobody who has had today's four messages of earlier posts.
    const post = await put(['田小禾', '常悦', '潘小雨']);
    const subject = personalSubject(post);
    while ((await drain()) > 0);
    const recipient = ledger.person('常悦').unionId;
    await ledger.out().deliveries.recordOpened({ subject, recipient }, world.now());
    await confirm(post, '田小禾');
    expect(await prove(subject, { deep: true })).toMatchObject({
      holds: true,
      identity: { target: 3, unsent: 0, queued: 0, sent: 2, confirmed: 1 },
      levels: { delivered: 3, readCard: 0, opened: 1, confirmed: 1 },
      compared: { same: 3, different: [] },
    });
  });

  it('knows an older version, groups and reminders by their rows alone, and refuses what never was', async () => {
    const post = await put(people);
    const older = await world.posts().change(post, { ...post, version: 2 }, told());
    expect(older).toBeDefined();
    expect(await prove(personalSubject(post))).toMatchObject({ state: null, target: null, holds: true });
    await expect(prove('broadcast:legal-999:v1')).rejects.toThrow('nothing was planned');
  });
});

const told = () => ({ step: 'tested', now: world.now(), wakes: false });

describe('why of a post', () => {
  it('calls it by its account and issue, and says when it was opened, and when and where it was confirmed', async () => {
    const post = await put(['秦越', '钱正清', '沈南乔']);
    const subject = personalSubject(post);
    while ((await drain()) > 0);
    const name = `制度与流程 第 ${post.broadcast.split('-')[1] ?? ''} 期`;
    expect(await last('秦越', subject)).toMatch(new RegExp(`^${name}已于 .*送达，尚未打开$`, 'u'));
    const key = { subject, recipient: ledger.person('秦越').unionId };
    const { deliveries } = ledger.out();
    await deliveries.recordOpened(key, world.now());
    expect(await last('秦越', subject)).toMatch(/送达，\d\d:\d\d 打开文章$/u);
    await deliveries.recordRead(key, world.now());
    expect(await last('秦越', subject)).toMatch(/送达，\d\d:\d\d 已读，\d\d:\d\d 打开文章$/u);
    await confirm(post, '秦越');
    expect(await last('秦越', subject)).toMatch(/期已于 \d\d:\d\d 在卡片上确认 v1，\d\d:\d\d 打开文章$/u);
    const how = { at: world.now().toISOString(), version: 1, via: 'page' } as const;
    await deliveries.recordConfirmed({ subject, recipient: ledger.person('钱正清').unionId }, how);
    expect(await last('钱正清', subject)).toMatch(/期已于 \d\d:\d\d 在页面上确认 v1$/u);
    expect(await rowsOf(post)).toHaveLength(3);
  });

  it.each([
    ['post_recalled', '这篇文章已撤回'],
    ['out_of_scope', '不在应用的可用范围内'],
  ])('%s is told in words', async (reason, words) => {
    const post = await put(people.slice(0, 1));
    const { unionId } = ledger.person('周以安');
    const to = {
      recipient: unionId,
      receiveId: unionId,
      receiveIdType: 'union_id',
      sender: 'zhida',
    } as const;
    const wish = { ...to, subject: personalSubject(post), eventAt: world.now() };
    await planNothing(ledger.out().deliveries)(wish, { state: 'excluded', reason, now: world.now() });
    expect(await last('周以安', personalSubject(post))).toMatch(new RegExp(`期未发送：${words}$`, 'u'));
  });

  it('calls a reminder and a post of a group what they are, also of an account that is gone', async () => {
    expect(await last('林知夏', 'broadcast:legal-7:v2:remind-1')).toBe('没有为此人安排过这条消息');
    const input = { do: 'why', person: '林知夏', date: dayOf(world.now()) };
    const nameOf = async (about: string) =>
      ((await why(deps()).run({ ...input, about }, world.now())) as unknown as Told).about[0]?.name;
    expect(await nameOf('broadcast:legal-7:v2:remind-1')).toBe('薄荷法讯 第 7 期 v2（催办）');
    expect(await nameOf('broadcast:legal-7:v1:groups')).toBe('薄荷法讯 第 7 期（群消息）');
    expect(await nameOf('broadcast:gone-3:v1')).toBe('文章 第 3 期');
  });
});
