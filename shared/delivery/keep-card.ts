import * as z from 'zod/mini';
import { linkHosts } from '../../config/links.ts';
import type { Card } from '../feishu/card-json.ts';
import { cardSchema } from '../feishu/card-schema.ts';
import { log } from '../log.ts';
import type { Contents } from '../store/contents.ts';
import { type Degraded, degrade } from './degrade.ts';

export type CardPlace = {
  /** `deliveryElementId(subject, recipient)`; the card's footer carries it. */
  readonly id: string;
  /** Where everything can be read; the button of a card that had to shrink. */
  readonly url?: string;
};

/** What a wish takes over: `{ ...wish, ...kept }`. */
export type KeptCard = {
  /** SHA-256 of the card as it will leave. */
  readonly hash: string;
  /** The step of the ladder at which it fitted; absent when it fitted as designed. */
  readonly degraded?: string;
};

/** The card as it will leave: as designed, or as the least degraded one that Feishu accepts. */
export const fitCard = (card: Card, place: CardPlace): Degraded =>
  degrade(card, { ...place, allowedHosts: linkHosts });

/**
 * The only way into `contents`: whatever is to be sent passes pre-flight here, so a card over a limit shrinks, says so in
 * the ledger and is still delivered. Throws `invalid_delivery_id`.
 */
export const keepCard =
  (contents: Pick<Contents, 'keep'>) =>
  async (card: Card, place: CardPlace): Promise<KeptCard> => {
    const { card: fitting, step, because } = fitCard(card, place);
    const hash = await contents.keep(JSON.stringify(fitting));
    if (step === 'none') return { hash };
    log.warn('card_degraded', { delivery: place.id, step, ...because });
    return { hash, degraded: step };
  };

// A guard, not a parse: what comes out is to the byte what was shown.
const isCard = (value: unknown): value is Card => z.safeParse(cardSchema, value).success;

/** A card that was kept; `undefined` when there is none, or when it is of a shape that we no longer send. */
export const findCard =
  (contents: Pick<Contents, 'find'>) =>
  async (hash: string): Promise<Card | undefined> => {
    const text = await contents.find(hash);
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return isCard(value) ? value : undefined;
  };
