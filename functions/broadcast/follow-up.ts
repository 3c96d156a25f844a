import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { BroadcastDeps, FollowUp, Turn } from './turn.ts';

const retryMs = 60_000;

type Look = Pick<Turn, 'broadcast' | 'now'> & { readonly rows: readonly Delivery[] };

const inTurn = async (
  follows: readonly FollowUp[],
  { broadcast, rows, now }: Look,
): Promise<readonly number[]> => {
  const wished: number[] = [];
  for (const follow of follows) {
    try {
      const at = await follow(broadcast, rows, now);
      if (at) wished.push(at.getTime());
    } catch (error) {
      // One that fails keeps neither the others nor the post.
      log.error('follow_up_broken', { broadcast: broadcast.broadcast, ...errorFields(error) });
      wished.push(now.getTime() + retryMs);
    }
  }
  return wished;
};

/** As it is now: what was looked up may have changed the post and its rows. */
const lookAgain = async (deps: BroadcastDeps, look: Look): Promise<Look> => {
  const broadcast = await deps.broadcasts.find(look.broadcast.broadcast);
  if (!broadcast || broadcast.revision === look.broadcast.revision) return look;
  return { ...look, broadcast, rows: await rowsOf(deps, { broadcast }) };
};

/**
 * What events have lost is looked up, then reports and reminders speak of it: each looks at the post for itself. When the
 * first of them wants the next look.
 */
export const followUp = async (
  deps: BroadcastDeps,
  { broadcast, now }: Turn,
  rows: readonly Delivery[],
): Promise<Date | undefined> => {
  const look = { broadcast, now, rows };
  const wished = await inTurn(deps.lookUps, look);
  const all = [...wished, ...(await inTurn(deps.followUps, await lookAgain(deps, look)))];
  return all.length === 0 ? undefined : new Date(Math.min(...all));
};

export const rowsOf = (
  { deliveries }: Pick<BroadcastDeps, 'deliveries'>,
  { broadcast }: Pick<Turn, 'broadcast'>,
): Promise<readonly Delivery[]> => deliveries.listOfSubject(personalSubject(broadcast));
