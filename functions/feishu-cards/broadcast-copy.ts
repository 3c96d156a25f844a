import { type Outcome, settledCard } from '../../shared/broadcasts/settled-card.ts';
import { findCard, keepCard } from '../../shared/delivery/keep-card.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { PostClick } from './broadcast-click.ts';
import { answerOf, type CardReply, type Waiting } from './in-time.ts';
import type { CardDeps } from './own-copy.ts';
import { recordAnswer } from './record-answer.ts';

export type PostCopyDeps = {
  readonly deliveries: Deliveries;
  readonly contents: Contents;
  readonly cardAnswer: CardDeps['cardAnswer'];
  readonly now: () => Date;
};

/**
 * The clicker's own copy; when nobody has learnt that it arrived, their click says so. `undefined` when this is another
 * message than the one that we know: only a toast answers.
 */
export const findPostCopy = async (
  { deliveries, now }: Pick<PostCopyDeps, 'deliveries' | 'now'>,
  { value: { subject }, person, messageId, chatId }: PostClick,
): Promise<Delivery | undefined> => {
  const own = await deliveries.find({ subject, recipient: person });
  if (own?.messageId === messageId) return own;
  if (!own || own.messageId !== undefined || messageId === '') return undefined;
  return deliveries.recordArrived(own, { messageId, chatId, at: now() });
};

export type Answering = {
  readonly copy: Delivery | undefined;
  readonly card: Card | undefined;
  /** Nothing will follow it. */
  readonly final: boolean;
  readonly waiting: Waiting;
};

/** The clicker's copy as it is now, recorded as shown; `undefined`: it has to be refreshed like the others. */
const recordCopy = async (
  deps: PostCopyDeps,
  { copy, card, ...answered }: Answering,
): Promise<Card | undefined> => {
  if (!copy || !card || deps.cardAnswer === 'toastThenPatch') return undefined;
  const shown = await recordAnswer(deps, copy, { card, ...answered });
  if (shown) return shown;
  // Somebody refreshed it meanwhile: once more.
  const again = await deps.deliveries.find(copy);
  return again && recordAnswer(deps, again, { card, ...answered });
};

/** What was done stands, whatever becomes of the card. */
export const replyWith = async (
  deps: PostCopyDeps,
  toast: CardReply['toast'],
  answering: Answering,
): Promise<CardReply> => {
  answering.waiting.say(toast);
  try {
    return answerOf(toast, await recordCopy(deps, answering));
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

/** By a refresh: of a copy that no answer changes. */
export const wantCard = async (
  deps: PostCopyDeps,
  row: Delivery,
  { card, final }: Pick<Answering, 'final'> & { readonly card: Card },
): Promise<void> => {
  const { hash } = await keepCard(deps.contents)(card, { id: deliveryElementId(row.subject, row.recipient) });
  await wantContent(deps)(row, { hash, final });
};
