import { beforeAll, describe, expect, it } from 'vitest';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { readMembers } from '../../shared/broadcasts/snapshot.ts';
import { killedWorld } from './killed-world.ts';
import { account } from './post-world.ts';

const accounts = [{ ...account, joinersOnePerDay: false }];
const world = killedWorld(() => ({ accounts, lookUps: [], followUps: [] }));
const { ledger, read, rowsOf } = world;
const idOf = (name: string): string => ledger.person(name).unionId;

const [stays, leaver, back, joiner, asleep] = ['陆鸣', '顾晓峰', '田小禾', '区少明', '温可儿'];
const before = [stays, leaver, back];
const all = [...before, joiner, asleep];
const audience = () => ({ any: [{ people: all.map(idOf) }], except: [] });

beforeAll(async () => {
  const { people } = ledger.out();
  await people.recordLeft(idOf(leaver), { at: world.now(), reason: 'left_company' });
  const found = await people.find(idOf(asleep));
  if (!found) throw new Error('the directory is read in beforeAll');
  await people.record({ ...found, notActivated: true, syncedAt: world.now().toISOString() });
});

/** Two of its readers have it, one couldn't be reached then; since then one has left and two have come. */
const prepare = async (): Promise<Broadcast> => {
  const post = await world.open(before, { audience: audience() });
  const { deliveries } = ledger.out();
  for (const name of [stays, leaver]) await deliveries.put(world.rowFor(post, name));
  const unreached = {
    state: 'excluded',
    reason: 'not_activated',
    messageId: undefined,
    acceptedAt: undefined,
  } as const;
  await deliveries.put(world.rowFor(post, back, unreached));
  return post;
};

const check = async (post: Broadcast): Promise<void> => {
  const rows = await rowsOf(post);
  expect(Object.fromEntries(rows.map((row) => [row.recipient, row.reason ?? row.state]))).toEqual({
    [idOf(stays)]: 'accepted',
    [idOf(leaver)]: 'left_company',
    [idOf(back)]: 'planned',
    [idOf(joiner)]: 'planned',
    [idOf(asleep)]: 'not_activated',
  });
  expect(rows).toHaveLength(all.length);
  const after = await read(post);
  expect(after).toMatchObject({ state: 'open', target: all.length });
  const members = (await readMembers(ledger.out().contents)(after)).map(({ person }) => person);
  expect(members.toSorted()).toEqual(all.map(idOf).toSorted());
  // Those who wait for their card stand in the queue of the drainer, and it is called.
  for (const { state, dueShard } of rows) if (state === 'planned') expect(dueShard).toBe('bulk');
};

describe('a look at who has come and gone that is killed', () => {
  it('is ended by the next, wherever it stopped: one row each, nobody twice in the snapshot, the sum true throughout', async () => {
    expect(await world.dieEverywhere({ prepare, check })).toBeGreaterThan(15);
  }, 60_000);
});
