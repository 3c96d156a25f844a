import { dayOf } from '../calendar/day.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Delivery, DeliveryRow } from '../store/delivery.ts';
import { postLeaseMs, unclaimedMs } from '../store/delivery-sends.ts';

export type Wish = Pick<Delivery, 'subject' | 'recipient' | 'sender' | 'receiveIdType' | 'receiveId'> & {
  /** SHA-256 of the content, which is stored already. */
  readonly hash?: string;
  readonly eventAt: Date;
  readonly validUntil?: Date;
  readonly degraded?: string | undefined;
  readonly lane?: Delivery['lane'];
  readonly urgency?: Delivery['urgency'];
  readonly atWorkUntil?: Date | undefined;
  readonly decidedBy?: Readonly<Record<string, string>>;
  /** 加急 in the app, once it was accepted. */
  readonly buzz?: boolean;
};

const momentsOf = ({ validUntil, atWorkUntil }: Wish): Partial<DeliveryRow> => ({
  ...(validUntil && { validUntil: validUntil.toISOString() }),
  ...(atWorkUntil && { atWorkUntil: atWorkUntil.toISOString() }),
});

const rowOf = (wish: Wish, now: Date): DeliveryRow => ({
  subject: wish.subject,
  recipient: wish.recipient,
  state: 'planned',
  sender: wish.sender,
  receiveIdType: wish.receiveIdType,
  receiveId: wish.receiveId,
  ...(wish.hash && { wanted: { version: 1, hash: wish.hash } }),
  generation: 1,
  attempt: 0,
  eventAt: wish.eventAt.toISOString(),
  plannedAt: now.toISOString(),
  ...momentsOf(wish),
  ...(wish.degraded && { degraded: wish.degraded }),
  ...(wish.lane && { lane: wish.lane }),
  ...(wish.urgency && { urgency: wish.urgency }),
  ...(wish.decidedBy && { decidedBy: { ...wish.decidedBy } }),
  ...(wish.buzz && { buzz: true }),
  daySubject: `${dayOf(now)}#${wish.subject}`,
});

/** A row for later: whoever planned it sends it at its time. `false` when it is planned already. */
export const planDelivery =
  (deliveries: Deliveries) =>
  (wish: Wish, now: Date): Promise<boolean> =>
    deliveries.put(rowOf(wish, now));

/** A row for now that its planner can't send in time, or may not send: the stream wakes `deliver`, the sweep is behind the stream. */
export const planForDeliver =
  (deliveries: Deliveries) =>
  (wish: Wish, now: Date): Promise<boolean> =>
    deliveries.put({
      ...rowOf(wish, now),
      work: 'now',
      dueShard: 'due',
      dueAt: new Date(now.getTime() + unclaimedMs).toISOString(),
    });

/** A row that the one drainer sends in its turn; the last one of a plan wakes it. */
export const planBulk =
  (deliveries: Deliveries) =>
  (wish: Wish, now: Date, { wakes }: { readonly wakes: boolean }): Promise<boolean> =>
    deliveries.put({
      ...rowOf({ ...wish, lane: 'bulk' }, now),
      dueShard: 'bulk',
      dueAt: now.toISOString(),
      ...(wakes && { work: 'bulk' }),
    });

/** A row that says why nothing is sent: suppressed(reason) or excluded(reason). */
export const planNothing =
  (deliveries: Deliveries) =>
  (wish: Wish, why: { state: 'suppressed' | 'excluded'; reason: string; now: Date }): Promise<boolean> =>
    deliveries.put({ ...rowOf(wish, why.now), state: why.state, reason: why.reason });

/**
 * A row for now: claimed by the write that creates it, so that its planner sends at once; the sweep finds it when its
 * lease runs out. `undefined` when somebody planned it before.
 */
export const planAndClaim =
  (deliveries: Deliveries) =>
  async (wish: Wish, now: Date): Promise<Delivery | undefined> => {
    const planned = rowOf(wish, now);
    const leaseUntil = new Date(now.getTime() + postLeaseMs).toISOString();
    const claimed: DeliveryRow = {
      ...planned,
      state: 'claimed',
      attempt: 1,
      leaseUntil,
      firstTriedAt: now.toISOString(),
      ...(planned.wanted && { sending: planned.wanted }),
      dueShard: 'due',
      dueAt: leaseUntil,
    };
    return (await deliveries.put(claimed)) ? claimed : undefined;
  };
