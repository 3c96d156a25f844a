import { log } from '../log.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Delivery } from '../store/delivery.ts';
import type { Answer, TryDeps } from './tries.ts';

export type BuzzDeps = Pick<TryDeps, 'slots' | 'lane' | 'now'> & {
  readonly deliveries: Pick<Deliveries, 'claimBuzz' | 'releaseBuzz'>;
  /** One 加急 in the app. */
  readonly ring: (delivery: Delivery) => Promise<Answer<object>>;
};

/** No stream consumer waits longer than 2 s. */
const maxWaitMs = 2_000;

/**
 * 加急 of an accepted delivery, at most once: a phone that rings twice is worse than one that may not have rung, so what
 * ended without an answer is not repeated. What Feishu refuses for now is left to whoever looks at the row next.
 */
export const buzzOnce =
  ({ deliveries, slots, lane, ring, now }: BuzzDeps) =>
  async (delivery: Delivery): Promise<void> => {
    if (!delivery.buzz || delivery.buzzedAt !== undefined) return;
    if (!(await slots.take({ sender: delivery.sender, api: 'urgent' }, lane, maxWaitMs))) return;
    const claimed = await deliveries.claimBuzz(delivery, now());
    if (!claimed) return;
    const answer = await ring(claimed);
    if (answer.kind === 'accepted') return;
    log.warn('buzz_not_accepted', { subject: delivery.subject, code: answer.code });
    if (answer.kind === 'refused' && !answer.final) await deliveries.releaseBuzz(claimed);
  };
