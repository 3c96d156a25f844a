import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { type SendDeps, sendDelivery } from '../../shared/delivery/send.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { localPosts } from './post-world.ts';

const world = localPosts();
const who = '田小禾';

const rowOf = async (post: Broadcast): Promise<Delivery> => {
  const [row] = await world.rowsOf(post);
  if (!row) throw new Error('it was planned');
  return row;
};

/** Tries it once; Feishu gets nothing unless `reaches`. How often somebody tried. */
const attempt = async (post: Broadcast, reaches: boolean): Promise<number> => {
  let posts = 0;
  const sending = world.sending();
  const silent: SendDeps['post'] = () => Promise.resolve({ kind: 'unknown', code: 'no_reply' });
  const deps: SendDeps = {
    ...sending,
    patienceMs: 0,
    post: (...asked) => {
      posts += 1;
      return (reaches ? sending.post : silent)(...asked);
    },
  };
  await sendDelivery(deps)(await rowOf(post));
  return posts;
};

const change = async (post: Broadcast, more: Partial<Broadcast>): Promise<void> => {
  const before = await world.read(post);
  const told = { step: 'changed', now: world.now(), wakes: false };
  await world.posts().change(before, { ...before, ...more }, told);
};

const later = (ms: number): Promise<void> => world.ledger.clock.advance(ms);

describe('a try of which nobody knows whether it has arrived', () => {
  it('isn’t repeated while its post is paused, and is afterwards', async () => {
    const post = await world.put([who]);
    expect(await attempt(post, false)).toBe(1);
    const paused = { at: world.now().toISOString(), from: 'open', reason: '写错了' } as const;
    await change(post, { state: 'paused', paused });
    await later(20_000);
    expect(await attempt(post, true)).toBe(0);
    expect(await rowOf(post)).toMatchObject({
      state: 'held',
      reason: 'post_paused',
      sending: { version: 1 },
    });
    await change(post, { state: 'open', paused: undefined });
    await later(61_000);
    expect(await attempt(post, true)).toBe(1);
    expect(await rowOf(post)).toMatchObject({ state: 'accepted' });
  });

  it('isn’t repeated when its post was recalled: its chat is looked at', async () => {
    const post = await world.put([who]);
    expect(await attempt(post, false)).toBe(1);
    const by = { person: 'on_author', name: '许念' };
    await change(post, {
      state: 'recalled',
      recalled: { by, at: world.now().toISOString(), reason: '写错了' },
    });
    for (let look = 0; look < 4; look += 1) {
      await later(65_000);
      expect(await attempt(post, true)).toBe(0);
    }
    expect(await rowOf(post)).toMatchObject({ state: 'suppressed', reason: 'post_recalled' });
  });
});
