import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { contents } from '../../shared/store/contents.ts';
import { localTables } from '../local.ts';
import { postOf, publish, rowFor, storesIn } from './posts.ts';
import { enter, fieldIn, startWorkbench, type Workbench } from './world.ts';

const tables = localTables();
let workbench: Workbench;
beforeAll(async () => {
  workbench = await startWorkbench(tables);
}, 60_000);
afterAll(() => workbench.close());
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

const reader = '林知夏';
const other = '周以安';
const unionId = (name: string): string => workbench.person(name).unionId;
let issue = 100;
/** A post of its own for each test. */
const post = async (more: Parameters<typeof postOf>[0] = {}, people = [reader]) => {
  issue += 1;
  const made = postOf({ broadcast: `legal-${issue}`, issue, title: `第 ${issue} 号红线`, ...more });
  return publish(tables, { post: made, people: people.map(unionId) });
};
const rowOf = (made: ReturnType<typeof postOf>, name = reader) =>
  storesIn(tables).deliveries.find({ subject: personalSubject(made), recipient: unionId(name) });

describe('a post', () => {
  it('stands first on the page of whoever must confirm it, and is confirmed there once', async () => {
    const made = await post();
    const who = await enter(workbench, reader);
    const home = await who.get(who.landed.location);
    expect(home.html).toContain('需要你确认');
    expect(home.html).toContain(`href="/workbench/posts/${made.broadcast}"`);
    const page = await who.get(`/workbench/posts/${made.broadcast}`);
    expect(page.html).toContain('我已阅读并知悉');
    const fields = { form: fieldIn(page.html, 'form'), version: fieldIn(page.html, 'version') };
    const done = await who.post(`/workbench/posts/${made.broadcast}/confirm`, fields);
    expect(done).toMatchObject({ status: 303, location: `/workbench/posts/${made.broadcast}` });
    const row = await rowOf(made);
    expect(row).toMatchObject({ state: 'confirmed', confirmed: { version: 1, via: 'page' } });
    await who.post(`/workbench/posts/${made.broadcast}/confirm`, fields);
    expect((await rowOf(made))?.confirmed).toEqual(row?.confirmed);
    expect((await who.get(done.location)).html).toMatch(/已于 \d\d-\d\d \d\d:\d\d 确认 v1/u);
  });

  const pageOf = async (made: ReturnType<typeof postOf>, name = reader) => {
    const who = await enter(workbench, name);
    const page = await who.get(`/workbench/posts/${made.broadcast}`);
    const confirm = (fields: Record<string, string> = {}, headers?: Record<string, string>) =>
      who.post(
        `/workbench/posts/${made.broadcast}/confirm`,
        { form: fieldIn(page.html, 'form'), version: fieldIn(page.html, 'version'), ...fields },
        headers,
      );
    return { who, page, confirm };
  };

  it('shows on the card that it was confirmed, on the screen of whoever did it', async () => {
    const made = await post();
    const { confirm } = await pageOf(made);
    await confirm();
    const row = await rowOf(made);
    expect(row).toMatchObject({ wanted: { version: 2, final: true } });
    const card = await contents(tables.name('contents')).find(row?.wanted?.hash ?? '');
    expect(card).toMatch(/✔ 已确认 · \d\d-\d\d \d\d:\d\d · v1/u);
    expect(card).not.toContain('confirmPost');
  });

  it('may be confirmed before its card has left, and then none does', async () => {
    const made = await post({}, []);
    await storesIn(tables).deliveries.put({
      ...rowFor(made, unionId(reader)),
      state: 'held',
      messageId: undefined,
      acceptedAt: undefined,
      shown: undefined,
      dueShard: 'due',
      dueAt: '2026-11-24T00:00:00.000Z',
    });
    await (await pageOf(made)).confirm();
    const row = await rowOf(made);
    expect(row).toMatchObject({ state: 'confirmed' });
    expect(row?.dueAt).toBeUndefined();
  });

  it('may be confirmed by whoever was never sent their card', async () => {
    const made = await post({ state: 'closed', closedBecause: 'deadline' }, []);
    const never = { messageId: undefined, acceptedAt: undefined, shown: undefined };
    const row = rowFor(made, unionId(reader), { ...never, state: 'suppressed', reason: 'quiet_hours' });
    await storesIn(tables).deliveries.put(row);
    const { page, confirm } = await pageOf(made);
    expect(page.html).toContain('你仍可以补确认');
    await confirm();
    expect(await rowOf(made)).toMatchObject({ state: 'confirmed', confirmed: { via: 'page' } });
  });

  it('is of nobody who is not meant, is exempt, or for whom it was rehearsed', async () => {
    const made = await post({}, [other]);
    const { page, who } = await pageOf(made);
    expect(page.status).toBe(403);
    expect(page.html).toContain('你不在本文范围内');
    const form = fieldIn((await who.get('/workbench/me')).html, 'form');
    const answer = await who.post(`/workbench/posts/${made.broadcast}/confirm`, { form, version: '1' });
    expect(answer.status).toBe(403);
    expect((await rowOf(made, other))?.state).toBe('accepted');
    for (const [state, reason] of [
      ['excluded', 'left_company'],
      ['suppressed', 'rehearsal'],
    ] as const) {
      const another = await post({}, []);
      await storesIn(tables).deliveries.put(rowFor(another, unionId(reader), { state, reason }));
      expect((await who.get(`/workbench/posts/${another.broadcast}`)).status).toBe(403);
    }
  });

  it('is never confirmed for somebody else, whatever a form says', async () => {
    const made = await post({}, [reader, other]);
    const { confirm } = await pageOf(made);
    await confirm({ person: unionId(other), recipient: unionId(other) });
    expect((await rowOf(made))?.state).toBe('confirmed');
    expect((await rowOf(made, other))?.state).toBe('accepted');
  });

  it('is confirmed in the version that was shown, or not at all', async () => {
    const made = await post({ version: 3 });
    const { confirm } = await pageOf(made);
    for (const version of ['2', '4', '', 'x', '3.0']) {
      const answer = await confirm({ version });
      expect({ version, status: answer.status }).toEqual({ version, status: 409 });
      expect(answer.html).toContain('内容已更新到 v3');
    }
    expect((await rowOf(made))?.state).toBe('accepted');
    const older = await (await pageOf(made)).who.get(`/workbench/posts/${made.broadcast}?version=2`);
    expect(older.html).toContain('你打开的是 v2，这里是 v3');
  });

  it('that was recalled says so and why, and is neither opened nor confirmed', async () => {
    const recalled = {
      by: { person: 'on_x', name: '甲' },
      at: '2026-11-24T02:00:00.000Z',
      reason: '第 3 条有误',
    };
    const made = await post({ state: 'recalled', recalled });
    const { page, who } = await pageOf(made);
    expect(page.html).toContain('本文已于 11-24 10:00 撤回：第 3 条有误');
    expect(page.html).not.toContain('我已阅读并知悉');
    const form = fieldIn((await who.get('/workbench/me')).html, 'form');
    expect(
      (await who.post(`/workbench/posts/${made.broadcast}/confirm`, { form, version: '1' })).status,
    ).toBe(409);
    expect((await who.get(`/workbench/posts/${made.broadcast}/article`)).status).toBe(409);
  });

  it('that is over may still be confirmed', async () => {
    const made = await post({
      state: 'closed',
      closedAt: '2026-11-27T10:00:00.000Z',
      closedBecause: 'deadline',
    });
    const { page, confirm } = await pageOf(made);
    expect(page.html).toContain('已过截止时间，你仍可以补确认');
    expect((await confirm()).status).toBe(303);
  });

  it.each(['draft', 'in_review', 'approved', 'scheduled', 'cancelled'] as const)(
    'that is %s is nowhere',
    async (state) => {
      const made = await post({ state });
      expect((await pageOf(made)).page.status).toBe(404);
    },
  );

  it('asks for no confirmation where none is wanted', async () => {
    const made = await post({ mustConfirm: false, deadlineAt: undefined });
    const { page, confirm, who } = await pageOf(made);
    expect(page.html).not.toContain('我已阅读并知悉');
    const form = fieldIn((await who.get('/workbench/me')).html, 'form');
    expect((await confirm({ form, version: '1' })).status).toBe(409);
  });

  it('takes no form of another session, of another site, or without a token', async () => {
    const made = await post();
    const { confirm } = await pageOf(made);
    const another = await enter(workbench, other);
    const stolen = fieldIn((await another.get('/workbench/me')).html, 'form');
    const answers = [
      await confirm({ form: '' }),
      await confirm({ form: stolen }),
      await confirm({}, { origin: 'https://evil.example' }),
      await confirm({}, { origin: 'null' }),
      await confirm({}, { 'sec-fetch-site': 'cross-site' }),
      await confirm({}, { 'sec-fetch-site': 'same-site' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
    expect((await rowOf(made))?.state).toBe('accepted');
    expect((await confirm({}, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  });

  it('leads to its article inside Feishu, and records the first time that it was opened', async () => {
    const made = await post();
    const { who } = await pageOf(made);
    const path = `/workbench/posts/${made.broadcast}/article`;
    const link =
      'https://applink.feishu.cn/client/web_url/open?mode=sidebar-semi&url=https%3A%2F%2Fmint.feishu.cn%2Fdocx%2FdoxcnArticle42';
    expect(await who.get(path)).toMatchObject({ status: 302, location: link });
    const { openedAt } = (await rowOf(made)) ?? {};
    expect(openedAt).toBeDefined();
    const again = await who.get(path, { accept: 'application/json' });
    expect(JSON.parse(again.html)).toEqual({ url: link });
    expect((await rowOf(made))?.openedAt).toBe(openedAt);
  });

  it('shows words as words, whatever they contain', async () => {
    const made = await post({
      title: '<script>alert(1)</script>',
      summary: '"><img src=x onerror=alert(1)>',
    });
    const { page } = await pageOf(made);
    expect(page.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page.html).not.toContain('<img');
  });
});

describe('the lists', () => {
  it('have what must be confirmed first, by deadline, then what is unread, and the rest in 往期', async () => {
    const name = '沈南乔';
    const make = (more: Parameters<typeof postOf>[0]) => post(more, [name]);
    const quiet = await make({ title: '普通通知', mustConfirm: false, deadlineAt: undefined });
    await make({ title: '后截止', deadlineAt: '2027-01-09T10:00:00.000Z' });
    await make({ title: '先截止', deadlineAt: '2027-01-03T10:00:00.000Z' });
    await make({ title: '已撤回的', state: 'recalled' });
    const who = await enter(workbench, name);
    const home = (await who.get('/workbench')).html;
    const places = ['需要你确认（2）', '先截止', '后截止', '未读（1）', '普通通知'].map((words) =>
      home.indexOf(words),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(home).not.toContain('已撤回的');
    await who.get(`/workbench/posts/${quiet.broadcast}/article`);
    expect((await who.get('/workbench')).html).not.toContain('普通通知');
    const past = (await who.get('/workbench/past')).html;
    expect(past).toContain('普通通知');
    expect(past).toContain('已撤回的');
  });

  it('turn pages, and stay within them', async () => {
    const name = '高远';
    for (let n = 1; n <= 11; n += 1)
      await post(
        {
          title: `旧闻 ${n}`,
          state: 'closed',
          mustConfirm: false,
          startedAt: `2026-10-${10 + n}T01:00:00.000Z`,
        },
        [name],
      );
    const who = await enter(workbench, name);
    const first = (await who.get('/workbench/past')).html;
    expect(first).toContain('旧闻 11');
    expect(first).not.toContain('旧闻 1<');
    for (const page of ['2', '99'])
      expect((await who.get(`/workbench/past?page=${page}`)).html).toContain('旧闻 1<');
    for (const page of ['0', '-1', 'x', '1e9x', ''])
      expect((await who.get(`/workbench/past?page=${page}`)).html).toContain('旧闻 11');
  });

  it('say so when there is nothing', async () => {
    const who = await enter(workbench, '许念');
    expect((await who.get('/workbench')).html).toContain('都读完了');
    expect((await who.get('/workbench/past')).html).toContain('还没有往期内容');
  });
});
