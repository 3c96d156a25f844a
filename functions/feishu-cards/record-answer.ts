import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { ShownByAnswer } from '../../shared/store/delivery-answers.ts';
import type { Waiting } from './in-time.ts';

export type RecordAnswerDeps = {
  readonly contents: Contents;
  readonly deliveries: Pick<Deliveries, 'find' | 'recordShown'>;
  readonly now: () => Date;
};

type Answered = {
  readonly card: Card;
  /** Nothing will follow it. */
  readonly final: boolean;
  readonly waiting: Waiting;
};

type Made = boolean | 'unknown';

const tryToRecord = async (
  { deliveries }: RecordAnswerDeps,
  copy: Delivery,
  shown: ShownByAnswer,
): Promise<Made> => {
  try {
    return (await deliveries.recordShown(copy, shown)) !== undefined;
  } catch (error) {
    log.warn('card_not_recorded', errorFields(error));
    return 'unknown';
  }
};

/**
 * A write of which nobody knows is made once more; `unknown` when that isn't heard of either. One whose condition failed
 * may have met itself: the client repeats what it hears nothing of, and then the row shows this card already.
 */
const record = async (deps: RecordAnswerDeps, copy: Delivery, shown: ShownByAnswer): Promise<Made> => {
  const made = await tryToRecord(deps, copy, shown);
  if (made === true) return true;
  const again = await deps.deliveries.find(copy).catch(() => undefined);
  if (!again) return 'unknown';
  if (again.shown?.hash === shown.hash) return true;
  return made === 'unknown' && tryToRecord(deps, again, shown);
};

const isShowing = ({ wanted, shown }: Delivery, hash: string): boolean =>
  hash === wanted?.hash && hash === shown?.hash;

/**
 * The card when it is recorded as shown; `undefined` when it comes with a refresh: somebody changed the copy meanwhile, the
 * card had to shrink, or nobody waits for it any more.
 */
export const recordAnswer = async (
  deps: RecordAnswerDeps,
  copy: Delivery,
  { card, final, waiting }: Answered,
): Promise<Card | undefined> => {
  const id = deliveryElementId(copy.subject, copy.recipient);
  const { hash, degraded } = await keepCard(deps.contents)(card, { id });
  if (degraded || !waiting.isWaited()) return undefined;
  // What the row may say is shown leaves with the answer from here on, however slow the write is.
  waiting.carry(card);
  if (isShowing(copy, hash)) return card;
  if (await record(deps, copy, { hash, final, at: deps.now() })) return card;
  waiting.carry(undefined);
  return undefined;
};
