/**
 * Follow-ups: alerts and abnormal lines of digests, who looks after them and how they ended. In the `digests` table,
 * which has no stream, one partition per month in which they came up.
 *
 * Access patterns
 *  put if absent      whoever puts one on a card (digest, alert)
 *  get by key         a click and the refresh it causes: the button carries both halves of the key
 *  change             feishu-cards: the row and the receipt that has the other copies refreshed, in one transaction
 *  of a month         the weekly card: what is open, what was closed last week
 */
import { monthOf } from '../calendar/day.ts';
import { type FollowUp, type FollowUpKey, followUpSchema } from '../follow-ups/follow-up.ts';
import { type ReceiptRow, receiptWrite } from './inbox.ts';
import { table, writeTogether } from './table.ts';

const keyOf = ({ item, since }: FollowUpKey) => ({ digest: `follow-ups#${monthOf(since)}`, window: item });

const asRead = (before: FollowUp) => ({
  ConditionExpression: 'version = :before',
  ExpressionAttributeValues: { ':before': before.version },
});

export type FollowUps = {
  /** `false` when it is there already. */
  readonly open: (followUp: FollowUp) => Promise<boolean>;
  readonly find: (key: FollowUpKey) => Promise<FollowUp | undefined>;
  /**
   * Replaces what was read by what follows from it, together with the receipts that tell what is left to do: both or
   * neither. `false` when it was changed in between.
   */
  readonly change: (before: FollowUp, after: FollowUp, receipts: readonly ReceiptRow[]) => Promise<boolean>;
  /** Of a month, `YYYY-MM`, by their item. */
  readonly listMonth: (month: string) => Promise<readonly FollowUp[]>;
};

/** `inbox` only where a change leaves something to do. */
export const followUps = (names: { readonly digests: string; readonly inbox?: string }): FollowUps => {
  const rows = table(names.digests, followUpSchema);
  return {
    open: (followUp) =>
      rows.put({ ...keyOf(followUp), ...followUp }, { ConditionExpression: 'attribute_not_exists(digest)' }),
    find: (key) => rows.get(keyOf(key)),
    change: (before, after, receipts) => {
      const Item = { ...keyOf(before), ...after, version: before.version + 1 };
      return writeTogether([
        { TableName: names.digests, Item, ...asRead(before) },
        ...receipts.map((receipt) => receiptWrite(names.inbox ?? '', receipt)),
      ]);
    },
    listMonth: (month) =>
      rows.query({
        KeyConditionExpression: 'digest = :month',
        ExpressionAttributeValues: { ':month': `follow-ups#${month}` },
      }),
  };
};
