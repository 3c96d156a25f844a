import { type Outcome, settledCard } from '../../shared/broadcasts/settled-card.ts';
import { findCard } from '../../shared/delivery/keep-card.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { PostClick } from './broadcast-click.ts';
import type { CardReply, IsWaited } from './in-time.ts';
import type { CardDeps } from './own-copy.ts';
import { recordAnswer } from './ticket-copy.ts';

export type PostCopyDeps = {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly cardAnswer: CardDeps['cardAnswer'];
  readonly now: () => Date;
};

/**
 * The clicker's own copy. A forwarded card carries the same values, but what becomes of it is seen by whoever it was
 * forwarded to: `undefined`, and only a toast answers.
 */
export const findPostCopy = async (
  { deliveries }: Pick<PostCopyDeps, 'deliveries'>,
  { value: { subject }, person, messageId }: PostClick,
): Promise<Delivery | undefined> => {
  const own = await deliveries.find({ subject, recipient: person });
  return own?.messageId === messageId ? own : undefined;
};

export type Answering = {
  readonly copy: Delivery | undefined;
  readonly card: Card | undefined;
  /** Nothing will follow it. */
  readonly final: boolean;
  readonly isWaited: IsWaited;
};

/** The clicker's copy as it is now, recorded as shown; `undefined`: it has to be refreshed like the others. */
const recordCopy = async (
  deps: PostCopyDeps,
  { copy, card, final, isWaited }: Answering,
): Promise<Card | undefined> => {
  if (!copy || !card || deps.cardAnswer === 'toastThenPatch') return undefined;
  const { deliveries } = deps;
  // An answer for which nobody waits any more is not shown: the row must not say so.
  const recordShown: Deliveries['recordShown'] = (row, shown) =>
    isWaited() ? deliveries.recordShown(row, shown) : Promise.resolve(undefined);
  const record = (row: Delivery): Promise<Card | undefined> =>
    recordAnswer({ ...deps, deliveries: { ...deliveries, recordShown } }, row, { card, final });
  const shown = await record(copy);
  if (shown) return shown;
  // Somebody refreshed it meanwhile: once more.
  const again = await deliveries.find(copy);
  return again && record(again);
};

/** What was done stands, whatever becomes of the card. */
export const replyWith = async (
  deps: PostCopyDeps,
  toast: CardReply['toast'],
  answering: Answering,
): Promise<CardReply> => {
  try {
    const card = await recordCopy(deps, answering);
    return { toast, ...(card && { card: { type: 'raw', data: card } }) };
  } catch (error) {
    log.warn('card_not_answered', errorFields(error));
    return { toast };
  }
};

/** What it shows, with its question answered. */
export const settledCopy = async (
  { contents }: Pick<PostCopyDeps, 'contents'>,
  copy: Delivery | undefined,
  outcome: Outcome,
): Promise<Card | undefined> => {
  const card = copy?.wanted && (await findCard(contents)(copy.wanted.hash));
  return card && settledCard(card, outcome);
};
