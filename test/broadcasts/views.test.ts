import { describe, expect, it } from 'vitest';
import { docActsOf, shareDoc } from '../../simulator/feishu/docs/acts.ts';
import type { Doc } from '../../simulator/feishu/docs/model.ts';
import { LEGAL, postWorld } from './world.ts';

const world = postWorld();
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const viewRecords = 'GET /open-apis/drive/v1/files/:file_token/view_records';

/** Of a person: Feishu tells the app nothing of who opens it. */
const write = (title: string, right: 'view' | 'full_access'): Doc => {
  const doc = docActsOf(world.tenant(), world.person('裴律安').unionId).write({
    title,
    markdown: '# 第一条\n\n不得宣称疾病预防、治疗功能。',
    isOpen: true,
  });
  shareDoc(world.tenant(), doc.token, [LEGAL, right]);
  return doc;
};
const open = (doc: Doc, called: string): void => {
  docActsOf(world.tenant(), world.person(called).unionId).open(doc.token);
};
/** Everybody has their card. */
const send = async (doc: Doc, more: object = {}): Promise<string> => {
  const post = await world.approved({ url: world.link(doc), ...more });
  await world.advance(post);
  await world.drain();
  await world.advance(post);
  return post;
};
const reportOf = async (post: string, what: string): Promise<string> => {
  const row = await world.workRow(post, what, '裴律安');
  return (await world.out().contents.find(row?.wanted?.hash ?? '')) ?? '';
};
const opened = async (post: string): Promise<readonly string[]> =>
  (await world.rows(post)).filter(({ openedAt }) => openedAt !== undefined).map(({ recipient }) => recipient);
const calls = (): number =>
  world
    .tenant()
    .calls.since(0)
    .filter(({ api }) => api === viewRecords).length;

describe('who has opened a document that a person owns', () => {
  it('is in the report of an hour, of a day and of the end, which say how old it is', async () => {
    const doc = write('谁打开了', 'full_access');
    open(doc, '吕一诺');
    const deadline = new Date(Date.now() + 48 * hourMs).toISOString();
    world.later(minuteMs);
    const post = await send(doc, { mustConfirm: true, deadline });
    expect(await reportOf(post, 'report')).toContain('尚未统计');
    expect(calls()).toBe(0);

    open(doc, '孙佳禾');
    world.later(hourMs);
    await world.advance(post);
    const hour = await reportOf(post, 'report-1h');
    expect(hour).toMatch(/打开文章.*?\*\*1 人\*\*.*?截至 11-23 1\d:\d\d/u);
    expect(await opened(post)).toEqual([world.person('孙佳禾').unionId]);
    world.later(minuteMs);
    await world.advance(post);
    expect(calls()).toBe(1);

    open(doc, '裴律安');
    world.later(23 * hourMs);
    await world.advance(post);
    expect(await reportOf(post, 'report-1d')).toMatch(/打开文章.*?\*\*2 人\*\*.*?截至 11-24/u);

    open(doc, '吕一诺');
    world.later(25 * hourMs);
    await world.advance(post);
    expect(await world.find(post)).toMatchObject({ state: 'closed', closedBecause: 'deadline' });
    expect(await reportOf(post, 'report-close')).toMatch(/打开文章.*?\*\*3 人\*\*.*?截至 11-25/u);
    expect(await reportOf(post, 'report')).toMatch(/打开文章.*?\*\*3 人\*\*.*?截至 11-25/u);
    expect((await world.find(post)).done).toEqual(
      expect.arrayContaining(['views-close', 'reconciled-close']),
    );
    expect(await world.run({ do: 'standing', post })).toMatchObject({
      levels: { opened: 3 },
      views: {},
    });
  });

  it('is not known when the app may not manage it: the report says so', async () => {
    const doc = write('不归它管', 'view');
    const post = await send(doc);
    open(doc, '吕一诺');
    world.later(hourMs);
    await world.advance(post);
    expect(await opened(post)).toEqual([]);
    expect(await reportOf(post, 'report-1h')).toContain('仅含从工作台打开的：机器人无管理权限');
  });

  it('keeps its age when Feishu fails for a moment', async () => {
    const doc = write('飞书出错', 'full_access');
    const post = await send(doc);
    open(doc, '吕一诺');
    world.tenant().faults.set([{ api: viewRecords, kind: '500', count: 1 }]);
    world.later(hourMs);
    await world.advance(post);
    const report = await reportOf(post, 'report-1h');
    expect(report).toMatch(/打开文章.*?\*\*0 人\*\*.*?尚未统计/u);
    world.later(23 * hourMs);
    await world.advance(post);
    expect(await opened(post)).toEqual([world.person('吕一诺').unionId]);
  });
});
