import fc from 'fast-check';
import type { Card, CardElement, NestedElement } from '../../shared/feishu/card-json.ts';
import {
  buttonRows,
  callbackButton,
  card,
  chart,
  collapsible,
  coloured,
  deliveryElementId,
  figureGrid,
  hr,
  link,
  markdown,
  table,
  textTag,
  urlButton,
} from '../../shared/feishu/cards.ts';
import { escapeMarkdown } from '../../shared/feishu/markdown.ts';

const text = (max: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: max }),
    fc.constantFrom(
      '支付金额',
      '186.4万',
      '<at id=all></at>',
      '[x](https://evil.example)',
      '# 标题',
      '较昨日 ▲6.2%',
    ),
  );

const words = text(60).map((plain) => markdown(escapeMarkdown(plain)));
const decorated = fc
  .tuple(text(20), text(20), fc.webUrl())
  .map(([label, tag, url]) =>
    markdown(`${coloured(escapeMarkdown(label), 'red')} ${textTag(tag, 'orange')} ${link(label, url)}`),
  );
const figures = fc
  .array(
    fc.record({
      label: text(8),
      value: text(10),
      notes: fc.array(text(20).map(escapeMarkdown), { maxLength: 3 }),
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map(figureGrid);
const bars = fc
  .array(fc.record({ day: text(5), paid: fc.integer() }), { maxLength: 14 })
  .map((values) => chart({ type: 'bar', data: [{ values }], xField: 'day', yField: 'paid' }));
const button = fc
  .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), fc.webUrl(), fc.boolean())
  .map(([label, url, isLink]) =>
    isLink ? urlButton({ text: label, url }) : callbackButton({ text: label, value: { url } }),
  );
const buttons = fc.array(button, { minLength: 1, maxLength: 4 }).map(buttonRows);
const cells = fc.array(fc.record({ sku: text(20), paid: fc.integer() }), { maxLength: 12 }).map((rows) =>
  table(
    [
      { name: 'sku', display_name: '商品', data_type: 'text' },
      { name: 'paid', display_name: '支付', data_type: 'number' },
    ],
    rows,
  ),
);

const flat: fc.Arbitrary<readonly NestedElement[]> = fc.oneof(
  { weight: 4, arbitrary: words.map((element) => [element]) },
  { weight: 2, arbitrary: decorated.map((element) => [element]) },
  { weight: 2, arbitrary: figures },
  { weight: 1, arbitrary: bars.map((element) => [element]) },
  { weight: 1, arbitrary: buttons },
  { weight: 1, arbitrary: fc.constant([hr()]) },
);

const section = fc
  .tuple(text(10), fc.array(flat, { maxLength: 3 }), fc.boolean())
  .map(([title, parts, expanded]) => collapsible(escapeMarkdown(title), parts.flat(), expanded));

/** What a designer could build with the builder: any mix of its parts, most within the limits, some beyond them. */
const body: fc.Arbitrary<readonly CardElement[]> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: flat },
      { weight: 2, arbitrary: section.map((element) => [element]) },
      { weight: 1, arbitrary: cells.map((element) => [element]) },
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.flat());

export const cardId = deliveryElementId('digest:morning:2026-11-23', 'on_1');

export const cardArbitrary: fc.Arbitrary<Card> = fc
  .record({ title: text(20), summary: text(38), elements: body, footer: text(30), forward: fc.boolean() })
  .map(({ title, footer, ...rest }) =>
    card({ id: cardId, header: { title, colour: 'blue' }, footer: [escapeMarkdown(footer)], ...rest }),
  );

/** Beyond one limit each, well past where the counts of two readers could differ. */
export const oversizedArbitrary: fc.Arbitrary<Card> = fc
  .tuple(
    cardArbitrary,
    fc.constantFrom('bytes', 'elements', 'tables', 'charts', 'element_id_repeated'),
    words,
    bars,
    cells,
  )
  .map(([designed, limit, line, chartOf, tableOf]) => {
    const more: Record<typeof limit, readonly CardElement[]> = {
      bytes: [markdown('字'.repeat(12_000))],
      elements: Array.from({ length: 210 }, () => line),
      tables: Array.from({ length: 6 }, () => tableOf),
      charts: Array.from({ length: 6 }, () => chartOf),
      element_id_repeated: [markdown('文', { id: cardId })],
    };
    return { ...designed, body: { elements: [...more[limit], ...designed.body.elements] } };
  });
