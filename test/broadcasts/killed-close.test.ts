import { describe, expect, it } from 'vitest';
import { postCards } from '../../functions/broadcast/cards.ts';
import { countInGroups } from '../../functions/broadcast/group-counts.ts';
import { lastReadersMark, reconcile } from '../../functions/broadcast/reconcile.ts';
import { remind } from '../../functions/broadcast/remind.ts';
import { pushReports } from '../../functions/broadcast/report.ts';
import { settleCards } from '../../functions/broadcast/settle-cards.ts';
import { type Broadcast, groupSubject, workSubject } from '../../shared/broadcasts/broadcast.ts';
import { collectEvidence } from '../../shared/broadcasts/collect-evidence.ts';
import type { EvidenceBody } from '../../shared/broadcasts/evidence.ts';
import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { feishuMessages } from '../../shared/feishu/messages.ts';
import { cursors } from '../../shared/store/cursors.ts';
import { killedWorld } from './killed-world.ts';
import { account } from './post-world.ts';

const calendar = calendarOf(builtInYears);
const world = killedWorld((stores, { all, verb }) => {
  const { budget, senders } = ledger.out();
  const asked = {
    ...stores,
    workbenchUrl: 'http://127.0.0.1:4520/workbench',
    cards: postCards,
    accounts: [account],
    budget,
    cursors: all(cursors(ledger.tables.name('ops'))),
    sleep: world.sending().sleep,
    calendar: () => Promise.resolve(calendar),
    readersOf: verb((_: unknown, id: string) => feishuMessages(senders.bySender('zhida')).listReaders(id)),
  };
  return {
    lookUps: [reconcile(asked)],
    followUps: [pushReports(asked), countInGroups(asked), remind(asked), settleCards(asked)],
  };
});
const { ledger, read } = world;
const hourMs = 3_600_000;
const [done, unread, leaver] = ['陆鸣', '顾晓峰', '田小禾'];
const everybody = [done, unread, leaver];

/** Its deadline is over: one has confirmed, one hasn't, one has left. */
const prepare = async (): Promise<Broadcast> => {
  const { deliveries, contents, people } = ledger.out();
  await people.recordLeft(ledger.person(leaver).unionId, { at: world.now(), reason: 'left_company' });
  const audience = { any: [{ people: everybody.map((name) => ledger.person(name).unionId) }], except: [] };
  const startedAt = new Date(world.now().getTime() - 30 * 60_000).toISOString();
  const times = { startedAt, plannedAt: startedAt, openedAt: startedAt };
  const post = await world.open(everybody, { ...times, audience, deadlineAt: world.now().toISOString() });
  const wanted = { version: 1, hash: await contents.keep('{}') };
  const row = (name: string, more: object = {}) =>
    world.rowFor(post, name, { wanted, shown: wanted, ...more });
  await Promise.all([
    deliveries.put(row(done)),
    deliveries.put(row(unread)),
    deliveries.put(row(leaver, { state: 'excluded', reason: 'left_company' })),
    deliveries.put(row(done, { subject: groupSubject(post), recipient: 'chat:oc_group' })),
  ]);
  await world.confirm(post, done);
  return post;
};

const evidenceOf = ({ broadcast }: Broadcast): Promise<EvidenceBody> =>
  collectEvidence({ broadcasts: world.posts(), ...ledger.out(), accounts: [account] })(
    broadcast,
    world.now(),
  );

/** The proof of each post as it was when somebody first saw it closed. */
const firstSeen = new Map<string, EvidenceBody>();
const meanwhile = async (post: Broadcast): Promise<void> => {
  await world.expectIdentity(post);
  const { state } = await read(post);
  if (state === 'closed' && !firstSeen.has(post.broadcast))
    firstSeen.set(post.broadcast, await evidenceOf(post));
};

const inGroups = (post: Broadcast) => ledger.out().deliveries.listOfSubject(groupSubject(post));
const marks = ['cards-close', 'groups-close', lastReadersMark, 'report-close'];
const check = async (post: Broadcast): Promise<void> => {
  const after = await read(post);
  expect(after).toMatchObject({ state: 'closed', closedBecause: 'deadline' });
  expect(after.done.toSorted()).toEqual(marks.toSorted());
  for (const what of ['report', 'report-close']) {
    const copies = await ledger.out().deliveries.listOfSubject(workSubject(post, what));
    expect(copies.map(({ recipient }) => recipient)).toEqual(['on_author']);
  }
  // Whoever hasn't confirmed is led to its page, and the group has its last count: each card changes once.
  const [rows, groups] = [await world.rowsOf(post), await inGroups(post)];
  const changed = [...rows, ...groups].filter(
    ({ state, wanted }) => state !== 'excluded' && wanted?.version === 2,
  );
  expect(changed.map(({ recipient }) => recipient).toSorted()).toEqual(
    ['chat:oc_group', ledger.person(unread).unionId].toSorted(),
  );
  // What has ended is never looked at again.
  const far = new Date(world.now().getTime() + 1_000 * hourMs);
  expect(await world.posts().listDue(far)).not.toContain(post.broadcast);

  const [first, last] = [firstSeen.get(post.broadcast), await evidenceOf(post)];
  if (!first) throw new Error('somebody saw it closed');
  const { steps } = first;
  // What the end itself brought about is written after it.
  expect(last.steps.slice(0, steps.length)).toEqual(steps);
  expect({ ...last, steps, generatedAt: first.generatedAt }).toEqual(first);
  expect(last.steps.filter(({ step }) => step === 'closed')).toHaveLength(1);
  expect(last.sum).toMatchObject({ target: 3, confirmed: 1, unread: 1, exempt: 1 });
};

describe('the end of a post that is killed', () => {
  it('comes to its end in the next run: closed once, one report, and its proof stays what it was', async () => {
    expect(await world.dieEverywhere({ prepare, meanwhile, check })).toBeGreaterThan(25);
  }, 120_000);
});
