import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { PostCards } from './post-cards.ts';
import { type DoneDeps, recordDone } from './record-done.ts';

export type SettleCardsDeps = DoneDeps & {
  readonly deliveries: Pick<Deliveries, 'find' | 'want'>;
  readonly contents: Contents;
  readonly accounts: readonly Account[];
  readonly cards: Pick<PostCards, 'closed'>;
  readonly workbenchUrl: string;
};

const mark = 'cards-close';
/** Each round somebody else changed the row in between. */
const maxRounds = 5;

const isOpen = ({ messageId, confirmed, wanted }: Delivery, hash: string): boolean =>
  messageId !== undefined && !confirmed && wanted?.hash !== hash;

/** Under the row that was read: of who confirms in between the card that says so stays. */
const wantOne = async (
  { deliveries }: SettleCardsDeps,
  row: Delivery,
  { hash, now }: { readonly hash: string; readonly now: Date },
): Promise<void> => {
  let own: Delivery | undefined = row;
  for (let round = 0; round < maxRounds && own && isOpen(own, hash); round += 1) {
    if (await deliveries.want(own, { hash, now })) return;
    own = await deliveries.find(row);
  }
};

/** When a post that had to be confirmed has ended: whoever hasn't confirmed is led to its page. One content for everybody. */
export const settleCards =
  (deps: SettleCardsDeps) =>
  async (broadcast: Broadcast, rows: readonly Delivery[], now: Date): Promise<undefined> => {
    const { state, mustConfirm, done } = broadcast;
    const account = deps.accounts.find(({ id }) => id === broadcast.account);
    if (!account || state !== 'closed' || !mustConfirm || done.includes(mark)) return;
    const card = deps.cards.closed({ account, broadcast }, { workbenchUrl: deps.workbenchUrl });
    const id = deliveryElementId(personalSubject(broadcast), '');
    const { hash } = await keepCard(deps.contents)(card, { id });
    await someAtOnce(
      rows.filter((row) => isOpen(row, hash)),
      (row) => wantOne(deps, row, { hash, now }),
    );
    await recordDone(deps)(broadcast, [mark], now);
  };
