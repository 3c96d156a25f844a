import { describe, expect, it } from 'vitest';
import { pushReports } from '../../functions/broadcast/report.ts';
import { type Broadcast, workSubject } from '../../shared/broadcasts/broadcast.ts';
import { killedWorld } from './killed-world.ts';
import { account } from './post-world.ts';

const world = killedWorld((stores) => ({
  lookUps: [],
  followUps: [pushReports({ ...stores, accounts: [account] })],
}));
const { ledger, read } = world;
const minuteMs = 60_000;
const readers = ['on_approver', 'on_author'];

const copiesOf = (post: Broadcast, what: string) =>
  ledger.out().deliveries.listOfSubject(workSubject(post, what));

/** Started an hour ago; its live report stands since a minute after that, when nobody had it yet. */
const prepare = async (): Promise<Broadcast> => {
  const startedAt = new Date(world.now().getTime() - 61 * minuteMs).toISOString();
  const approved = { by: { person: 'on_approver', name: '何听雨' }, at: startedAt };
  const audience = { any: [{ people: [ledger.person('陆鸣').unionId] }], except: [] };
  const times = { startedAt, plannedAt: startedAt, openedAt: startedAt };
  const post = await world.open(['陆鸣'], { ...times, approved, audience });
  const { deliveries } = ledger.out();
  const before = new Date(Date.parse(startedAt) + minuteMs);
  await pushReports({
    ...ledger.out(),
    broadcasts: world.posts(),
    accounts: [account],
    wantContent: world.want,
  })(post, [], before);
  await deliveries.put(world.rowFor(post, '陆鸣'));
  return post;
};

const check = async (post: Broadcast): Promise<void> => {
  const pushed = await copiesOf(post, 'report-1h');
  expect(pushed.map(({ recipient }) => recipient).toSorted()).toEqual(readers);
  for (const { wanted } of pushed) expect(wanted?.version).toBe(1);
  const live = await copiesOf(post, 'report');
  expect(live.map(({ recipient }) => recipient).toSorted()).toEqual(readers);
  // One change of what it says, whoever has made it.
  for (const { wanted } of live) expect(wanted?.version).toBe(2);
  expect((await read(post)).done).toEqual(['report-1h']);
};

describe('a report that is killed while it is pushed', () => {
  it('reaches each of its readers once, wherever that stopped; the live one changes once', async () => {
    expect(await world.dieEverywhere({ prepare, check })).toBeGreaterThan(20);
  }, 60_000);
});
