import { ConflictError } from '../errors.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { DeliveryKey } from '../store/delivery.ts';

export type WantDeps = { readonly deliveries: Deliveries; readonly now: () => Date };

/** `same`: wanted already. `over`: there is no row, or it ended without a message. */
export type Wanted = 'wanted' | 'same' | 'over';

/** Each round somebody else changed the row in between; a row changes a dozen times in its life. */
const maxRounds = 20;

const ended = ['suppressed', 'excluded'];

/**
 * Changes what a delivery should show; `deliver` is woken and closes the difference. Ten quick changes make one PATCH.
 * `final`: nothing will follow it, so economy does not skip it. The content must be stored already.
 */
export const wantContent =
  ({ deliveries, now }: WantDeps) =>
  async (key: DeliveryKey, { hash, final }: { hash: string; final?: boolean }): Promise<Wanted> => {
    for (let round = 0; round < maxRounds; round += 1) {
      const delivery = await deliveries.find(key);
      if (!delivery || ended.includes(delivery.state)) return 'over';
      if (delivery.wanted?.hash === hash) return 'same';
      if (await deliveries.want(delivery, { hash, final, now: now() })) return 'wanted';
    }
    throw new ConflictError('changed_meanwhile', 'the delivery changed in every round');
  };
