import { describe, expect, it } from 'vitest';
import { confirmPost } from '../../functions/feishu-cards/confirm.ts';
import { type Broadcast, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { showConfirmed } from '../../shared/broadcasts/confirmed-copies.ts';
import { faceOf } from '../../shared/broadcasts/post-card.ts';
import { type SendDeps, sendDelivery } from '../../shared/delivery/send.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { account, localPosts } from './post-world.ts';

const world = localPosts();
const who = '田小禾';

const rowOf = async (post: Broadcast): Promise<Delivery> => {
  const [row] = await world.rowsOf(post);
  if (!row) throw new Error('it was planned');
  return row;
};

/** Feishu has sent it, and its answer got lost. */
const loseAnswer = async (post: Broadcast): Promise<void> => {
  const sending = world.sending();
  const lost: SendDeps['post'] = async (...asked) => {
    await sending.post(...asked);
    return { kind: 'unknown', code: 'no_reply' };
  };
  await sendDelivery({ ...sending, patienceMs: 0, post: lost })(await rowOf(post));
};

const confirmOn = (post: Broadcast, messageId: string) => {
  const { contents, deliveries } = world.ledger.out();
  const deps = { contents, deliveries, broadcasts: world.posts(), accounts: [account], now: world.now };
  const value = {
    do: 'confirmPost' as const,
    post: post.broadcast,
    subject: personalSubject(post),
    version: '1',
  };
  const click = {
    eventId: 'e1',
    person: world.ledger.person(who).unionId,
    messageId,
    chatId: 'oc_1',
    form: {},
  };
  const waiting = { isWaited: () => true, say: () => undefined, carry: () => undefined };
  return confirmPost({ ...deps, cardAnswer: 'card' })({ ...click, value }, waiting);
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

describe('a post that is paused while one of its cards is being sent', () => {
  // A person gets only so many messages a day.
  const other = '常悦';
  const pause = async (post: Broadcast): Promise<void> => {
    const paused = { at: world.now().toISOString(), from: 'open', reason: '写错了' } as const;
    await change(post, { state: 'paused', paused });
    // What was read of the post is used for a second.
    await later(1_100);
  };

  it('repeats none of them in place', async () => {
    const post = await world.put([other]);
    let posts = 0;
    const busy: SendDeps['post'] = async () => {
      posts += 1;
      await pause(post);
      return { kind: 'refused', code: '99991400', final: false };
    };
    await sendDelivery({ ...world.sending(), patienceMs: 10_000, post: busy })(await rowOf(post));
    expect(posts).toBe(1);
    expect(await rowOf(post)).toMatchObject({ state: 'failed', code: '99991400' });
  });

  it('lets none leave that was claimed before', async () => {
    const post = await world.put([other]);
    const sending = world.sending();
    let posts = 0;
    const counted: SendDeps['post'] = (...asked) => {
      posts += 1;
      return sending.post(...asked);
    };
    const find: SendDeps['contents']['find'] = async (hash) => {
      await pause(post);
      return sending.contents.find(hash);
    };
    await sendDelivery({ ...sending, contents: { ...sending.contents, find }, post: counted })(
      await rowOf(post),
    );
    expect(posts).toBe(0);
    expect(await rowOf(post)).toMatchObject({ state: 'failed', code: 'post_paused' });
  });
});

describe('a card of which nobody knows whether it has arrived', () => {
  it('has, when its person confirms on it: it changes with the answer, and nothing is sent again', async () => {
    const post = await world.put([who]);
    await loseAnswer(post);
    expect(await rowOf(post)).not.toHaveProperty('messageId');
    const [card] = world.ledger.screenOf(who).slice(-1);
    const answer = await confirmOn(post, card?.id ?? '');
    expect(answer).toMatchObject({ toast: { type: 'success' }, card: { type: 'raw' } });
    const row = await rowOf(post);
    expect(row).toMatchObject({ state: 'confirmed', messageId: card?.id, confirmed: { via: 'card' } });
    expect(row.shown).toEqual(row.wanted);
    expect(row.dueAt).toBeUndefined();
    await later(65_000);
    expect(await attempt(post, true)).toBe(0);
  });

  it('keeps what was confirmed on the page, and its next press settles it', async () => {
    const post = await world.put([who]);
    await loseAnswer(post);
    await world.confirm(post, who);
    const { confirmed } = await rowOf(post);
    const [card] = world.ledger.screenOf(who).slice(-1);
    const answer = await confirmOn(post, card?.id ?? '');
    expect(answer).toMatchObject({ toast: { type: 'info' }, card: { type: 'raw' } });
    expect(await rowOf(post)).toMatchObject({ state: 'confirmed', messageId: card?.id, confirmed });
  });

  it('follows a confirmation on the page as soon as its answer is known', async () => {
    // A person gets only so many messages a day.
    await later(24 * 3_600_000);
    const post = await world.put([who]);
    const sending = world.sending();
    const confirmedMeanwhile: SendDeps['post'] = async (...asked) => {
      await world.confirm(post, who);
      const { confirmed, recipient } = await rowOf(post);
      const face = faceOf(post, account);
      if (!face || !confirmed) throw new Error('it has a page, and is confirmed');
      const { contents, deliveries } = world.ledger.out();
      const deps = { contents, deliveries, now: world.now };
      await showConfirmed(deps)({ post, face, confirmed }, recipient);
      return sending.post(...asked);
    };
    await sendDelivery({ ...sending, post: confirmedMeanwhile })(await rowOf(post));
    // Without its stream.
    await world.ledger.sweepAfter(61_000);
    expect(world.ledger.screenOf(who).at(-1)?.content).toContain('✔ 已确认');
  });
});
