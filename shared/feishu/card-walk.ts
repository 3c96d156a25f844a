import type { Card, CardElement, Table } from './card-json.ts';

export type Placed = { readonly element: CardElement; readonly depth: number };

const childrenOf = (element: CardElement): readonly CardElement[] => {
  if (element.tag === 'column_set') return element.columns.flatMap(({ elements }) => elements);
  // A choice of a form belongs to the form: it does nothing by itself and holds no text.
  if (element.tag === 'form')
    return element.elements.flatMap((part) =>
      part.tag === 'markdown' || part.tag === 'input' || part.tag === 'button' ? [part] : [],
    );
  return element.tag === 'collapsible_panel' ? element.elements : [];
};

/** Every element in reading order; the root's elements have depth 1. */
export const walk = (elements: readonly CardElement[], depth = 1): readonly Placed[] =>
  elements.flatMap((element) => [{ element, depth }, ...walk(childrenOf(element), depth + 1)]);

const cellTexts = ({ columns, rows }: Table): readonly string[] => {
  const names = columns.filter(({ data_type }) => data_type === 'markdown').map(({ name }) => name);
  return rows.flatMap((row) => names.map((name) => String(row[name] ?? '')));
};

/** The texts of an element itself that Feishu renders as markdown, where links and mentions can hide. */
export const markdownTexts = (element: CardElement): readonly string[] => {
  if (element.tag === 'markdown') return [element.content];
  if (element.tag === 'collapsible_panel') return [element.header.title.content];
  return element.tag === 'table' ? cellTexts(element) : [];
};

/** Every `element_id` of a card, repeated ones included. */
export const elementIds = (card: Card): readonly string[] =>
  walk(card.body.elements)
    .flatMap(({ element }) => [
      element.element_id,
      ...(element.tag === 'column_set' ? element.columns.map((column) => column.element_id) : []),
    ])
    .filter((id) => id !== undefined);

/**
 * Components and text elements: everything with a `tag`, as Feishu counts them, header included. A chart's own spec
 * belongs to VChart and a button's value to us.
 */
export const countTags = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countTags(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => (key === 'chart_spec' || key === 'value' ? sum : sum + countTags(item)),
    'tag' in value ? 1 : 0,
  );
};
