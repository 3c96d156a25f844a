import { findMeant } from '../../shared/broadcasts/audience.ts';
import { type Broadcast, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { keepSnapshot, membersOf, type SnapshotMember } from '../../shared/broadcasts/snapshot.ts';
import { dayOf } from '../../shared/calendar/day.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { BroadcastDeps, Turn } from './turn.ts';

type Rows = readonly Delivery[];

/** Posts of this account, from the newest: who joins gets them one a day. */
const otherOpenPosts = async ({ broadcasts }: BroadcastDeps, of: Broadcast): Promise<readonly Broadcast[]> =>
  (await broadcasts.listOfAccount(of.account)).filter(
    ({ broadcast, state }) => broadcast !== of.broadcast && ['sending', 'open', 'closed'].includes(state),
  );

/** Whether this account has given them a post today already. */
const hadOneToday = async (
  { deliveries }: BroadcastDeps,
  others: readonly Broadcast[],
  { person, now }: { readonly person: string; readonly now: Date },
): Promise<boolean> => {
  const rows = await Promise.all(
    others.map((post) => deliveries.find({ subject: personalSubject(post), recipient: person })),
  );
  return rows.some((row) => row !== undefined && dayOf(new Date(row.plannedAt)) === dayOf(now));
};

const oneADay = async (
  deps: BroadcastDeps,
  { account, broadcast, now }: Turn,
  joiners: readonly SnapshotMember[],
): Promise<readonly SnapshotMember[]> => {
  if (!account.joinersOnePerDay || joiners.length === 0) return joiners;
  const others = await otherOpenPosts(deps, broadcast);
  const free: SnapshotMember[] = [];
  for (const joiner of joiners)
    if (!(await hadOneToday(deps, others, { person: joiner.person, now }))) free.push(joiner);
  return free;
};

/** Everybody who is meant now and has no row: they came after the start, or into a department that is meant. */
const findJoiners = async (
  deps: BroadcastDeps,
  turn: Turn,
  rows: Rows,
): Promise<readonly SnapshotMember[]> => {
  const { broadcast, now } = turn;
  const [here, outside] = await Promise.all([deps.people.listHere(), deps.people.listOutside()]);
  const known = new Set(rows.map(({ recipient }) => recipient));
  const members = membersOf(findMeant({ here, outside }, broadcast.audience, now));
  return oneADay(
    deps,
    turn,
    members.filter(({ person }) => !known.has(person)),
  );
};

/** Their part of the snapshot and `target` in one write; rows follow. `false`: nobody came, or somebody changed the post. */
export const addJoiners = async (deps: BroadcastDeps, turn: Turn, rows: Rows): Promise<boolean> => {
  const { broadcast, now } = turn;
  const joiners = await findJoiners(deps, turn, rows);
  if (joiners.length === 0) return false;
  const parts = await keepSnapshot(deps.contents)(broadcast, joiners, now);
  const grown = {
    ...broadcast,
    snapshots: [...broadcast.snapshots, ...parts],
    target: broadcast.target + joiners.length,
  };
  const told = { step: 'joined', reason: `${joiners.length} 人`, now, wakes: false };
  return (await deps.broadcasts.change(broadcast, grown, told)) !== undefined;
};

/** Why somebody whom the directory doesn't show isn't waited for. */
const goneBecause = async ({ people }: BroadcastDeps, person: string): Promise<string | undefined> =>
  (await people.find(person))?.left?.reason;

const isOver = ({ state }: Delivery): boolean => state === 'confirmed' || state === 'excluded';

/** Who has left isn't waited for from the same day on; who has confirmed stays confirmed. Answers how many. */
export const excludeLeavers = async (deps: BroadcastDeps, rows: Rows): Promise<number> => {
  const here = new Set((await deps.people.listHere()).map(({ person }) => person));
  let excluded = 0;
  for (const row of rows.filter((each) => !isOver(each) && !here.has(each.recipient))) {
    const reason = await goneBecause(deps, row.recipient);
    if (reason !== undefined && (await deps.deliveries.exclude(row, reason))) excluded += 1;
  }
  return excluded;
};

/** What the directory said of them, and may say no longer. */
const mayPass: readonly string[] = ['not_activated', 'out_of_scope'];

/** Who has signed in since, or is visible again, gets it after all. */
export const readmitReachable = async (deps: BroadcastDeps, rows: Rows, hash: string): Promise<number> => {
  const here = await deps.people.listHere();
  const reachable = new Set(
    here.filter(({ notActivated }) => notActivated !== true).map(({ person }) => person),
  );
  let readmitted = 0;
  for (const row of rows) {
    const { state, reason = '', recipient } = row;
    if (state !== 'excluded' || !mayPass.includes(reason) || !reachable.has(recipient)) continue;
    if (await deps.deliveries.readmit(row, { hash, reason, now: deps.now() })) readmitted += 1;
  }
  return readmitted;
};
