import { describe, expect, it } from 'vitest';
import { staffOf } from '../../simulator/feishu/staff.ts';
import { postWorld } from './world.ts';

const world = postWorld();

const draftState = { state: 'draft', target: 0, snapshots: [] };
/** Nothing was planned, and its editor was told why. */
const expectRefusal = async (post: string, code: string, words: string): Promise<void> => {
  await world.advance(post);
  const found = await world.find(post);
  expect(found).toMatchObject({ ...draftState, problem: { code } });
  expect(found.problem?.message).toContain(words);
  expect(await world.rows(post)).toEqual([]);
  expect(world.screen('裴律安').join('\n')).toContain(words);
};

describe('what is wrong at its time', () => {
  it('an article that was changed after its approval goes back with the new text', async () => {
    const doc = world.write('裴律安', '功效宣称');
    const post = await world.approved({ url: world.link(doc) });
    const before = (await world.find(post)).page?.contentHash;
    world.rewrite(doc, '换一个标题');
    await expectRefusal(post, 'article_changed', '审批之后被修改');
    const after = (await world.find(post)).page;
    expect(after?.title).toBe('换一个标题');
    expect(after?.contentHash).not.toBe(before);
    expect(await world.find(post)).toMatchObject({ title: '换一个标题' });
    expect(world.screen('裴律安').at(-1)).not.toContain('功效宣称');
    expect(await world.act({ do: 'submit', post, by: '裴律安' })).toMatchObject({ state: 'in_review' });
  });

  it('a deadline that has passed meanwhile', async () => {
    const doc = world.write('裴律安', '限时');
    const deadline = new Date(Date.now() + 3_600_000).toISOString();
    const post = await world.approved({ url: world.link(doc), deadline });
    world.later(3_700_000);
    await expectRefusal(post, 'deadline_past', '截止时间已过');
  });

  it('an audience that nobody is in any more', async () => {
    const audience = { any: [{ people: [world.person('田小禾').unionId] }] };
    const post = await world.approved({ url: world.link(world.write('裴律安', '给一个人')), audience });
    staffOf(world.tenant()).resign(world.person('田小禾').unionId);
    await world.sync();
    await expectRefusal(post, 'audience_empty', '没有可以触达的人');
  });

  it('an approver who has left', async () => {
    const post = await world.approved({ url: world.link(world.write('裴律安', '审批人离职')) });
    const people = {
      ...world.deps().people,
      listHere: async () => (await world.deps().people.listHere()).filter(({ name }) => name !== '闻人杰'),
    };
    await world.advance(post, { people });
    await expectRefusal(post, 'approver_left', '审批人已离职');
  });

  it('nobody at all who may approve', async () => {
    const doc = world.write('裴律安', '没有审批人');
    const { post } = await world.act({ do: 'draft', account: 'legal', by: '闻人杰', url: world.link(doc) });
    await world.act({ do: 'submit', post, by: '闻人杰' });
    expect(await world.find(String(post))).toMatchObject({ ...draftState, problem: { code: 'no_approver' } });
    expect(world.screen('闻人杰').join('\n')).toContain('没有可以审批的人');
  });
});

describe('an article that can’t be used', () => {
  it('a document that isn’t shared with the bot: its editor learns how to share it, once', async () => {
    const doc = world.write('裴律安', '没有分享', { share: false });
    const { post } = await world.act({ do: 'draft', account: 'legal', by: '裴律安', url: world.link(doc) });
    await world.advance(String(post));
    expect(await world.find(String(post))).toMatchObject({ problem: { code: 'document_forbidden' } });
    const told = world.screen('裴律安').filter((content) => content.includes('添加文档应用'));
    expect(told).toHaveLength(1);
  });

  it('broken Markdown', async () => {
    const markdown = '# 标题\n\n```\n没有结束';
    const { post } = await world.act({ do: 'draft', account: 'legal', by: '裴律安', markdown });
    expect(await world.find(String(post))).toMatchObject({ problem: { code: 'markdown_broken' } });
  });

  it('a wiki space that the bot may not write to: back to its editor, nothing sent', async () => {
    const markdown = '# 直播话术\n\n不得使用绝对化用语。';
    const post = await world.approved({ markdown });
    world.leaveSpace();
    await expectRefusal(post, 'wiki_forbidden', '知识库');
  });

  it('a link that is none of a document is refused before anything is written', async () => {
    const reply = await world.act({
      do: 'draft',
      account: 'legal',
      by: '裴律安',
      url: 'https://example.com/a',
    });
    expect(reply).toMatchObject({ ok: false, code: 'not_a_document' });
  });
});

describe('a Markdown post', () => {
  it('becomes a page of the wiki, and its card leads there', async () => {
    world.joinSpace();
    const markdown =
      '# 直播话术红线\n\n不得使用绝对化用语。\n\n| 禁用 | 可用 |\n| --- | --- |\n| 最好 | 适合 |';
    const post = await world.approved({ markdown });
    await world.advance(post);
    const { state, page, target } = await world.find(post);
    expect(state).toBe('sending');
    expect(page?.url).toMatch(/^https:\/\/bohe\.feishu\.cn\/wiki\//u);
    expect(await world.rows(post)).toHaveLength(target);
    expect(await world.posts().findByDocument(page?.docToken ?? '')).toBe(post);
  }, 30_000);
});
