/** The writes of an answer to a click, which carries the card of whoever clicked. */
import type { Delivery } from './delivery.ts';
import { keyOf, later, type Rows } from './delivery-key.ts';
import { clickGuardMs, onScreen, onScreenValues } from './delivery-refreshes.ts';

export type ShownByAnswer = {
  readonly hash: string;
  readonly at: Date;
  readonly final?: boolean | undefined;
};

/** A PATCH may land after now. */
const isOnItsWay = ({ leaseUntil, confirmAt, unsettled = false }: Delivery): boolean =>
  leaseUntil !== undefined || confirmAt !== undefined || unsettled;

/**
 * The clicker's own copy shows what the answer to the click carried. A refresh that is on its way would put an older card
 * over it, so then it is only wanted. Under the row as it was read: `undefined` when it has changed since.
 */
export const recordShown =
  (rows: Rows) =>
  (delivery: Delivery, { hash, at, final = false }: ShownByAnswer): Promise<Delivery | undefined> => {
    const isRefreshing = isOnItsWay(delivery);
    const before = delivery.wanted?.version ?? 0;
    return rows.update(keyOf(delivery), {
      UpdateExpression:
        'SET wanted = :card, refreshAfter = :after' +
        (isRefreshing
          ? ', #work = :work, dueShard = :shard, dueAt = :after'
          : ', shown = :card REMOVE #work, dueShard, dueAt'),
      ConditionExpression: `attempt = :attempt AND ${onScreen} AND wanted.version = :before`,
      ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
      ExpressionAttributeValues: {
        ...onScreenValues,
        ':attempt': delivery.attempt,
        ':before': before,
        ':card': { version: before + 1, hash, ...(final && { final }) },
        ':after': later(at, clickGuardMs),
        ...(isRefreshing && { ':work': 'now', ':shard': 'due' }),
      },
    });
  };

/**
 * Somebody has pressed what the card that is said to be shown doesn't have: what is on the screen isn't known, and what is
 * wanted is sent once more when the click is answered. Under the row as it was read.
 */
export const doubtShown =
  (rows: Rows) =>
  (delivery: Delivery, at: Date): Promise<Delivery | undefined> =>
    rows.update(keyOf(delivery), {
      UpdateExpression:
        'SET refreshAfter = :after, #work = :work, dueShard = :shard, dueAt = :after REMOVE shown',
      ConditionExpression: `attempt = :attempt AND ${onScreen} AND attribute_not_exists(frozen)`,
      ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
      ExpressionAttributeValues: {
        ...onScreenValues,
        ':attempt': delivery.attempt,
        ':after': later(at, clickGuardMs),
        ':work': 'now',
        ':shard': 'due',
      },
    });

export type Answers = {
  readonly recordShown: (delivery: Delivery, shown: ShownByAnswer) => Promise<Delivery | undefined>;
  readonly doubtShown: (delivery: Delivery, at: Date) => Promise<Delivery | undefined>;
};
