import { randomUUID } from 'node:crypto';
import { beforeAll, expect, vi } from 'vitest';
import { advance } from '../../functions/broadcast/advance.ts';
import type { BroadcastDeps } from '../../functions/broadcast/turn.ts';
import { type Broadcast, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { identityOf } from '../../shared/broadcasts/reach.ts';
import { keepSnapshot } from '../../shared/broadcasts/snapshot.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { cursors } from '../../shared/store/cursors.ts';
import type { Delivery, DeliveryRow } from '../../shared/store/delivery.ts';
import { leases } from '../../shared/store/leases.ts';
import { Killed, type Mortal, mortal } from './crash.ts';
import { account, localPosts, postOf } from './post-world.ts';

const never = Number.POSITIVE_INFINITY;
/** Longer than the lease of a post: whoever held it when it died holds it no more. */
const untilNextRunMs = 61_000;

type Wired = Omit<BroadcastDeps, 'holder' | 'workMs'>;
/** What a process holds whose calls are counted. */
type Stores = Pick<
  BroadcastDeps,
  'broadcasts' | 'deliveries' | 'contents' | 'people' | 'sendNow' | 'wantContent'
>;
/** What this file's posts want of a process beside its stores. */
export type Extra = (stores: Stores, process: Mortal) => Partial<BroadcastDeps>;

type Scene = {
  /** A new post, as it is when the process begins. */
  readonly prepare: () => Promise<Broadcast>;
  /** What holds after the death, whenever it was. */
  readonly meanwhile?: (post: Broadcast) => Promise<void>;
  /** What holds when others have gone on. */
  readonly check: (post: Broadcast) => Promise<void>;
};

/** Open posts as their function leaves them, and processes that die while they look after one. */
export const killedWorld = (extra: Extra) => {
  const world = localPosts();
  const { ledger, posts, now } = world;
  let wired: Wired;
  let issues = 1_000;
  beforeAll(async () => {
    vi.stubEnv('WORKBENCH_URL', 'http://127.0.0.1:4520/workbench');
    wired = (await import('../../functions/broadcast/wiring.ts')).wiring();
  });

  const depsOf = (process: Mortal): BroadcastDeps => {
    const { all, verb } = process;
    const { deliveries, contents, people } = ledger.out();
    const stores = {
      broadcasts: all(posts()),
      deliveries: all(deliveries),
      contents: all(contents),
      people: all(people),
    };
    const { post, slots, ...rest } = world.sending();
    const sending = { ...rest, ...stores, post: verb(post), slots: all(slots) };
    const shared = { ...stores, sendNow: sendNow(sending), wantContent: wantContent(sending) };
    return {
      ...wired,
      ...shared,
      accounts: [account],
      leases: all(leases(ledger.tables.name('ops'))),
      cursors: all(cursors(ledger.tables.name('ops'))),
      holder: randomUUID(),
      now,
      workMs: 60_000,
      ...extra(shared, process),
    };
  };
  const alive = (): BroadcastDeps => depsOf(mortal({ at: never, when: 'after' }));
  const rowsOf = (post: Broadcast): Promise<readonly Delivery[]> => world.rowsOf(post);

  /** What holds at every instant, whoever looks: rows are read before the target. */
  const expectIdentity = async (post: Broadcast): Promise<void> => {
    const rows = await rowsOf(post);
    const { target, unsent, ...places } = identityOf((await world.read(post)).target, rows);
    expect(unsent).toBeGreaterThanOrEqual(0);
    expect(Object.values(places).reduce((sum, count) => sum + count, unsent)).toBe(target);
  };

  return {
    ...world,
    expectIdentity,
    /** A row that was accepted long ago, without a message. */
    rowFor: (post: Broadcast, name: string, more: Partial<DeliveryRow> = {}): DeliveryRow => {
      const recipient = ledger.person(name).unionId;
      const at = post.startedAt ?? now().toISOString();
      return {
        subject: personalSubject(post),
        recipient,
        state: 'accepted',
        sender: 'zhida',
        lane: 'bulk',
        receiveIdType: 'union_id',
        receiveId: recipient,
        generation: 1,
        attempt: 1,
        eventAt: at,
        plannedAt: at,
        acceptedAt: at,
        messageId: `om_${post.broadcast}_${recipient}`,
        daySubject: `${at.slice(0, 10)}#${personalSubject(post)}`,
        ...more,
      };
    },
    /** A post that stands for these people; what rows there are is up to the caller. */
    open: async (names: readonly string[], more: Partial<Broadcast> = {}): Promise<Broadcast> => {
      const broadcast = `${more.account ?? account.id}-${(issues += 1)}`;
      const members = names.map((name) => ({ person: ledger.person(name).unionId, name, departments: [] }));
      const snapshots = await keepSnapshot(ledger.out().contents)({ broadcast, version: 1 }, members, now());
      const at = now().toISOString();
      const times = { startedAt: at, plannedAt: at, openedAt: at };
      const post = postOf({ broadcast, snapshots: [...snapshots], target: names.length, ...times, ...more });
      await posts().open(post, { step: 'opened', now: now(), wakes: false });
      return post;
    },
    advance: ({ broadcast }: Broadcast, more: Partial<BroadcastDeps> = {}) =>
      advance({ ...alive(), ...more })(broadcast),
    /**
     * Once without a death, which tells how many calls there are; then a process ends before and after each of them in
     * turn, and the next run goes on. After a call that none was made beside is the same as before the next one. Answers
     * how many there are.
     */
    dieEverywhere: async ({ prepare, meanwhile = expectIdentity, check }: Scene): Promise<number> => {
      const run = async (at: number, when: 'before' | 'after'): Promise<Mortal> => {
        const post = await prepare();
        const process = mortal({ at, when });
        await advance(depsOf(process))(post.broadcast).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
        await meanwhile(post);
        if (at !== never) {
          await ledger.clock.advance(untilNextRunMs);
          expect(await advance(alive())(post.broadcast)).toMatchObject({ ended: 'rests' });
          await meanwhile(post);
        }
        await check(post);
        return process;
      };
      const { calls, besides } = await run(never, 'after');
      const last = calls();
      for (let at = 1; at <= last; at += 1) {
        await run(at, 'before');
        if (besides.has(at) || at === last) await run(at, 'after');
      }
      return last;
    },
  };
};
