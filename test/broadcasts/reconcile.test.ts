import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ReconcileDeps, reconcile } from '../../functions/broadcast/reconcile.ts';
import { type Broadcast, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { budgetSetting } from '../../shared/delivery/budget-level.ts';
import { callBudget } from '../../shared/delivery/call-budget.ts';
import { feishuClient } from '../../shared/feishu/client.ts';
import { feishuMessages } from '../../shared/feishu/messages.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import { budgetRows } from '../../shared/store/budget.ts';
import { cursors } from '../../shared/store/cursors.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import type { DeliveryRow } from '../../shared/store/delivery.ts';
import { settings } from '../../shared/store/settings.ts';
import { type CrowdWorld, startCrowd } from '../feishu-simulator/crowd/crowd-world.ts';
import { localTables } from '../local.ts';
import { account, postOf } from './post-world.ts';

const tables = localTables();
const dayMs = 86_400_000;
const readUsers = 'GET /open-apis/im/v1/messages/:message_id/read_users';
let world: CrowdWorld;
let issue = 100;
let taken = 0;
beforeEach(() => {
  taken = 0;
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await world.close();
});

const posts = () => broadcasts(tables.name('broadcasts'));
const ledger = () => deliveries(tables.name('deliveries'));
const now = (): Date => new Date(world.clock.now());

const deps = (): ReconcileDeps => {
  const rows = budgetRows(tables.name('ops'));
  const { onCall, standing } = callBudget({ rows, settings: settings(tables.name('settings')) });
  const client = feishuClient({
    appId: 'cli_a1zhida00000001',
    appSecret: 'dev-secret-zhida',
    domain: world.feishu.url,
    timeoutMs: 5_000,
    onCall: (request, outcome) => {
      onCall('zhida', request, outcome);
    },
  });
  return {
    broadcasts: posts(),
    deliveries: ledger(),
    accounts: [account],
    budget: { standing },
    cursors: cursors(tables.name('ops')),
    readersOf: (_account, messageId) => feishuMessages(client).listReaders(messageId),
    sleep: () => Promise.resolve(),
  };
};

const rowOf = (post: Broadcast, recipient: string, messageId: string): DeliveryRow => ({
  subject: personalSubject(post),
  recipient,
  state: 'accepted',
  sender: 'zhida',
  receiveIdType: 'union_id',
  receiveId: recipient,
  generation: 1,
  attempt: 1,
  eventAt: now().toISOString(),
  plannedAt: now().toISOString(),
  acceptedAt: now().toISOString(),
  messageId,
  daySubject: `2026-11-23#${personalSubject(post)}`,
});

/** The post to everybody of this company, as it is when all cards have left. */
const sendPost = async (): Promise<Broadcast> => {
  const at = now().toISOString();
  const post = postOf({ broadcast: `policies-${(issue += 1)}`, startedAt: at, openedAt: at });
  await posts().open(post, { step: 'opened', now: now(), wakes: false });
  const sent = await world.send(world.everybody);
  await someAtOnce(
    world.everybody.map((who, index) => [who, sent[index] ?? ''] as const),
    ([who, id]) => ledger().put(rowOf(post, who, id)),
  );
  return post;
};
const rowsOf = (post: Broadcast) => ledger().listOfSubject(personalSubject(post));
const look = async (post: Broadcast) => {
  const read = await posts().find(post.broadcast);
  return reconcile(deps())(read ?? post, await rowsOf(post), now());
};
/** Until a pass wants nothing more of this minute. */
const pass = async (post: Broadcast): Promise<Date | undefined> => {
  for (let round = 0; round < 20; round += 1) {
    const until = await look(post);
    if (until === undefined || until.getTime() - now().getTime() > 60_000) return until;
  }
  throw new Error('the pass does not end');
};
const callsOf = (api: string): number =>
  world.feishu.tenant.calls.since(0).filter((call) => call.api === api).length;

/** What event-worker does with the events that came. */
const takeEvents = async (): Promise<void> => {
  const reads = world.pushed
    .slice(taken)
    .flatMap(({ header, event }) =>
      header.event_type === 'im.message.message_read_v1' ? [event.message_id_list ?? []] : [],
    );
  taken = world.pushed.length;
  await someAtOnce(reads.flat(), async (id) => {
    const key = await ledger().findByMessage(id);
    if (key) await ledger().recordRead(key, now());
  });
};

describe('what events have lost', () => {
  it('is found: at least 99.9 % of the reads of a week, with 5 % of their events lost', {
    timeout: 180_000,
  }, async () => {
    world = await startCrowd({ people: 1_200, switches: { readEventsLostPercent: 5 } });
    const post = await sendPost();
    const start = now().getTime();
    for (const day of [1, 3, 6]) {
      await world.crowd.advance(start + day * dayMs);
      await takeEvents();
      await pass(post);
    }
    await world.crowd.advance(start + 7 * dayMs);
    await takeEvents();
    const reads = new Set(
      world.feishu.tenant.chats
        .all()
        .flatMap(({ messages }) => messages.flatMap(({ readAt }) => [...readAt.keys()])),
    );
    const recorded = (await rowsOf(post)).filter(({ readAt }) => readAt !== undefined);
    expect(reads.size).toBeGreaterThan(1_000);
    expect(recorded.length / reads.size).toBeGreaterThanOrEqual(0.999);
    // Nobody is said to have read what they haven't.
    expect(recorded.filter(({ recipient }) => !reads.has(recipient))).toEqual([]);
    expect((await posts().find(post.broadcast))?.done).toEqual([
      'reconciled-1',
      'reconciled-3',
      'reconciled-6',
    ]);
  });

  it('is asked for only of what is still unread, once a day of the three', async () => {
    world = await startCrowd({ people: 30 });
    const post = await sendPost();
    const start = now().getTime();
    expect(await look(post)).toEqual(new Date(start + dayMs));
    expect(callsOf(readUsers)).toBe(0);
    await world.crowd.advance(start + dayMs);
    await takeEvents();
    const unread = (await rowsOf(post)).filter(({ readAt }) => readAt === undefined).length;
    expect(await pass(post)).toEqual(new Date(start + 3 * dayMs));
    expect(callsOf(readUsers)).toBe(unread);
    await pass(post);
    expect(callsOf(readUsers)).toBe(unread);
  });

  it('is not asked for after the seventh day, nor of a post that was recalled', async () => {
    world = await startCrowd({ people: 10 });
    const post = await sendPost();
    const recalled = await reconcile(deps())({ ...post, state: 'recalled' }, await rowsOf(post), now());
    expect(recalled).toBeUndefined();
    await world.clock.advance(8 * dayMs);
    expect(await look(post)).toBeUndefined();
    const ended = await reconcile(deps())({ ...post, state: 'closed' }, await rowsOf(post), now());
    expect(ended).toBeUndefined();
    expect(callsOf(readUsers)).toBe(0);
  });

  it('is asked for once more when the post has closed', async () => {
    world = await startCrowd({ people: 30, switches: { readEventsLostPercent: 100 } });
    const post = await sendPost();
    await world.crowd.advance(now().getTime() + dayMs / 2);
    await takeEvents();
    const unread = (await rowsOf(post)).filter(({ readAt }) => readAt === undefined).length;
    expect(unread).toBeGreaterThan(25);
    await posts().change(post, { ...post, state: 'closed' }, { step: 'closed', now: now(), wakes: false });
    expect(await pass(post)).toBeUndefined();
    expect(callsOf(readUsers)).toBe(unread);
    expect((await rowsOf(post)).filter(({ readAt }) => readAt !== undefined).length).toBeGreaterThan(10);
    await pass(post);
    expect(callsOf(readUsers)).toBe(unread);
    expect((await posts().find(post.broadcast))?.done).toEqual(['reconciled-close']);
  });

  it('waits while calls are saved', async () => {
    world = await startCrowd({ people: 10 });
    const post = await sendPost();
    await world.clock.advance(dayMs);
    const month = now().toISOString().slice(0, 7);
    const value = { monthlyCalls: 1 };
    await settings(tables.name('settings')).append(budgetSetting, { value, changedBy: 'test', now: now() });
    const calls = [{ sender: 'zhida', topic: 'other' }];
    await budgetRows(tables.name('ops')).add(month, { day: '24', calls });
    expect(await look(post)).toEqual(new Date(now().getTime() + 3_600_000));
    expect(callsOf(readUsers)).toBe(0);
    await settings(tables.name('settings')).append(budgetSetting, {
      value: { monthlyCalls: null },
      changedBy: 'test',
      now: now(),
    });
    await pass(post);
    expect(callsOf(readUsers)).toBe(10);
  });

  it('goes on without what Feishu refuses', async () => {
    world = await startCrowd({ people: 10 });
    const post = await sendPost();
    await world.clock.advance(dayMs);
    world.feishu.tenant.faults.set([{ api: readUsers, kind: '500', count: 1 }]);
    expect(await pass(post)).toEqual(new Date(Date.parse(post.openedAt ?? '') + 3 * dayMs));
  });
});
