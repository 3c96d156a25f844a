import { haltedBy, haltOf } from '../../shared/broadcasts/auto-pause.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { followUp, rowsOf } from './follow-up.ts';
import { missingWords, planGroups } from './groups.ts';
import { planPeople } from './plan-people.ts';
import { tellEditors } from './tell.ts';
import { again, type BroadcastDeps, later, type Next, rest, type Turn } from './turn.ts';

/** While cards leave; a tick looks as often as this within its minute. */
const lookEveryMs = 10_000;

const tellOfGroups = async (deps: BroadcastDeps, turn: Turn, missing: readonly string[]): Promise<void> => {
  if (missing.length === 0) return;
  const text = `${missing.length} 个群没有发到：${missingWords(turn.account, missing)}`;
  await tellEditors(deps, turn, { what: 'groups', title: '有群没有发到', text });
};

const planAll = async (deps: BroadcastDeps, turn: Turn): Promise<Next> => {
  const { broadcast, now } = turn;
  if (!(await planPeople(deps, turn, broadcast.snapshots))) return later;
  await tellOfGroups(deps, turn, await planGroups(deps, turn));
  const planned = { ...broadcast, plannedAt: deps.now().toISOString() };
  await deps.broadcasts.change(broadcast, planned, { step: 'planned', now, wakes: false });
  return again;
};

/** Nobody has tried it yet: it stands in the queue, is on its way, or waits for the end of a pause. */
const isUntried = ({ state, reason }: Delivery): boolean =>
  ['planned', 'claimed'].includes(state) || (state === 'held' && reason === 'post_paused');

const watch = async (deps: BroadcastDeps, turn: Turn): Promise<Next> => {
  const { broadcast, now } = turn;
  const rows = await rowsOf(deps, turn);
  const halt = haltOf(broadcast, rows);
  if (halt) {
    const told = { step: 'pause', reason: halt.reason, now, wakes: true };
    await deps.broadcasts.change(broadcast, haltedBy(broadcast, halt, now), told);
    return again;
  }
  await followUp(deps, turn, rows);
  if (rows.some(isUntried)) return rest(new Date(now.getTime() + lookEveryMs));
  const open = { ...broadcast, state: 'open', openedAt: now.toISOString() } as const;
  await deps.broadcasts.change(broadcast, open, { step: 'opened', now, wakes: false });
  return again;
};

/** Everybody who is meant gets a row; then it is watched until everybody was tried. */
export const sendToAll =
  (deps: BroadcastDeps) =>
  (turn: Turn): Promise<Next> =>
    (turn.broadcast.plannedAt === undefined ? planAll : watch)(deps, turn);
