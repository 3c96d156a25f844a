import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { readSnapshot, type SnapshotMember } from '../../shared/broadcasts/snapshot.ts';
import { type KeptCard, keepCard } from '../../shared/delivery/keep-card.ts';
import { planBulk, planNothing, type Wish } from '../../shared/delivery/plan.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { endedBecause } from './dismiss.ts';
import { rowsOf } from './follow-up.ts';
import type { BroadcastDeps, Turn } from './turn.ts';

/** What planning needs of everything. */
type PlanDeps = Pick<BroadcastDeps, 'deliveries' | 'contents' | 'cards' | 'now' | 'sleep'> & {
  readonly broadcasts: Pick<BroadcastDeps['broadcasts'], 'find'>;
};

/**
 * Without a deadline, from when it is planned: a policy stands for years and whoever joins then gets it. Buttons of a card
 * die after 14 days (open.feishu.cn/document/feishu-cards/card-callback-communication).
 */
const validDays = 14;
const dayMs = 86_400_000;
/**
 * So many rows between two looks at the clock and at the lease, and the least time that they take: all rows of a post are
 * in one partition, which takes 1,000 writes a second
 * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
 */
const stretch = { rows: 400, leastMs: 500 } as const;

/** Till when a row that is planned now is worth sending. */
export const validUntil = ({ broadcast, now }: Pick<Turn, 'broadcast' | 'now'>): Date =>
  broadcast.deadlineAt === undefined
    ? new Date(now.getTime() + validDays * dayMs)
    : new Date(broadcast.deadlineAt);

/** What everybody's wish has in common: one card, one hash, one content. */
export const commonWish = (turn: Turn, kept: KeptCard): Omit<Wish, 'recipient' | 'receiveId'> => ({
  subject: personalSubject(turn.broadcast),
  sender: turn.account.sender,
  receiveIdType: 'union_id',
  eventAt: new Date(turn.broadcast.startedAt ?? turn.now),
  validUntil: validUntil(turn),
  ...(turn.broadcast.mustConfirm && { urgency: 'mustConfirm' as const }),
  ...kept,
});

export const keepPersonal = (deps: PlanDeps, { account, broadcast }: Turn): Promise<KeptCard> => {
  const subject = personalSubject(broadcast);
  return keepCard(deps.contents)(deps.cards.personal({ account, broadcast }), {
    id: deliveryElementId(subject, ''),
  });
};

type Planner = (member: SnapshotMember, isLast: boolean) => Promise<boolean>;

const planner = async (deps: PlanDeps, turn: Turn): Promise<Planner> => {
  const common = commonWish(turn, await keepPersonal(deps, turn));
  const ended = endedBecause(turn.broadcast);
  const planNone = planNothing(deps.deliveries);
  let isFirst = true;
  return ({ person, unreachable }, isLast) => {
    const wish = { ...common, recipient: person, receiveId: person };
    const now = deps.now();
    if (unreachable !== undefined) return planNone(wish, { state: 'excluded', reason: unreachable, now });
    if (ended !== undefined) return planNone(wish, { state: 'suppressed', reason: ended, now });
    const wakes = isFirst || isLast;
    isFirst = false;
    return planBulk(deps.deliveries)(wish, now, { wakes });
  };
};

/** Those whom nothing reaches first: the last one wakes the drainer. */
const inOrder = (members: readonly SnapshotMember[]): readonly SnapshotMember[] => [
  ...members.filter(({ unreachable }) => unreachable !== undefined),
  ...members.filter(({ unreachable }) => unreachable === undefined),
];

/** `false` when the time is up, or the post was paused or recalled meanwhile. */
const mayPlanOn = async (deps: PlanDeps, { broadcast, goOn }: Turn): Promise<boolean> => {
  if (!(await goOn())) return false;
  return (await deps.broadcasts.find(broadcast.broadcast))?.state === broadcast.state;
};

const planPart = async (
  deps: PlanDeps,
  turn: Turn,
  { members, plan }: { readonly members: readonly SnapshotMember[]; readonly plan: Planner },
): Promise<boolean> => {
  for (let from = 0; from < members.length; from += stretch.rows) {
    if (!(await mayPlanOn(deps, turn))) return false;
    const began = deps.now().getTime();
    const some = members.slice(from, from + stretch.rows);
    await someAtOnce(some, (member) => plan(member, false));
    const leftMs = began + stretch.leastMs - deps.now().getTime();
    if (some.length === stretch.rows && leftMs > 0) await deps.sleep(leftMs);
  }
  return true;
};

/** Who has a row: after a crash only the others are planned. */
const plannedAlready = async ({ deliveries }: PlanDeps, { broadcast }: Turn): Promise<Set<string>> =>
  new Set(await deliveries.listRecipients(personalSubject(broadcast)));

/**
 * One row for everybody in these parts of the snapshot, 2,000 people in memory at a time. The first row wakes the drainer,
 * which sends while the rest is planned, and the last one, too: it may have found nothing left in between.
 * `false` when it couldn't be ended: the same call goes on where this one stopped.
 */
export const planPeople = async (deps: PlanDeps, turn: Turn, parts: readonly string[]): Promise<boolean> => {
  const plan = await planner(deps, turn);
  const done = await plannedAlready(deps, turn);
  let last: SnapshotMember | undefined;
  for (const part of parts) {
    const { people } = await readSnapshot(deps.contents)(part);
    const open = inOrder(people.filter(({ person }) => !done.has(person)));
    if (last && open.length > 0) await plan(last, false);
    last = open.at(-1) ?? last;
    if (!(await planPart(deps, turn, { members: open.slice(0, -1), plan }))) return false;
  }
  if (last) await plan(last, true);
  return true;
};

/**
 * All rows of a post. Whoever is counted and has none yet gets theirs first: joiners, what a crash has left, and those whose
 * turn hadn't come when it ended. `undefined` when that couldn't be ended.
 */
export const allRows = async (deps: BroadcastDeps, turn: Turn): Promise<readonly Delivery[] | undefined> => {
  const rows = await rowsOf(deps, turn);
  const { target, snapshots } = turn.broadcast;
  if (rows.length >= target) return rows;
  return (await planPeople(deps, turn, snapshots)) ? rowsOf(deps, turn) : undefined;
};
