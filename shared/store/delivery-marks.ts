/** Marks beside the state of a message that is on a screen: 加急 that rings once, a card at the top of its chat. */
import type { Delivery } from './delivery.ts';
import { keyOf, type Rows } from './delivery-key.ts';
import { onScreen, onScreenValues } from './delivery-refreshes.ts';

/** Nobody else rings for it from now on; `undefined` when somebody has, or nothing is to ring. */
export const claimBuzz =
  (rows: Rows) =>
  (delivery: Delivery, at: Date): Promise<Delivery | undefined> =>
    rows.update(keyOf(delivery), {
      UpdateExpression: 'SET buzzedAt = :at',
      ConditionExpression: `buzz = :true AND attribute_not_exists(buzzedAt) AND ${onScreen}`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ...onScreenValues, ':true': true, ':at': at.toISOString() },
    });

/** Feishu refused it for now: whoever looks next may ring. */
export const releaseBuzz =
  (rows: Rows) =>
  async (delivery: Delivery): Promise<void> => {
    await rows.update(keyOf(delivery), {
      UpdateExpression: 'REMOVE buzzedAt',
      ConditionExpression: 'buzzedAt = :at',
      ExpressionAttributeValues: { ':at': delivery.buzzedAt ?? '' },
    });
  };

/** It stands at the top of its chat; `undefined` when somebody has recorded that before. */
export const recordPinned =
  (rows: Rows) =>
  (delivery: Delivery, at: Date): Promise<Delivery | undefined> =>
    rows.update(keyOf(delivery), {
      UpdateExpression: 'SET pinnedAt = :at',
      ConditionExpression: `attribute_not_exists(pinnedAt) AND ${onScreen}`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ...onScreenValues, ':at': at.toISOString() },
    });

export type Marks = {
  readonly recordPinned: (delivery: Delivery, at: Date) => Promise<Delivery | undefined>;
  readonly claimBuzz: (delivery: Delivery, at: Date) => Promise<Delivery | undefined>;
  readonly releaseBuzz: (delivery: Delivery) => Promise<void>;
};
