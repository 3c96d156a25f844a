import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { placeOf } from '../../shared/broadcasts/reach.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { rowsOf } from './follow-up.ts';
import type { BroadcastDeps, Turn } from './turn.ts';

const stretch = 400;

/** Once it has ended nothing leaves any more. The drainer says it of those that it comes to (post-objection). */
export const endedBecause = ({ state }: Pick<Broadcast, 'state'>): string | undefined =>
  state === 'closed' ? 'post_closed' : state === 'recalled' ? 'post_recalled' : undefined;

/** A try of which nobody has heard may have arrived: it is settled, not set aside. */
const mayBeDismissed = (row: Delivery): boolean =>
  placeOf(row) === 'queued' && row.state !== 'claimed' && row.sending === undefined;

/**
 * It has ended: what waits in the queue, perhaps till tomorrow morning, says at once that it won't leave, so that the figures
 * of the end are those that stay. Rows as they are after that; `undefined` when it couldn't be ended.
 */
export const dismissUnsent = async (
  deps: BroadcastDeps,
  turn: Turn,
  rows: readonly Delivery[],
): Promise<readonly Delivery[] | undefined> => {
  const reason = endedBecause(turn.broadcast);
  const waiting = rows.filter(mayBeDismissed);
  if (reason === undefined || waiting.length === 0) return rows;
  for (let from = 0; from < waiting.length; from += stretch) {
    if (!(await turn.goOn())) return undefined;
    await someAtOnce(waiting.slice(from, from + stretch), (row) => deps.deliveries.dismiss(row, reason));
  }
  return rowsOf(deps, turn);
};
