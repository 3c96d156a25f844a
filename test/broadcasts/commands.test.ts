import { describe, expect, it } from 'vitest';
import { postWorld } from './world.ts';

const world = postWorld();
const drafted = async (title: string, more: object = {}): Promise<string> => {
  const url = world.link(world.write('裴律安', title));
  const { post } = await world.act({ do: 'draft', account: 'legal', by: '裴律安', url, ...more });
  if (typeof post !== 'string') throw new Error('it was not drafted');
  return post;
};

describe('commands', () => {
  it('are dry runs unless they are confirmed', async () => {
    const url = world.link(world.write('裴律安', '只是看看'));
    const reply = await world.run({ do: 'draft', account: 'legal', by: '裴律安', url });
    expect(reply).toMatchObject({ ok: true, dryRun: true, state: 'draft' });
    expect(await world.run({ do: 'list' })).toMatchObject({ posts: [] });
    const post = await drafted('真的起草');
    const dry = await world.run({ do: 'submit', post, by: '裴律安' });
    expect(dry).toMatchObject({
      ok: true,
      dryRun: true,
      state: 'in_review',
      allowed: expect.arrayContaining(['approve']) as unknown,
    });
    expect(await world.find(post)).toMatchObject({ state: 'draft' });
  });

  it('take the next number, also when many ask at once; one document is in one post', async () => {
    const urls = ['一', '二', '三', '四'].map((title) => world.link(world.write('裴律安', title)));
    const draftOf = (url: string) =>
      world.run({ do: 'draft', account: 'policies', by: '常悦', url, confirm: true });
    const numbers = (await Promise.all(urls.map(draftOf))).map(({ post }) => post);
    expect(new Set(numbers).size).toBe(4);
    expect(await draftOf(urls[0] ?? '')).toMatchObject({
      ok: false,
      code: 'document_in_use',
      post: numbers[0],
    });
  });

  it('refuse a step that isn’t possible and name those that are', async () => {
    const post = await drafted('还没提交');
    const reply = await world.run({ do: 'approve', post, by: '闻人杰', confirm: true });
    expect(reply).toMatchObject({
      ok: false,
      code: 'step_not_allowed',
      state: 'draft',
      allowed: ['edit', 'submit', 'cancel'],
    });
  });

  it('refuse whoever has no right, and one’s own approval', async () => {
    const post = await drafted('谁能同意');
    await world.act({ do: 'submit', post, by: '裴律安' });
    expect(await world.run({ do: 'approve', post, by: '潘小雨', confirm: true })).toMatchObject({
      code: 'no_right',
    });
    const { post: own } = await world.act({
      do: 'draft',
      account: 'legal',
      by: '闻人杰',
      url: world.link(world.write('裴律安', '自己的')),
    });
    await world.run({ do: 'submit', post: own, by: '闻人杰', confirm: true });
    expect(await world.run({ do: 'approve', post: own, by: '闻人杰', confirm: true })).toMatchObject({
      code: 'own_approval',
    });
  });

  it.each([
    [{ do: 'draft', account: 'legal', by: '裴律安' }, 'invalid_input'],
    [{ do: 'draft', account: 'nobody', by: '裴律安', markdown: '#' }, 'unknown_account'],
    [{ do: 'draft', account: 'legal', by: '查无此人', markdown: '# a' }, 'unknown_person'],
    [{ do: 'draft', account: 'legal', by: '潘小雨', markdown: '# a' }, 'no_right'],
    [
      { do: 'draft', account: 'legal', by: '裴律安', markdown: '# a', deadline: '2020-01-01T00:00:00Z' },
      'deadline_past',
    ],
    [
      { do: 'draft', account: 'legal', by: '裴律安', markdown: '# a', audience: { any: [] } },
      'invalid_input',
    ],
    [{ do: 'submit', post: 'legal-999', by: '裴律安' }, 'unknown_broadcast'],
    [{ do: 'submit', post: '../x', by: '裴律安' }, 'invalid_input'],
    [{ do: 'schedule', post: 'legal-1', by: '闻人杰', at: 'tomorrow' }, 'invalid_input'],
    [{ do: 'nothing' }, 'unknown_command'],
  ])('answer %j with %s', async (input, code) => {
    expect(await world.run(input)).toMatchObject({ ok: false, code });
  });

  it('show a preview to one person, and the difference against the last post', async () => {
    const post = await drafted('预览');
    const dry = await world.run({ do: 'preview', post, by: '裴律安', to: '潘小雨' });
    expect(JSON.stringify(dry['card'])).toContain('预览：只有你能看到');
    await world.run({ do: 'preview', post, by: '裴律安', to: '潘小雨', confirm: true });
    expect(world.screen('潘小雨').at(-1)).toContain('预览：只有你能看到');
    expect(await world.run({ do: 'diff', post })).toMatchObject({
      ok: true,
      reachable: expect.any(Number) as unknown,
    });
  });

  it('settle the cards of those who were asked when it is sent back by command, and tell the editor why', async () => {
    const post = await drafted('退回去');
    await world.act({ do: 'submit', post, by: '裴律安' });
    await world.act({ do: 'sendBack', post, by: '闻人杰', reason: '第二条不准确' });
    await world.deliverAll();
    expect(world.screen('闻人杰').at(-1)).toContain('已退回：第二条不准确');
    expect(world.screen('裴律安').join('\n')).toContain('闻人杰 退回了内容：第二条不准确');
    const { steps } = await world.run({ do: 'history', post });
    expect((steps as { step: string }[]).map(({ step }) => step)).toEqual([
      'draft',
      'read',
      'submit',
      'sendBack',
    ]);
  });
});
