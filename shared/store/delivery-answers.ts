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

/** What is wanted is sent once more when the click is answered, unless the answer carries it. */
const doubt = {
  set: ', #work = :work, dueShard = :shard, dueAt = :after REMOVE shown',
  names: { '#work': 'work' },
  values: { ':work': 'now', ':shard': 'due' },
};

/**
 * A click is being answered: until that has settled, nothing else may change the copy, or Feishu takes the answer back.
 * Whoever presses what the card that is said to be shown doesn't have any more never got it: its answer was lost.
 */
export const guardClick =
  (rows: Rows) =>
  async (delivery: Delivery, at: Date): Promise<void> => {
    const isDoubtful = delivery.shown?.final === true && delivery.frozen === undefined;
    await rows.update(keyOf(delivery), {
      UpdateExpression: `SET refreshAfter = :after${isDoubtful ? doubt.set : ''}`,
      ConditionExpression: onScreen,
      ExpressionAttributeNames: { '#state': 'state', ...(isDoubtful && doubt.names) },
      ExpressionAttributeValues: {
        ...onScreenValues,
        // The answer leaves at most 3 s after the click, and the guard begins when it has left.
        ':after': later(at, 2 * clickGuardMs),
        ...(isDoubtful && doubt.values),
      },
    });
  };

export type Answers = {
  readonly recordShown: (delivery: Delivery, shown: ShownByAnswer) => Promise<Delivery | undefined>;
  readonly guardClick: (delivery: Delivery, at: Date) => Promise<void>;
};
