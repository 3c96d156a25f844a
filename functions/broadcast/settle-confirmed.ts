import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { faceOf, type PostFace, postCard } from '../../shared/broadcasts/post-card.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { SettleDeps } from './settle-reminders.ts';

export type SettleConfirmedDeps = Omit<SettleDeps, 'deliveries'> & { readonly accounts: readonly Account[] };

/** The click or the page that confirmed is still changing the card, or waits for the store. */
const answeringMs = 60_000;

/** Its confirmation is written, and the card that says so never was. */
const isBehind = ({ messageId, confirmed, wanted }: Delivery, now: Date): boolean =>
  messageId !== undefined &&
  confirmed !== undefined &&
  wanted?.final !== true &&
  Date.parse(confirmed.at) < now.getTime() - answeringMs;

/** Own cards of those who have confirmed say so, also when whatever recorded it died, or the store was away, right after. */
export const settleConfirmed =
  ({ accounts, contents, wantContent }: SettleConfirmedDeps) =>
  async (broadcast: Broadcast, rows: readonly Delivery[], now: Date): Promise<undefined> => {
    const account = accounts.find(({ id }) => id === broadcast.account);
    const face: PostFace | undefined = account && faceOf(broadcast, account);
    if (!face || broadcast.recalled) return;
    const id = deliveryElementId(personalSubject(broadcast), '');
    await someAtOnce(
      rows.filter((row) => isBehind(row, now)),
      async (row) => {
        const { confirmed } = row;
        if (!confirmed) return;
        const { hash } = await keepCard(contents)(postCard(face, { kind: 'confirmed', ...confirmed }), {
          id,
        });
        await wantContent(row, { hash, final: true });
      },
    );
  };
