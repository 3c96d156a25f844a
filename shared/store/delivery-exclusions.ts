/** Who stops being meant, who can be reached after all, and what nobody sends any more. */
import type { Delivery, DeliveryKey } from './delivery.ts';
import { keyOf, type Rows } from './delivery-key.ts';

const mayBeExcluded = '#state IN (:planned, :held, :failed, :accepted, :read, :suppressed)';
const states = {
  ':planned': 'planned',
  ':held': 'held',
  ':failed': 'failed',
  ':accepted': 'accepted',
  ':read': 'read',
  ':suppressed': 'suppressed',
};

/**
 * Its person has left: nothing is waited for any more. `undefined` for one that has confirmed, that is excluded already, or
 * that is on its way right now; what was shown and read stays on the row.
 */
export const exclude =
  (rows: Rows) =>
  (key: DeliveryKey, reason: string): Promise<Delivery | undefined> =>
    rows.update(keyOf(key), {
      UpdateExpression: 'SET #state = :excluded, reason = :reason REMOVE leaseUntil, dueShard, dueAt, #work',
      ConditionExpression: mayBeExcluded,
      ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
      ExpressionAttributeValues: { ...states, ':excluded': 'excluded', ':reason': reason },
    });

/**
 * What it belongs to has ended: it won't leave, whenever its time would have come. `undefined` for what somebody holds, is
 * final, or may have left.
 */
export const dismiss =
  (rows: Rows) =>
  (delivery: Delivery, reason: string): Promise<Delivery | undefined> =>
    rows.update(keyOf(delivery), {
      UpdateExpression:
        'SET #state = :suppressed, reason = :reason REMOVE leaseUntil, dueShard, dueAt, #work',
      ConditionExpression:
        'attempt = :attempt AND #state IN (:planned, :held, :failed) AND attribute_exists(dueAt) AND ' +
        'attribute_not_exists(sending) AND attribute_not_exists(messageId)',
      ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
      ExpressionAttributeValues: {
        ':planned': 'planned',
        ':held': 'held',
        ':failed': 'failed',
        ':suppressed': 'suppressed',
        ':reason': reason,
        ':attempt': delivery.attempt,
      },
    });

export type Readmission = {
  /** The card that it shows. */
  readonly hash: string;
  /** What kept it out. */
  readonly reason: string;
  readonly now: Date;
  /** Till when it is worth sending; what was written when the post began may be over. */
  readonly validUntil: Date;
};

/**
 * Somebody whom nothing could reach is here now: their row joins the queue of the drainer, and `target` stays. One whose
 * message is known to have arrived while its row doesn't say so yet is looked at there, too, and not sent again.
 */
export const readmit =
  (rows: Rows) =>
  (key: DeliveryKey, { hash, reason, now, validUntil }: Readmission): Promise<Delivery | undefined> =>
    rows.update(keyOf(key), {
      UpdateExpression:
        'SET #state = :planned, wanted = :wanted, plannedAt = :now, validUntil = :until, dueShard = :bulk, ' +
        'dueAt = :now, lane = :bulk, #work = :bulk REMOVE reason, code, tries',
      ConditionExpression: '#state = :excluded AND reason = :reason AND attribute_not_exists(shown)',
      ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
      ExpressionAttributeValues: {
        ':planned': 'planned',
        ':excluded': 'excluded',
        ':reason': reason,
        ':wanted': { version: 1, hash },
        ':now': now.toISOString(),
        ':until': validUntil.toISOString(),
        ':bulk': 'bulk',
      },
    });

/** They are back and have the card: it is waited for again, as read if they had read it, and nothing is sent. */
export const reinstate =
  (rows: Rows) =>
  async (key: DeliveryKey, reason: string): Promise<Delivery | undefined> => {
    const as = (state: 'read' | 'accepted', readAt: string): Promise<Delivery | undefined> =>
      rows.update(keyOf(key), {
        UpdateExpression: 'SET #state = :state REMOVE reason',
        ConditionExpression: `#state = :excluded AND reason = :reason AND attribute_exists(shown) AND ${readAt}`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':state': state, ':excluded': 'excluded', ':reason': reason },
      });
    return (await as('read', 'attribute_exists(readAt)')) ?? as('accepted', 'attribute_not_exists(readAt)');
  };

export type Exclusions = {
  readonly exclude: (key: DeliveryKey, reason: string) => Promise<Delivery | undefined>;
  readonly dismiss: (delivery: Delivery, reason: string) => Promise<Delivery | undefined>;
  readonly readmit: (key: DeliveryKey, how: Readmission) => Promise<Delivery | undefined>;
  readonly reinstate: (key: DeliveryKey, reason: string) => Promise<Delivery | undefined>;
};
