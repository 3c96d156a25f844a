import { beforeAll, describe, expect, it } from 'vitest';
import { postWorld } from './world.ts';

const world = postWorld();
const dayMs = 24 * 3_600_000;

const submitted = async (title: string): Promise<string> => {
  const url = world.link(world.write('裴律安', title));
  const audience = { any: [{ departments: ['客服'] }] };
  const { post } = await world.act({ do: 'draft', account: 'legal', by: '裴律安', url, audience });
  if (typeof post !== 'string') throw new Error('it was not drafted');
  await world.act({ do: 'submit', post, by: '裴律安' });
  return post;
};
const cardsOf = (called: string, title: string): number =>
  world.screen(called).filter((card) => card.includes(title) && card.includes('不可触达')).length;

describe('a post whose approval nobody gives', () => {
  beforeAll(() => {
    world.clock('2026-12-01T10:28:00+08:00');
  });

  it('is looked at again a day later: who may approve by then gets the card, who has it gets no other', async () => {
    const post = await submitted('等新的审批人');
    const before = new Date(Date.now() + dayMs - 60_000);
    expect(await world.posts().listDue(before)).not.toContain(post);
    world.later(dayMs);
    expect(await world.posts().listDue(new Date())).toContain(post);
    const named = { people: [world.person('潘小雨').unionId] };
    const legal = world.account('legal');
    const accounts = [{ ...legal, approvers: [...legal.approvers, named] }];
    expect(await world.advance(post, { accounts })).toMatchObject({
      ended: 'rests',
      nextAt: expect.any(Date) as unknown,
    });
    await world.advance(post, { accounts });
    expect(cardsOf('闻人杰', '等新的审批人')).toBe(1);
    expect(cardsOf('潘小雨', '等新的审批人')).toBe(1);
    expect(await world.find(post)).toMatchObject({ state: 'in_review' });
  }, 60_000);

  it('goes back to its editor with the reason when no approver is left', async () => {
    const post = await submitted('审批人都走了');
    await world.gone([world.person('闻人杰').unionId]);
    world.later(dayMs);
    expect(await world.posts().listDue(new Date())).toContain(post);
    await world.advance(post);
    expect(await world.find(post)).toMatchObject({ state: 'draft', problem: { code: 'no_approver' } });
    expect(world.screen('裴律安').join('\n')).toContain('没有可以审批的人：审批人已离职');
  }, 60_000);
});
