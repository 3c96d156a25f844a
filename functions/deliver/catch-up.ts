import { needsRefresh, type Refreshing } from '../../shared/delivery/refresh.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery, DeliveryKey } from '../../shared/store/delivery.ts';
import { isShown } from '../../shared/store/delivery-refreshes.ts';

export type CatchUpDeps = {
  readonly deliveries: Deliveries;
  readonly send: (delivery: Delivery) => Promise<Ending>;
  readonly refresh: (delivery: Delivery) => Promise<Refreshing>;
};

type Caught = Ending | Refreshing;

const closeDifference = ({ send, refresh }: CatchUpDeps, delivery: Delivery): Promise<Caught> =>
  isShown(delivery) ? refresh(delivery) : send(delivery);

/** Sends what its planner didn't, refreshes what should show something else: whoever holds a live claim keeps it. */
export const catchUp =
  (deps: CatchUpDeps) =>
  async (key: DeliveryKey, now: Date): Promise<void> => {
    const delivery = await deps.deliveries.find(key);
    // The drainer's queue is in order: only what is on a screen already is ours.
    if (!delivery || (delivery.lane === 'bulk' && !isShown(delivery))) return;
    if (delivery.state === 'planned' || isDue(delivery, now) || needsRefresh(delivery, now))
      await closeDifference(deps, delivery);
  };

const isDue = ({ dueAt }: Delivery, now: Date): boolean =>
  dueAt !== undefined && Date.parse(dueAt) <= now.getTime();

type Swept = {
  readonly due: number;
  readonly accepted: number;
  readonly refreshed: number;
  readonly broken: number;
  /** How long the oldest had been due when the sweep came; the alarm rises above 120. */
  readonly oldestDueSeconds: number;
};

/** Claims whose holder died, holds whose time has come, tries and refreshes that were put off. */
export const catchUpDue =
  (deps: CatchUpDeps) =>
  async (now: Date): Promise<Swept> => {
    const { deliveries } = deps;
    const keys = await deliveries.listDue(now);
    const [oldest] = keys;
    const sendOne = async (key: DeliveryKey): Promise<Caught | 'broken'> => {
      try {
        const delivery = await deliveries.find(key);
        return delivery && isDue(delivery, now) ? await closeDifference(deps, delivery) : 'taken';
      } catch (error) {
        // One row that can't be read or sent must not keep the others back, minute after minute.
        log.error('delivery_broken', { subject: key.subject, ...errorFields(error) });
        return 'broken';
      }
    };
    const endings = await Promise.all(keys.map(sendOne));
    const count = (ending: Caught | 'broken'): number => endings.filter((each) => each === ending).length;
    return {
      due: keys.length,
      accepted: count('accepted'),
      refreshed: count('refreshed'),
      broken: count('broken'),
      oldestDueSeconds: oldest ? Math.round((now.getTime() - Date.parse(oldest.dueAt)) / 1000) : 0,
    };
  };
