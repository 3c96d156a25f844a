import fc from 'fast-check';
import type { Card, CardElement } from '../../shared/feishu/card-json.ts';
import { chart, collapsible, markdown, table } from '../../shared/feishu/cards.ts';
import { escapeMarkdown } from '../../shared/feishu/markdown.ts';
import { cardArbitrary, oversizedArbitrary } from './arbitrary-cards.ts';

/** A card as a function designs it, and the page that it could lead to. */
export type Payload = { readonly card: Card; readonly url?: string | undefined };

const longText = (units: readonly string[], length: { min: number; max: number }): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...units), fc.integer(length))
    .map(([unit, count]) => escapeMarkdown(unit.repeat(count)));

/** Fits with fewer lines: a list that nobody cut. */
const longList = fc
  .tuple(longText(['代餐奶昔', 'sku', '（退货）'], { min: 8, max: 40 }), fc.integer({ min: 400, max: 900 }))
  .map(([line, count]) => markdown(Array.from({ length: count }, (_, at) => `${at} ${line}`).join('\n')));

const longTable = fc
  .tuple(longText(['蛋白棒', '"引号"'], { min: 10, max: 40 }), fc.integer({ min: 300, max: 600 }))
  .map(([sku, count]) =>
    table(
      [
        { name: 'sku', display_name: '商品', data_type: 'text' },
        { name: 'paid', display_name: '支付', data_type: 'number' },
      ],
      Array.from({ length: count }, (_, paid) => ({ sku, paid })),
    ),
  );

/** Fits with the chart as a line. */
const longChart = fc.integer({ min: 900, max: 2_000 }).map((days) =>
  chart({
    type: 'bar',
    data: [{ values: Array.from({ length: days }, (_, at) => ({ day: `11-${at}`, paid: at * 1.5 })) }],
    xField: 'day',
    yField: 'paid',
  }),
);

/** Fits with the section as its title: one long paragraph has no line to cut at. */
const longSection = longText(['字', '客户说"不"。', '\\n'], { min: 12_000, max: 20_000 }).map((paragraph) =>
  collapsible('**渠道与单品**', [markdown(paragraph)]),
);

/** Fits as headlines. */
const longParagraph = longText(['字', '结论：下滑。', '<at>'], { min: 12_000, max: 20_000 }).map(
  (paragraph) => markdown(paragraph),
);

/** Graphemes of many bytes: as many headlines as are kept don't fit. */
const heavyHeadlines = fc
  .constantFrom('👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', `ก${'้'.repeat(40)}`, `e${'\u0301'.repeat(300)}`, '\ud800')
  .map((grapheme) => Array.from({ length: 12 }, () => markdown(grapheme.repeat(400))));

const among = (card: Card, more: readonly CardElement[]): Card => ({
  ...card,
  body: { elements: [...more, ...card.body.elements] },
});

const endlessWords = fc
  .tuple(
    cardArbitrary,
    longText(['摘要', `e${'\u0301'.repeat(50)}`, '\u0000"\\'], { min: 9_000, max: 12_000 }),
  )
  .map(([card, words]) => ({
    ...card,
    config: { ...card.config, summary: { content: words } },
    header: { ...card.header, title: { ...card.header.title, content: words } },
  }));

const cards: fc.Arbitrary<Card> = fc.oneof(
  { weight: 10, arbitrary: cardArbitrary },
  { weight: 4, arbitrary: oversizedArbitrary },
  { weight: 1, arbitrary: endlessWords },
  ...[longList, longTable, longChart, longSection, longParagraph].map((part) => ({
    weight: 1,
    arbitrary: fc.tuple(cardArbitrary, part).map(([card, one]) => among(card, [one])),
  })),
  { weight: 1, arbitrary: fc.tuple(cardArbitrary, heavyHeadlines).map(([card, all]) => among(card, all)) },
);

const urls = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('https://bi.example/morning', undefined) },
  { weight: 1, arbitrary: fc.webUrl() },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 2_500 })
      .map((length) => `https://bi.example/${'表'.repeat(length)}`),
  },
);

/** Whatever a function could want to send: most fits, the rest reaches every step of the ladder. */
export const payloadArbitrary: fc.Arbitrary<Payload> = fc.record({ card: cards, url: urls });
