import { findMeant } from '../../shared/broadcasts/audience.ts';
import { broadcastOf } from '../../shared/broadcasts/broadcast.ts';
import { keepSnapshot, membersOf, type SnapshotMember } from '../../shared/broadcasts/snapshot.ts';
import { dayOf } from '../../shared/calendar/day.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { validUntil } from './plan-people.ts';
import type { BroadcastDeps, Turn } from './turn.ts';

type Rows = readonly Delivery[];

/** Whether any account has given them a post today already. */
const hadOneToday = async (
  { deliveries }: BroadcastDeps,
  { broadcast, now }: Turn,
  person: string,
): Promise<boolean> =>
  (await deliveries.listOfPerson(person, dayOf(now))).some(({ subject, state }) => {
    const of = broadcastOf(subject);
    return of?.part === 'personal' && of.broadcast !== broadcast.broadcast && state !== 'excluded';
  });

/**
 * Their one post of today is this one: written down before they are counted, because posts are looked at side by side, and
 * rows follow later, after a crash much later.
 */
const takeDay = async (
  { cursors }: BroadcastDeps,
  { broadcast, now }: Turn,
  person: string,
): Promise<boolean> => {
  const day = dayOf(now);
  const own = `${day} ${broadcast.broadcast}`;
  const taken = await cursors.find(`joiner:${person}`);
  if (taken === own) return true;
  return !taken?.startsWith(day) && cursors.move(`joiner:${person}`, taken, own);
};

/** Who comes gets one post a day, of all accounts together, where the account says so. */
const mayHaveIt = async (deps: BroadcastDeps, turn: Turn, person: string): Promise<boolean> =>
  !turn.account.joinersOnePerDay ||
  (!(await hadOneToday(deps, turn, person)) && (await takeDay(deps, turn, person)));

/** Whoever nothing can reach yet only gets their row: they are asked about again when something can. */
const oneADay = async (
  deps: BroadcastDeps,
  turn: Turn,
  joiners: readonly SnapshotMember[],
): Promise<readonly SnapshotMember[]> => {
  const free = await someAtOnce(
    joiners,
    async ({ person, unreachable }) => unreachable !== undefined || (await mayHaveIt(deps, turn, person)),
  );
  return joiners.filter((_, index) => free[index]);
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

/** What the directory said of them, and may say no longer: an account thaws, and whoever has left may come back. */
const mayPass: readonly string[] = ['not_activated', 'out_of_scope', 'frozen', 'left_company'];

type Back = { readonly row: Delivery; readonly hash: string };

/** Who has the card keeps it, and has taken nothing of today; the others have just come, too. */
const takeBack = async (deps: BroadcastDeps, turn: Turn, { row, hash }: Back): Promise<boolean> => {
  const { reason = '', recipient, shown } = row;
  if (shown) return (await deps.deliveries.reinstate(row, reason)) !== undefined;
  if (!(await mayHaveIt(deps, turn, recipient))) return false;
  const how = { hash, reason, now: deps.now(), validUntil: validUntil(turn) };
  return (await deps.deliveries.readmit(row, how)) !== undefined;
};

/** Who has signed in since, is visible again or works here again: gets it after all, or is waited for again. */
export const readmitReachable = async (
  deps: BroadcastDeps,
  turn: Turn,
  { rows, hash }: { readonly rows: Rows; readonly hash: string },
): Promise<number> => {
  const here = await deps.people.listHere();
  const reachable = new Set(
    here.filter(({ notActivated }) => notActivated !== true).map(({ person }) => person),
  );
  let readmitted = 0;
  for (const row of rows) {
    const { state, reason = '', recipient } = row;
    if (state !== 'excluded' || !mayPass.includes(reason) || !reachable.has(recipient)) continue;
    if (await takeBack(deps, turn, { row, hash })) readmitted += 1;
  }
  return readmitted;
};
