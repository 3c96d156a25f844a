import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { BroadcastDeps, Turn } from './turn.ts';

const retryMs = 60_000;

/** Reports, reminders, what events have lost: each looks at the post for itself. When the first of them wants the next look. */
export const followUp = async (
  { followUps }: BroadcastDeps,
  { broadcast, now }: Turn,
  rows: readonly Delivery[],
): Promise<Date | undefined> => {
  const wished: number[] = [];
  for (const follow of followUps) {
    try {
      const at = await follow(broadcast, rows, now);
      if (at) wished.push(at.getTime());
    } catch (error) {
      // One that fails keeps neither the others nor the post.
      log.error('follow_up_broken', { broadcast: broadcast.broadcast, ...errorFields(error) });
      wished.push(now.getTime() + retryMs);
    }
  }
  return wished.length === 0 ? undefined : new Date(Math.min(...wished));
};

export const rowsOf = (
  { deliveries }: Pick<BroadcastDeps, 'deliveries'>,
  { broadcast }: Pick<Turn, 'broadcast'>,
): Promise<readonly Delivery[]> => deliveries.listOfSubject(personalSubject(broadcast));
