import { beforeAll, describe, expect, it } from 'vitest';
import { postCards } from '../../functions/broadcast/cards.ts';
import { planPeople } from '../../functions/broadcast/plan-people.ts';
import { type Broadcast, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { keepSnapshot, type SnapshotMember } from '../../shared/broadcasts/snapshot.ts';
import { type Contents, contents } from '../../shared/store/contents.ts';
import { type Deliveries, deliveries } from '../../shared/store/deliveries.ts';
import type { DeliveryRow } from '../../shared/store/delivery.ts';
import { localTables } from '../local.ts';
import { account, postOf } from './post-world.ts';

const tables = localTables();
let stores: { readonly contents: Contents; readonly deliveries: Deliveries };
beforeAll(() => {
  stores = {
    contents: contents(tables.name('contents')),
    deliveries: deliveries(tables.name('deliveries')),
  };
});

/** More than one part of a snapshot holds, and one more than a page of a query. */
const people: readonly SnapshotMember[] = Array.from({ length: 2_100 }, (_, index) => ({
  person: `on_${String(index).padStart(5, '0')}`,
  name: `同事${index}`,
  departments: ['营销中心'],
  ...(index % 700 === 3 && { unreachable: 'not_activated' }),
}));

type Run = { readonly broadcast: Broadcast; readonly parts: readonly string[] };
const begun = async (issue: number): Promise<Run> => {
  const post = postOf({ broadcast: `policies-${issue}`, issue, state: 'sending' });
  const parts = await keepSnapshot(stores.contents)(post, people, new Date());
  return { broadcast: { ...post, snapshots: [...parts], target: people.length }, parts };
};

/** One invocation, stopped when so many rows were tried; answers those rows. */
const invoke = async ({ broadcast, parts }: Run, stopAfter: number) => {
  const tried: DeliveryRow[] = [];
  const put = (row: DeliveryRow): Promise<boolean> => {
    tried.push(row);
    return stores.deliveries.put(row);
  };
  const now = (): Date => new Date();
  const deps = {
    contents: stores.contents,
    deliveries: { ...stores.deliveries, put },
    cards: postCards,
    broadcasts: { find: () => Promise.resolve(broadcast) },
    now,
    sleep: () => Promise.resolve(),
  };
  const goOn = (): Promise<boolean> => Promise.resolve(tried.length < stopAfter);
  const isEnded = await planPeople(deps, { broadcast, account, now: now(), goOn }, parts);
  return { isEnded, tried };
};

const recipients = (rows: readonly { readonly recipient: string }[]): readonly string[] =>
  rows.map(({ recipient }) => recipient).toSorted();
const everybody = people.map(({ person }) => person);

describe('planning a post for many', () => {
  it('tries one row for each, once, and wakes the drainer with the first and the last', async () => {
    const run = await begun(1);
    const { isEnded, tried } = await invoke(run, Number.POSITIVE_INFINITY);
    expect(isEnded).toBe(true);
    expect(recipients(tried)).toEqual(everybody);
    expect(tried.flatMap(({ work }, index) => (work === undefined ? [] : [index]))).toEqual([
      tried.findIndex(({ state }) => state === 'planned'),
      tried.length - 1,
    ]);
    const kept = await stores.deliveries.listOfSubject(personalSubject(run.broadcast));
    expect(recipients(kept)).toEqual(everybody);
    expect(kept.filter(({ state }) => state === 'excluded')).toHaveLength(3);
  }, 60_000);

  it('goes on where the time was up: what has a row is not tried again', async () => {
    const run = await begun(2);
    const first = await invoke(run, 1_800);
    expect(first.isEnded).toBe(false);
    const second = await invoke(run, Number.POSITIVE_INFINITY);
    expect(second.isEnded).toBe(true);
    expect(first.tried.length).toBeGreaterThanOrEqual(1_800);
    expect(recipients([...first.tried, ...second.tried])).toEqual(everybody);
    expect((await invoke(run, Number.POSITIVE_INFINITY)).tried).toEqual([]);
    expect((await stores.deliveries.listRecipients(personalSubject(run.broadcast))).toSorted()).toEqual(
      everybody,
    );
  }, 60_000);
});
