import { failureLimit, haltedBy, haltOf } from '../../shared/broadcasts/auto-pause.ts';
import { broadcastOf } from '../../shared/broadcasts/broadcast.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';

type Send = (delivery: Delivery) => Promise<Ending>;

export type HaltDeps = {
  readonly send: Send;
  readonly broadcasts: Pick<Broadcasts, 'find' | 'change'>;
  readonly deliveries: Pick<Deliveries, 'listOfSubject'>;
  readonly now: () => Date;
};

/** What its rows say decides; whoever changes the post in between is met by the next failures. */
const haltIfFailing = async (deps: HaltDeps, id: string, subject: string): Promise<void> => {
  const post = await deps.broadcasts.find(id);
  if (!post || !['sending', 'open'].includes(post.state)) return;
  const halt = haltOf(post, await deps.deliveries.listOfSubject(subject));
  if (!halt) return;
  const now = deps.now();
  await deps.broadcasts.change(post, haltedBy(post, halt, now), {
    ...{ step: 'pause', reason: halt.reason, now, wakes: true },
  });
  log.warn('post_halted', { broadcast: id, mark: halt.mark });
};

/**
 * A send that looks at its post after every ten failures for good: the drainer is the only one who sees each of them, so a
 * post is paused within seconds; the tick of `broadcast` looks, too.
 */
export const haltingSend = (deps: HaltDeps): Send => {
  const failures = new Map<string, number>();
  return async (delivery) => {
    const ending = await deps.send(delivery);
    const of = broadcastOf(delivery.subject);
    if (ending !== 'failed' || of?.part !== 'personal') return ending;
    const count = (failures.get(of.broadcast) ?? 0) + 1;
    failures.set(of.broadcast, count);
    if (count % failureLimit.least === 0)
      await haltIfFailing(deps, of.broadcast, delivery.subject).catch((error: unknown) => {
        log.error('post_not_halted', { broadcast: of.broadcast, ...errorFields(error) });
      });
    return ending;
  };
};
