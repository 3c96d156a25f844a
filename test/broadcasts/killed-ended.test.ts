import { describe, expect, it } from 'vitest';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { sumOf } from '../../shared/broadcasts/report.ts';
import { killedWorld } from './killed-world.ts';

const world = killedWorld(() => ({ lookUps: [], followUps: [] }));
const { ledger } = world;
const [has, unplanned, alsoUnplanned] = ['陆鸣', '顾晓峰', '田小禾'];
const recalled = {
  by: { person: 'on_author', name: '许念' },
  at: '2026-11-23T00:00:00.000Z',
  reason: '有误',
};

/** Whoever planned its rows died after the first of them; then a person ended it. */
const prepareEnded = async (how: Partial<Broadcast>): Promise<Broadcast> => {
  const post = await world.open([has, unplanned, alsoUnplanned], how);
  const wanted = { version: 1, hash: await ledger.out().contents.keep('{}') };
  await ledger.out().deliveries.put(world.rowFor(post, has, { wanted, shown: wanted }));
  return post;
};

const paused = { at: recalled.at, from: 'sending', reason: '写错了一个数' } as const;

describe.each([
  ['closed', { closedBecause: 'by_hand', closedAt: recalled.at }, 'post_closed'],
  ['recalled', { recalled }, 'post_recalled'],
  // Its deadline has passed, which ends it.
  ['paused', { paused, deadlineAt: recalled.at }, 'post_closed'],
] as const)('a post that is %s before everybody has their row', (state, how, reason) => {
  it('leaves nobody who waits for ever, wherever its end is killed: their rows say why nothing comes', async () => {
    const prepare = () => prepareEnded({ ...how, state });
    const check = async (post: Broadcast): Promise<void> => {
      const rows = await world.rowsOf(post);
      expect(Object.fromEntries(rows.map((row) => [row.recipient, row.reason ?? row.state]))).toEqual({
        [ledger.person(has).unionId]: 'accepted',
        [ledger.person(unplanned).unionId]: reason,
        [ledger.person(alsoUnplanned).unionId]: reason,
      });
      expect(rows.filter(({ dueShard }) => dueShard === 'bulk')).toEqual([]);
      expect(sumOf(post.target, rows)).toMatchObject({
        target: 3,
        unread: 1,
        exempt: 0,
        unsent: 2,
        waiting: 0,
      });
    };
    expect(await world.dieEverywhere({ prepare, check })).toBeGreaterThan(10);
  }, 60_000);
});
