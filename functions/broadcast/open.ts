import { haltedBy, haltOf } from '../../shared/broadcasts/auto-pause.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { isLeftOut, isWaitedFor } from '../../shared/broadcasts/reach.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { followUp, rowsOf } from './follow-up.ts';
import { addJoiners, excludeLeavers, readmitReachable } from './joiners.ts';
import { allRows, keepPersonal } from './plan-people.ts';
import { again, type BroadcastDeps, later, type Next, rest, type Turn } from './turn.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** In the first two hours most people read, and its report should end soon after the last one. */
const livelyMs = 2 * hourMs;
const livelyEveryMs = 10 * minuteMs;
/** Nobody has to do anything and no deadline ends it. */
const quietDays = 14;
const dayMs = 24 * hourMs;

type Because = NonNullable<Broadcast['closedBecause']>;

/** A post that stands for everybody who will come, as a policy does: only a deadline or a person ends it. */
const isStanding = ({ account, broadcast }: Turn): boolean =>
  account.joinersOnePerDay && broadcast.mustConfirm;

/** Whoever can be reached has done it: nobody is waited for, and nobody was left out. */
const isComplete = ({ broadcast }: Turn, rows: readonly Delivery[]): boolean =>
  rows.length >= broadcast.target &&
  !rows.some((row) => isWaitedFor(row, broadcast.mustConfirm) || isLeftOut(row));

export const hasPassed = (iso: string | undefined, now: Date): boolean =>
  iso !== undefined && Date.parse(iso) <= now.getTime();

const isQuiet = ({ broadcast, now }: Turn): boolean => {
  const { deadlineAt, openedAt, mustConfirm } = broadcast;
  if (mustConfirm || deadlineAt !== undefined || openedAt === undefined) return false;
  return now.getTime() - Date.parse(openedAt) >= quietDays * dayMs;
};

/**
 * Why it ends now: its deadline, everybody has done what was wanted, or 14 quiet days when nothing was. One that has to be
 * confirmed without a deadline, for joiners too (制度), stays open until somebody ends it.
 */
export const closesBecause = (turn: Turn, rows: readonly Delivery[]): Because | undefined => {
  const complete = isComplete(turn, rows);
  if (hasPassed(turn.broadcast.deadlineAt, turn.now)) return complete ? 'complete' : 'deadline';
  if (complete && !isStanding(turn)) return 'complete';
  return isQuiet(turn) ? 'quiet' : undefined;
};

export const close = async (
  deps: BroadcastDeps,
  { broadcast, now }: Turn,
  closedBecause: Because,
): Promise<Next> => {
  const closed: Broadcast = { ...broadcast, state: 'closed', closedAt: now.toISOString(), closedBecause };
  await deps.broadcasts.change(broadcast, closed, {
    step: 'closed',
    reason: closedBecause,
    now,
    wakes: false,
  });
  return again;
};

export const nextLook = ({ broadcast, now }: Turn, wished: Date | undefined): Date => {
  const openForMs = now.getTime() - Date.parse(broadcast.openedAt ?? now.toISOString());
  const usual = now.getTime() + (openForMs < livelyMs ? livelyEveryMs : hourMs);
  const deadline = broadcast.deadlineAt === undefined ? [] : [Date.parse(broadcast.deadlineAt)];
  const times = [usual, ...deadline, ...(wished ? [wished.getTime()] : [])];
  return new Date(Math.max(now.getTime() + 1_000, Math.min(...times)));
};

/** Who left, who can be reached by now: rows as they are after that. */
const followPeople = async (
  deps: BroadcastDeps,
  turn: Turn,
  rows: readonly Delivery[],
): Promise<readonly Delivery[]> => {
  const left = await excludeLeavers(deps, rows);
  const { hash } = await keepPersonal(deps, turn);
  const back = await readmitReachable(deps, turn, { rows, hash });
  return left + back > 0 ? rowsOf(deps, turn) : rows;
};

const lookAfter = async (deps: BroadcastDeps, turn: Turn, rows: readonly Delivery[]): Promise<Next> => {
  const { broadcast, now } = turn;
  const halt = haltOf(broadcast, rows);
  if (halt) {
    const told = { step: 'pause', reason: halt.reason, now, wakes: true };
    await deps.broadcasts.change(broadcast, haltedBy(broadcast, halt, now), told);
    return again;
  }
  const because = closesBecause(turn, rows);
  if (because) return close(deps, turn, because);
  return rest(nextLook(turn, await followUp(deps, turn, rows)));
};

/** Everybody was tried: whoever joins gets it, whoever leaves isn't waited for, the rest is reminded, until it ends. */
export const followOpen =
  (deps: BroadcastDeps) =>
  async (turn: Turn): Promise<Next> => {
    const rows = await allRows(deps, turn);
    if (!rows) return later;
    if (await addJoiners(deps, turn, rows)) return again;
    return lookAfter(deps, turn, await followPeople(deps, turn, rows));
  };
