import type { Ending } from '../../shared/delivery/send.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery, DeliveryKey } from '../../shared/store/delivery.ts';

export type CatchUpDeps = {
  readonly deliveries: Deliveries;
  readonly send: (delivery: Delivery) => Promise<Ending>;
};

/** Sends what its planner didn't: whoever holds a live claim keeps it. */
export const catchUp =
  ({ deliveries, send }: CatchUpDeps) =>
  async (key: DeliveryKey, now: Date): Promise<void> => {
    const delivery = await deliveries.find(key);
    if (delivery && (delivery.state === 'planned' || isDue(delivery, now))) await send(delivery);
  };

const isDue = ({ dueAt }: Delivery, now: Date): boolean =>
  dueAt !== undefined && Date.parse(dueAt) <= now.getTime();

type Swept = {
  readonly due: number;
  readonly accepted: number;
  readonly broken: number;
  /** How long the oldest had been due when the sweep came; the alarm rises above 120. */
  readonly oldestDueSeconds: number;
};

/** Claims whose holder died, holds whose time has come, and tries that were put off. */
export const catchUpDue =
  ({ deliveries, send }: CatchUpDeps) =>
  async (now: Date): Promise<Swept> => {
    const keys = await deliveries.listDue(now);
    const [oldest] = keys;
    const sendOne = async (key: DeliveryKey): Promise<Ending | 'broken'> => {
      try {
        const delivery = await deliveries.find(key);
        return delivery && isDue(delivery, now) ? await send(delivery) : 'taken';
      } catch (error) {
        // One row that can't be read or sent must not keep the others back, minute after minute.
        log.error('delivery_broken', { subject: key.subject, ...errorFields(error) });
        return 'broken';
      }
    };
    const endings = await Promise.all(keys.map(sendOne));
    const count = (ending: Ending | 'broken'): number => endings.filter((each) => each === ending).length;
    return {
      due: keys.length,
      accepted: count('accepted'),
      broken: count('broken'),
      oldestDueSeconds: oldest ? Math.round((now.getTime() - Date.parse(oldest.dueAt)) / 1000) : 0,
    };
  };
