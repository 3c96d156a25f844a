import { followUp, rowsOf } from './follow-up.ts';
import { excludeLeavers } from './joiners.ts';
import { close, closesBecause, hasPassed, nextLook } from './open.ts';
import { tellOfPause } from './tell.ts';
import { type BroadcastDeps, type Next, rest, type Turn } from './turn.ts';

/** Nothing leaves; whoever leaves the company isn't waited for all the same, and its deadline ends it. */
export const followPaused =
  (deps: BroadcastDeps) =>
  async (turn: Turn): Promise<Next> => {
    const { broadcast, now } = turn;
    await tellOfPause(deps, turn);
    const before = await rowsOf(deps, turn);
    const left = await excludeLeavers(deps, before);
    const rows = left > 0 ? await rowsOf(deps, turn) : before;
    const because = hasPassed(broadcast.deadlineAt, now) ? closesBecause(turn, rows) : undefined;
    // What it was paused for stays on it: its report says that it ended so.
    if (because) return close(deps, turn, because);
    return rest(nextLook(turn, await followUp(deps, turn, rows)));
  };
