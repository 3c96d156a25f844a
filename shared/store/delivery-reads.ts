/** What its person did with a message: read it, opened what it is about, confirmed it. */
import type { Confirmation, Delivery, DeliveryKey } from './delivery.ts';
import { keyOf, type Rows } from './delivery-key.ts';

/** The first read counts; a later event changes nothing. Who had confirmed on a page stays confirmed. */
export const recordRead =
  (rows: Rows) =>
  async (key: DeliveryKey, readAt: Date): Promise<Delivery | undefined> => {
    const at = readAt.toISOString();
    const read = await rows.update(keyOf(key), {
      UpdateExpression: 'SET #state = :read, readAt = :at',
      ConditionExpression: '#state = :accepted',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':read': 'read', ':accepted': 'accepted', ':at': at },
    });
    return (
      read ??
      rows.update(keyOf(key), {
        UpdateExpression: 'SET readAt = :at',
        ConditionExpression: '#state = :confirmed AND attribute_not_exists(readAt)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':confirmed': 'confirmed', ':at': at },
      })
    );
  };

/** The first time counts; `undefined` when it was opened before, or was never planned. */
export const recordOpened =
  (rows: Rows) =>
  (key: DeliveryKey, openedAt: Date): Promise<Delivery | undefined> =>
    rows.update(keyOf(key), {
      UpdateExpression: 'SET openedAt = :at',
      ConditionExpression: 'attribute_exists(subject) AND attribute_not_exists(openedAt)',
      ExpressionAttributeValues: { ':at': openedAt.toISOString() },
    });

/** A card on the screen keeps what a change of it has claimed. */
const onScreenConfirmed = {
  UpdateExpression: 'SET #state = :confirmed, confirmed = :how',
  ConditionExpression: '#state IN (:accepted, :read)',
  ExpressionAttributeNames: { '#state': 'state' },
};
/** A page can be confirmed before its card has left, and when none will: then none does. For a rehearsal there is no page. */
const unsentConfirmed = {
  UpdateExpression: 'SET #state = :confirmed, confirmed = :how REMOVE leaseUntil, dueShard, dueAt, #work',
  ConditionExpression:
    '#state IN (:planned, :claimed, :held, :failed) OR (#state = :suppressed AND reason <> :rehearsal)',
  ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
};

const unsentStates = {
  ':planned': 'planned',
  ':claimed': 'claimed',
  ':held': 'held',
  ':failed': 'failed',
  ':suppressed': 'suppressed',
  ':rehearsal': 'rehearsal',
};

/** Its person has read and understood, once. `undefined` when it is confirmed already, or was never meant for them. */
export const recordConfirmed =
  (rows: Rows) =>
  async (key: DeliveryKey, confirmed: Confirmation): Promise<Delivery | undefined> => {
    const values = { ':confirmed': 'confirmed', ':how': confirmed };
    const shown = await rows.update(keyOf(key), {
      ...onScreenConfirmed,
      ExpressionAttributeValues: { ...values, ':accepted': 'accepted', ':read': 'read' },
    });
    if (shown) return shown;
    const unsent = await rows.update(keyOf(key), {
      ...unsentConfirmed,
      ExpressionAttributeValues: { ...values, ...unsentStates },
    });
    if (unsent) return unsent;
    // It was accepted in between: nothing but these two moves a row out of both.
    return rows.update(keyOf(key), {
      ...onScreenConfirmed,
      ExpressionAttributeValues: { ...values, ':accepted': 'accepted', ':read': 'read' },
    });
  };

export type Reactions = {
  readonly recordRead: (key: DeliveryKey, readAt: Date) => Promise<Delivery | undefined>;
  readonly recordOpened: (key: DeliveryKey, openedAt: Date) => Promise<Delivery | undefined>;
  readonly recordConfirmed: (key: DeliveryKey, confirmed: Confirmation) => Promise<Delivery | undefined>;
};
