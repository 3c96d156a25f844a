import type { Account } from '../../shared/broadcasts/account.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { type CopiesDeps, showConfirmed } from '../../shared/broadcasts/confirmed-copies.ts';
import { faceOf } from '../../shared/broadcasts/post-card.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { Delivery } from '../../shared/store/delivery.ts';

export type SettleConfirmedDeps = CopiesDeps & { readonly accounts: readonly Account[] };

/** The click or the page that confirmed is still changing the card, or waits for the store. */
const answeringMs = 60_000;

type Behind = Delivery & { readonly confirmed: NonNullable<Delivery['confirmed']> };

/** Its confirmation is written, and the card that says so never was. */
const isBehind =
  (now: Date) =>
  (row: Delivery): row is Behind =>
    row.messageId !== undefined &&
    row.confirmed !== undefined &&
    row.wanted?.final !== true &&
    Date.parse(row.confirmed.at) < now.getTime() - answeringMs;

/** Own cards of those who have confirmed say so, also when whatever recorded it died, or the store was away, right after. */
export const settleConfirmed =
  (deps: SettleConfirmedDeps) =>
  async (post: Broadcast, rows: readonly Delivery[], now: Date): Promise<undefined> => {
    const account = deps.accounts.find(({ id }) => id === post.account);
    const face = account && faceOf(post, account);
    if (!face || post.recalled) return;
    await someAtOnce(rows.filter(isBehind(now)), ({ recipient, confirmed }) =>
      showConfirmed(deps)({ face, post, confirmed }, recipient),
    );
  };
