import { findCard } from '../../shared/delivery/keep-card.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import type { FollowUp } from '../../shared/follow-ups/follow-up.ts';
import { withFollowUp } from '../../shared/follow-ups/on-card.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Seals } from '../../shared/seal.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { FollowUps } from '../../shared/store/follow-ups.ts';
import type { Click } from './click.ts';
import type { Waiting } from './in-time.ts';
import { recordAnswer } from './record-answer.ts';

export type CardDeps = {
  readonly followUps: Pick<FollowUps, 'find' | 'change'>;
  readonly deliveries: Pick<Deliveries, 'find' | 'recordShown'>;
  readonly contents: Contents;
  readonly seal: Seals['seal'];
  /** `toastThenPatch` where a tenant's client refuses a card in the answer (200673): every copy then changes by PATCH. */
  readonly cardAnswer: 'card' | 'toastThenPatch';
  readonly now: () => Date;
};

type Seen = { readonly copy: Delivery; readonly followUp: FollowUp };

/** The clicker's own copy, or their group's. Who has neither was not meant. */
const findCopy = async (deps: CardDeps, click: Click): Promise<Delivery | undefined> => {
  const { subject, person, chatId } = click;
  const own = await deps.deliveries.find({ subject, recipient: person });
  return own ?? deps.deliveries.find({ subject, recipient: `chat:${chatId}` });
};

/** The copy and what it tells about, the copy first: what it shows is never newer than the row. */
export const look = async (deps: CardDeps, click: Click): Promise<Seen | undefined> => {
  const copy = await findCopy(deps, click);
  const followUp = copy && (await deps.followUps.find(click));
  return followUp && { copy, followUp };
};

const redraw = async (deps: CardDeps, { copy, followUp }: Seen): Promise<Card | undefined> => {
  const { subject, recipient, wanted } = copy;
  const card = wanted && (await findCard(deps.contents)(wanted.hash));
  return card && withFollowUp(card, followUp, { subject, recipient });
};

/**
 * The clicker's copy with the follow-up as it is now, recorded as shown under the row as it was read. `undefined`: only
 * the toast answers, and the refresh brings the card.
 */
const showOn = async (deps: CardDeps, seen: Seen, waiting: Waiting): Promise<Card | undefined> => {
  const card = await redraw(deps, seen);
  return card && recordAnswer(deps, seen.copy, { card, final: seen.followUp.state === 'closed', waiting });
};

/** What was done stands; a card that can't be had now comes with the refresh. */
export const cardFor = async (
  deps: CardDeps,
  click: Click,
  { waiting, ...seen }: Seen & { readonly waiting: Waiting },
): Promise<Card | undefined> => {
  if (deps.cardAnswer === 'toastThenPatch') return undefined;
  try {
    const card = await showOn(deps, seen, waiting);
    if (card) return card;
    // Somebody refreshed it meanwhile: once more, with both as they are now.
    const again = await look(deps, click);
    return again && (await showOn(deps, again, waiting));
  } catch (error) {
    log.warn('card_not_answered', errorFields(error));
    return undefined;
  }
};
