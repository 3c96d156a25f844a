import { describe, expect, it } from 'vitest';
import { tickPosts } from '../../functions/broadcast/tick.ts';
import type { BroadcastDeps } from '../../functions/broadcast/turn.ts';
import { postWorld } from './world.ts';

const world = postWorld();
const minuteMs = 60_000;

/** Approved and to be sent this much later; nobody has looked at it since. */
const scheduled = async (title: string, inMs: number): Promise<string> => {
  const { post } = await world.act({
    do: 'draft',
    account: 'legal',
    by: '裴律安',
    url: world.link(world.write('裴律安', title)),
    audience: { any: [{ departments: ['客服'] }] },
  });
  if (typeof post !== 'string') throw new Error('it was not drafted');
  await world.act({ do: 'submit', post, by: '裴律安' });
  await world.run({ do: 'approve', post, by: '闻人杰', confirm: true });
  const at = new Date(Date.now() + inMs).toISOString();
  await world.run({ do: 'schedule', post, by: '闻人杰', at, confirm: true });
  return post;
};

/** One tick whose pauses pass at once; `meanwhile` happens in the first of them. How long it took by the clock. */
const tickFor = async (
  more: Partial<BroadcastDeps> = {},
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
) => {
  const startedAt = Date.now();
  let pauses = 0;
  const sleep = async (ms: number): Promise<void> => {
    pauses += 1;
    if (pauses === 1) await meanwhile();
    if (pauses > 100) throw new Error('it never ends');
    world.later(ms);
  };
  const ticked = await tickPosts(world.deps({ sleep, ...more }))(new Date(startedAt));
  return { ticked, pauses, tookMs: Date.now() - startedAt };
};

describe('a tick', () => {
  it('waits for what is due within its minute', async () => {
    const post = await scheduled('半分钟后发送', minuteMs + 30_000);
    world.later(minuteMs);
    const { ticked, tookMs } = await tickFor();
    expect(await world.find(post)).toMatchObject({ state: 'sending' });
    expect(ticked).toMatchObject({ broken: 0, elsewhere: 0 });
    expect(tookMs).toBeGreaterThanOrEqual(30_000);
    expect(tookMs).toBeLessThan(minuteMs);
    await world.drain();
    await world.act({ do: 'recall', post, by: '裴律安', reason: '测试结束' });
  }, 60_000);

  it('waits no longer for a post that somebody has put off or ended meanwhile', async () => {
    const post = await scheduled('临时取消', minuteMs + 30_000);
    world.later(minuteMs);
    const { ticked, tookMs } = await tickFor({}, () => world.act({ do: 'cancel', post, by: '裴律安' }));
    expect(ticked).toMatchObject({ broken: 0, elsewhere: 0 });
    expect(await world.find(post)).toMatchObject({ state: 'cancelled' });
    expect(tookMs).toBeLessThan(40_000);
  }, 60_000);

  it('leaves the rest to the next one when its minute is over', async () => {
    const slow = await scheduled('读得很慢', minuteMs);
    await scheduled('下一分钟再看', minuteMs + 30_000);
    world.later(minuteMs);
    const { articles } = world.deps();
    const read: typeof articles.read = (account, broadcast) => {
      world.later(2 * minuteMs);
      return articles.read(account, broadcast);
    };
    const { pauses } = await tickFor({ articles: { ...articles, read } });
    expect(await world.find(slow)).toMatchObject({ state: 'sending' });
    expect(pauses).toBe(0);
  }, 60_000);
});
