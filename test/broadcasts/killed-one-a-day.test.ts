import { describe, expect, it } from 'vitest';
import { type Broadcast, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import type { Person } from '../../shared/store/people.ts';
import { killedWorld } from './killed-world.ts';
import { account } from './post-world.ts';

const accounts = ['first', 'second'].map((id) => ({ ...account, id, joinersOnePerDay: true }));
const world = killedWorld(() => ({ accounts, lookUps: [], followUps: [] }));
const { ledger, open } = world;
const dayMs = 86_400_000;
const idOf = (name: string): string => ledger.person(name).unionId;
const stays = '陆鸣';

type Pair = readonly [Broadcast, Broadcast];

/** A post of each account that stands for these two; the newcomer has none of them. */
const both = async (newcomer: string): Promise<Pair> => {
  const openOf = async (of: string): Promise<Broadcast> => {
    const audience = { any: [{ people: [stays, newcomer].map(idOf) }], except: [] };
    const post = await open([stays], { account: of, audience });
    await ledger.out().deliveries.put(world.rowFor(post, stays));
    return post;
  };
  return [await openOf('first'), await openOf('second')];
};
const rowsOf = async (posts: Pair, name: string) =>
  (
    await Promise.all(
      posts.map((post) =>
        ledger.out().deliveries.find({ subject: personalSubject(post), recipient: idOf(name) }),
      ),
    )
  ).filter((row) => row !== undefined);
const given = async (posts: Pair, name: string): Promise<number> =>
  (await rowsOf(posts, name)).filter(({ state }) => state !== 'excluded').length;
const lookAt = async (posts: Pair): Promise<void> => {
  for (const post of posts) await world.advance(post);
};
const change = async (name: string, more: Partial<Person>): Promise<void> => {
  const { people } = ledger.out();
  const found = await people.find(idOf(name));
  if (!found) throw new Error(`${name} is not in the directory`);
  await people.record({ ...found, ...more, syncedAt: world.now().toISOString() });
};

describe('somebody who joins', () => {
  it('gets one post a day of two accounts together', async () => {
    const posts = await both('石敬川');
    await lookAt(posts);
    await lookAt(posts);
    expect(await given(posts, '石敬川')).toBe(1);
    await ledger.clock.advance(dayMs);
    await lookAt(posts);
    expect(await given(posts, '石敬川')).toBe(2);
    for (const post of posts) await world.expectIdentity(post);
  });

  it('gets one when both are looked at in one moment', async () => {
    const posts = await both('白若溪');
    await Promise.all(posts.map((post) => world.advance(post)));
    expect(await given(posts, '白若溪')).toBe(1);
  });

  it('gets one, whatever has waited for them, when they sign in for the first time', async () => {
    const posts = await both('冯知秋');
    await change('冯知秋', { notActivated: true });
    await lookAt(posts);
    expect((await rowsOf(posts, '冯知秋')).map(({ reason }) => reason)).toEqual([
      'not_activated',
      'not_activated',
    ]);
    await change('冯知秋', { notActivated: false });
    await lookAt(posts);
    expect(await given(posts, '冯知秋')).toBe(1);
    await ledger.clock.advance(dayMs);
    await lookAt(posts);
    expect(await given(posts, '冯知秋')).toBe(2);
  });

  it('gets one when the look at the first dies, wherever, before somebody looks at the second', async () => {
    let posts: Pair | undefined;
    const calls = await world.dieEverywhere({
      prepare: async () => {
        await ledger.clock.advance(dayMs);
        posts = await both('唐若谷');
        return posts[0];
      },
      meanwhile: async (first) => {
        if (posts) await world.advance(posts[1]);
        await world.expectIdentity(first);
      },
      check: async () => {
        expect(posts && (await given(posts, '唐若谷'))).toBe(1);
      },
    });
    expect(calls).toBeGreaterThan(15);
  }, 60_000);
});
