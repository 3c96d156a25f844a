import type { Card, CardElement } from '../feishu/card-json.ts';
import { type BlockPlace, followUpBlock } from './block.ts';
import { blockId, type FollowUp } from './follow-up.ts';

const belongsTo =
  (id: string) =>
  ({ element_id = '' }: CardElement): boolean =>
    element_id.startsWith(`${id}_`);

/** The figures of a line are those of the day of its card, whatever the row began with. */
const printed = (element: CardElement | undefined, otherwise: string): string =>
  (element?.tag === 'markdown' ? element.content.split('\n')[0] : undefined) ?? otherwise;

/** The card with this follow-up as it is now; `undefined` when the card doesn't carry it (it was degraded). */
export const withFollowUp = (card: Card, followUp: FollowUp, place: BlockPlace): Card | undefined => {
  const isOld = belongsTo(blockId(followUp.item));
  const { elements } = card.body;
  const at = elements.findIndex(isOld);
  if (at < 0) return undefined;
  const before = elements.slice(0, at);
  const after = elements.slice(at).filter((element) => !isOld(element));
  const asPrinted = { ...followUp, line: printed(elements[at], followUp.line) };
  return { ...card, body: { elements: [...before, ...followUpBlock(asPrinted, place), ...after] } };
};
