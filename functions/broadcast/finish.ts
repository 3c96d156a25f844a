import { followUp, rowsOf } from './follow-up.ts';
import { type BroadcastDeps, type Next, rest, type Turn } from './turn.ts';

/** It has ended: what its editors have to know of that is told; what can't be told yet is tried again. */
export const finish =
  (deps: BroadcastDeps) =>
  async (turn: Turn): Promise<Next> =>
    rest(await followUp(deps, turn, await rowsOf(deps, turn)));
