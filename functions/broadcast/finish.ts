import { dismissUnsent } from './dismiss.ts';
import { followUp } from './follow-up.ts';
import { allRows } from './plan-people.ts';
import { type BroadcastDeps, later, type Next, rest, type Turn } from './turn.ts';

/** It has ended: what its editors have to know of that is told; what can't be told yet is tried again. */
export const finish =
  (deps: BroadcastDeps) =>
  async (turn: Turn): Promise<Next> => {
    const all = await allRows(deps, turn);
    const rows = all && (await dismissUnsent(deps, turn, all));
    return rows ? rest(await followUp(deps, turn, rows)) : later;
  };
