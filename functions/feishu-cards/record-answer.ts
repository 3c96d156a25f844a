import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { Waiting } from './in-time.ts';

export type RecordAnswerDeps = {
  readonly contents: Contents;
  readonly deliveries: Pick<Deliveries, 'recordShown'>;
  readonly now: () => Date;
};

type Answered = {
  readonly card: Card;
  /** Nothing will follow it. */
  readonly final: boolean;
  readonly waiting: Waiting;
};

/** A write whose answer is slow or lost may have been made. */
const mayBeRecorded = async (recording: Promise<Delivery | undefined>): Promise<boolean> => {
  try {
    return (await recording) !== undefined;
  } catch (error) {
    log.warn('card_record_unknown', errorFields(error));
    return true;
  }
};

/**
 * The card when it is recorded as shown; `undefined` when it comes with a refresh: somebody changed the copy meanwhile, the
 * card had to shrink, or nobody waits for it any more.
 */
export const recordAnswer = async (
  { contents, deliveries, now }: RecordAnswerDeps,
  copy: Delivery,
  { card, final, waiting }: Answered,
): Promise<Card | undefined> => {
  const id = deliveryElementId(copy.subject, copy.recipient);
  const { hash, degraded } = await keepCard(contents)(card, { id });
  if (degraded || !waiting.isWaited()) return undefined;
  // What the row may say is shown leaves with the answer from here on, however slow the write is.
  waiting.carry(card);
  if (hash === copy.wanted?.hash && hash === copy.shown?.hash) return card;
  if (await mayBeRecorded(deliveries.recordShown(copy, { hash, final, at: now() }))) return card;
  waiting.carry(undefined);
  return undefined;
};
