import { describe, expect, it } from 'vitest';
import { postWorld } from './world.ts';

const world = postWorld();

const audience = { any: [{ departments: ['客服', '法务'] }] };
const draft = (more: object) => world.act({ do: 'draft', account: 'legal', by: '裴律安', audience, ...more });

describe('a post from its link to its readers', () => {
  it('is read, approved by somebody else, sent to everybody who is meant, and opens', async () => {
    const doc = world.write('裴律安', '广告法新规：功效宣称的5条红线');
    expect(await draft({ url: world.link(doc), mustConfirm: true })).toMatchObject({
      ok: true,
      post: 'legal-1',
    });
    const read = await world.find('legal-1');
    expect(read).toMatchObject({ state: 'draft', title: '广告法新规：功效宣称的5条红线' });
    expect(read.summary).not.toBe('');
    expect(world.screen('裴律安').at(-1)).toContain('post_summary');

    expect(await world.act({ do: 'submit', post: 'legal-1', by: '裴律安' })).toMatchObject({
      state: 'in_review',
    });
    expect(world.screen('闻人杰').at(-1)).toContain('不可触达');
    expect(await world.act({ do: 'approve', post: 'legal-1', by: '闻人杰' })).toMatchObject({
      state: 'approved',
    });
    expect(await world.act({ do: 'start', post: 'legal-1', by: '闻人杰' })).toMatchObject({ ok: true });

    const started = await world.find('legal-1');
    expect(started).toMatchObject({ state: 'sending' });
    expect(started.plannedAt).toBeDefined();
    expect(await world.identity('legal-1')).toMatchObject({ target: started.target, unsent: 0 });
    await world.drain();
    await world.advance('legal-1');
    expect(await world.find('legal-1')).toMatchObject({ state: 'open' });
    const { target, sent, excluded } = await world.identity('legal-1');
    expect(sent + excluded).toBe(target);
    expect(world.screen('潘小雨').at(-1)).toContain('我已阅读并知悉');
    expect(new Set((await world.rows('legal-1')).map(({ wanted }) => wanted?.hash)).size).toBe(1);
  }, 60_000);
});
