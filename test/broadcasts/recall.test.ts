import { describe, expect, it } from 'vitest';
import { postWorld } from './world.ts';

const world = postWorld();

const sent = async (title: string, more: object = {}): Promise<string> => {
  const post = await world.approved({ url: world.link(world.write('裴律安', title)), ...more });
  await world.advance(post);
  await world.drain();
  await world.advance(post);
  return post;
};

describe('recall', () => {
  it('changes every card that stands, lets nothing more leave, and tells the editor', async () => {
    const post = await world.approved({ url: world.link(world.write('裴律安', '发错了')) });
    await world.advance(post);
    const rows = await world.rows(post);
    const [first] = rows;
    await world.act({ do: 'pause', post, by: '裴律安', reason: '先发一个人看看' });
    await world.act({ do: 'resume', post, by: '裴律安' });
    await world.sendOnly(first);
    await world.act({ do: 'recall', post, by: '闻人杰', reason: '数据有误' });
    await world.deliverAll();
    await world.drain();
    const after = await world.rows(post);
    expect(after.filter(({ messageId }) => messageId !== undefined)).toHaveLength(1);
    expect(after.filter(({ state }) => state === 'suppressed')).toHaveLength(rows.length - 1);
    const shown = world.screenOf(first?.recipient ?? '').at(-1);
    expect(shown).toContain('已撤回：数据有误');
    expect(shown).not.toContain('阅读全文');
    expect(world.screen('裴律安').join('\n')).toContain('闻人杰 撤回了这一期');
    expect(await world.find(post)).toMatchObject({ state: 'recalled' });
    expect(await world.identity(post)).toMatchObject({ unsent: rows.length - 1, queued: 0, sent: 1 });
  }, 60_000);

  it('is known to a reader who had confirmed: their card says so, their confirmation stays', async () => {
    const post = await sent('确认以后撤回', { mustConfirm: true });
    const [row] = await world.rows(post);
    if (!row) throw new Error('nobody got it');
    await world
      .out()
      .deliveries.recordConfirmed(row, { at: new Date().toISOString(), version: 1, via: 'page' });
    await world.act({ do: 'recall', post, by: '裴律安', reason: '有新规定' });
    await world.deliverAll();
    expect(world.screenOf(row.recipient).join('\n')).toContain('已撤回：有新规定');
    expect(await world.out().deliveries.find(row)).toMatchObject({ state: 'confirmed' });
  }, 60_000);
});
