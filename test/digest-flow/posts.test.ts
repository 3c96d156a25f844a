import { beforeAll, describe, expect, it } from 'vitest';
import { allAccounts } from '../../config/accounts/all.ts';
import { digestCommands } from '../../functions/digest/commands.ts';
import { releaseNow } from '../../functions/digest/due.ts';
import type { DigestDeps } from '../../functions/digest/release.ts';
import { type Broadcast, broadcastSchema, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { faceOf, postCard } from '../../shared/broadcasts/post-card.ts';
import { addDays } from '../../shared/calendar/day.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { planDelivery } from '../../shared/delivery/plan.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { runCommand } from '../../shared/lambda/command.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { post as written } from '../broadcasts/faces.ts';
import { localMorning } from './morning.ts';

// Friday, Monday, Tuesday.
const [friday, monday, tuesday] = ['2026-11-20', '2026-11-23', '2026-11-24'] as const;
const morning = localMorning(tuesday);
const { release, invocation, shownTo, clock } = morning;

const deps = (releases: readonly Bundle[]): DigestDeps => invocation(releases);
const accountOf = (id: string) => {
  const account = allAccounts.find((each) => each.id === id);
  if (!account) throw new Error(`no account ${id}`);
  return account;
};

let issues = 50;
/** A post in the table. */
const put = async (more: Partial<Broadcast>): Promise<Broadcast> => {
  const issue = (issues += 1);
  const account = more.account ?? 'legal';
  const post = broadcastSchema.parse({
    ...written,
    ...{ broadcast: `${account}-${issue}`, issue, account, state: 'open', mustConfirm: false },
    deadlineAt: undefined,
    ...more,
  });
  await morning.broadcasts().open(post, { step: 'opened', now: clock.now(), wakes: false });
  return post;
};

/** It reached this person at that moment, through the ledger. */
const deliver = async (post: Broadcast, name: string, at: string): Promise<Delivery> => {
  const { deliveries, contents } = deps([]);
  const { person: recipient } = await morning.person(name);
  const key = { subject: personalSubject(post), recipient };
  const face = faceOf(post, accountOf(post.account));
  if (!face) throw new Error('it has a page');
  const kept = await keepCard(contents)(postCard(face), { id: deliveryElementId(key.subject, '') });
  const when = new Date(at);
  const to = { ...key, sender: 'zhida', receiveIdType: 'union_id', receiveId: recipient } as const;
  await planDelivery(deliveries)({ ...to, ...kept, eventAt: when }, when);
  const planned = await deliveries.find(key);
  const claimed = planned && (await deliveries.claim(planned, when));
  const messageId = `om_${post.broadcast}_${recipient}`;
  const accepted = claimed && (await deliveries.recordAccepted(claimed, { messageId, at: when }));
  if (!accepted) throw new Error('it is accepted');
  return accepted;
};

/** Cards of everybody's morning on that day, and what one person's says. */
const cardsOf = async (day: string, bundle = release()): Promise<(name: string) => Promise<string>> => {
  await releaseNow(invocation([bundle]), bundle, day);
  return (name) => shownTo(`digest:${bundle.id}:${day}`, name);
};

describe('a post that nobody has to confirm', () => {
  let post: Broadcast;
  beforeAll(async () => {
    post = await put({ title: '广告法新规：功效宣称的5条红线' });
    await deliver(post, '周以安', `${monday}T10:00:00+08:00`);
    await deliver(post, '高远', `${monday}T23:59:30+08:00`);
    await deliver(post, '秦越', `${tuesday}T08:30:00+08:00`);
    for (const name of ['林知夏', '戴明薇']) await deliver(post, name, `${friday}T15:00:00+08:00`);
    const read = await deliver(post, '钱正清', `${monday}T10:00:00+08:00`);
    await deps([]).deliveries.recordRead(read, new Date(`${monday}T11:00:00+08:00`));
    const opened = await deliver(post, '沈南乔', `${monday}T10:00:00+08:00`);
    await deps([]).deliveries.recordOpened(opened, new Date(`${monday}T11:00:00+08:00`));
  });

  it('is one line of the next card for whoever has not opened it, and leads to its page', async () => {
    const bundle = release();
    const card = await cardsOf(tuesday, bundle);
    const line = `未读：薄荷法讯 第 ${post.issue} 期《广告法新规：功效宣称的5条红线》[〔阅读〕](https://applink.feishu.cn/client/web_url/open?`;
    for (const name of ['周以安', '高远']) expect((await card(name)).split(line)).toHaveLength(2);
    // Read, opened, this morning's, and one that Monday's card told of; nobody who didn't get it.
    for (const name of ['钱正清', '沈南乔', '秦越', '林知夏', '程铁生'])
      expect(await card(name)).not.toContain('未读：');
    const rows = await morning.rowsOf(`digest:${bundle.id}:${tuesday}`);
    expect(rows.every(({ state }) => state === 'accepted')).toBe(true);
  });

  it('has its line on exactly one of the mornings that follow, however often they are asked', async () => {
    const bundle = { ...release(), id: 'morning' };
    const commands = digestCommands(deps([bundle]));
    const named = async (person: string, from: string, days: number): Promise<readonly string[]> => {
      const found: string[] = [];
      for (let at = 0; at < days; at += 1) {
        const date = addDays(from, at);
        const shown = await runCommand(commands, { do: 'preview', person, date });
        if (JSON.stringify(shown).includes('未读：')) found.push(date);
      }
      return found;
    };
    // Came on Friday: the sales digest runs every day, that of people on working days only.
    expect(await named('林知夏', friday, 4)).toEqual(['2026-11-21']);
    expect(await named('戴明薇', friday, 5)).toEqual([monday]);
    // Came this morning before its card left.
    expect(await named('秦越', tuesday, 3)).toEqual(['2026-11-25']);
  });

  it('is told of by no card when it is paused, over or recalled', async () => {
    for (const state of ['paused', 'closed', 'recalled'] as const) {
      const other = await put({ state, title: `不再提醒${state}` });
      await deliver(other, '孟繁星', `${monday}T10:00:00+08:00`);
    }
    expect(await (await cardsOf(tuesday))('孟繁星')).not.toContain('不再提醒');
  });

  it('stands on a card that leaves anyway: nobody gets a message for it alone', async () => {
    const { deliveries, people } = deps([]);
    const outsider = (await people.listHere()).find(({ name }) => name === '裴律安');
    if (!outsider) throw new Error('裴律安 is here');
    await deliver(post, '裴律安', `${monday}T10:00:00+08:00`);
    const bundle = release();
    await cardsOf(tuesday, bundle);
    const key = { subject: `digest:${bundle.id}:${tuesday}`, recipient: outsider.person };
    expect(await deliveries.find(key)).toBeUndefined();
  });

  it('has three lines at most, then how many more', async () => {
    for (const at of [1, 2, 3, 4]) {
      const other = await put({ title: `连载之${at}` });
      await deliver(other, '冯知秋', `${monday}T1${at}:00:00+08:00`);
    }
    const card = await (await cardsOf(tuesday))('冯知秋');
    expect(card.split('未读：')).toHaveLength(4);
    expect(card).toContain('[另有 1 篇未读](https://applink.feishu.cn/');
  });

  it('is silent in a release that says nothing of posts', async () => {
    const bundle: Bundle = { ...release(), posts: undefined };
    expect(await (await cardsOf(tuesday, bundle))('周以安')).not.toContain('未读：');
  });
});

describe('a post that has to be confirmed', () => {
  it('stands under 需要你处理 every morning until it is, with the nearest deadline', async () => {
    const dueAt = `${tuesday}T18:00:00+08:00`;
    const post = await put({
      account: 'policies',
      mustConfirm: true,
      deadlineAt: new Date(dueAt).toISOString(),
    });
    const later = await put({
      account: 'policies',
      mustConfirm: true,
      deadlineAt: '2026-11-30T10:00:00.000Z',
    });
    const row = await deliver(post, '戴明薇', '2026-11-16T10:00:00+08:00');
    await deps([]).deliveries.recordRead(row, new Date('2026-11-16T11:00:00+08:00'));
    const one = await (await cardsOf(tuesday))('戴明薇');
    expect(one).toContain('**需要你处理（1）**\\n待确认制度 1　截止 11-24 18:00　[去确认](https://applink.');
    expect(one).toContain(encodeURIComponent(`https://zhida.example.com/workbench/posts/${post.broadcast}`));
    expect(one).not.toContain('未读：');

    await deliver(later, '戴明薇', `${monday}T10:00:00+08:00`);
    const two = await (await cardsOf(tuesday))('戴明薇');
    expect(two).toContain('待确认制度 2　最近截止 11-24 18:00　[去确认]');

    for (const each of [post, later]) {
      const key = { subject: personalSubject(each), recipient: row.recipient };
      const how = { at: clock.now().toISOString(), version: 1, via: 'page' } as const;
      await deps([]).deliveries.recordConfirmed(key, how);
    }
    expect(await (await cardsOf(tuesday))('戴明薇')).not.toContain('需要你处理');
  });

  it('is not asked for before it has arrived', async () => {
    const post = await put({ account: 'policies', mustConfirm: true });
    const { person: recipient } = await morning.person('程铁生');
    const { deliveries } = deps([]);
    const to = { recipient, receiveId: recipient, receiveIdType: 'union_id', sender: 'zhida' } as const;
    const wish = { ...to, subject: personalSubject(post), hash: 'x', eventAt: clock.now() };
    await planDelivery(deliveries)(wish, clock.now());
    expect(await (await cardsOf(tuesday))('程铁生')).not.toContain('需要你处理');
  });
});

describe('what it costs', () => {
  it('is one query for an account and one for an open post, whoever reads; and cards leave when it fails', async () => {
    const bundle = release();
    const all = deps([bundle]);
    let queries = 0;
    const posts: DigestDeps['posts'] = {
      ...all.posts,
      deliveries: {
        listOfSubject: (subject) => {
          queries += 1;
          return all.deliveries.listOfSubject(subject);
        },
      },
    };
    await releaseNow({ ...all, posts }, bundle, tuesday);
    const lists = allAccounts.map(({ id }) => all.posts.broadcasts.listOfAccount(id));
    const open = (await Promise.all(lists)).flat().filter(({ state }) => state === 'open');
    expect(queries).toBe(open.length);

    const other = release();
    const broken: DigestDeps['posts'] = {
      ...all.posts,
      broadcasts: { listOfAccount: () => Promise.reject(new Error('the table is away')) },
    };
    await releaseNow({ ...deps([other]), posts: broken }, other, tuesday);
    const rows = await morning.rowsOf(`digest:${other.id}:${tuesday}`);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.every(({ state }) => state === 'accepted')).toBe(true);
  });
});
