import type { Card } from '../feishu/card-json.ts';
import { coloured, markdown } from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';

/** Of what disappears from a card when the question on it is answered. */
export const actionsId = (part: string): string => `act_${part}`;

export type Outcome = {
  /** Plain text, one line. */
  readonly words: string;
  readonly colour: 'green' | 'grey' | 'orange';
  /** What the title called it while it was asked, and what it is called now. */
  readonly title?: readonly [was: string, is: string];
};

/**
 * A card whose question is answered: what it told stays, its controls make room for what became of it. The same for a card
 * that is settled already.
 */
export const settledCard = (card: Card, { words, colour, title = ['', ''] }: Outcome): Card => {
  const said = markdown(coloured(`**${escapeMarkdown(words)}**`, colour), { id: actionsId('outcome') });
  const told = card.body.elements.filter(({ element_id = '' }) => !element_id.startsWith(actionsId('')));
  const footer = told.slice(-1);
  const content = card.header.title.content.replace(...title);
  return {
    ...card,
    config: { ...card.config, summary: { content: clip(`${words} ${content}`, 38) } },
    header: { ...card.header, title: { tag: 'plain_text', content }, template: colour },
    body: { elements: [...told.slice(0, -1), said, ...footer] },
  };
};
