import { InvalidInputError } from '../errors.ts';
import type { Button, Card, CardElement, Chart, NestedElement, SelectStatic } from '../feishu/card-json.ts';
import { walk } from '../feishu/card-walk.ts';
import { appLink, card as buildCard, buttonRows, coloured, markdown, urlButton } from '../feishu/cards.ts';
import { clip, escapeMarkdown, plainText } from '../feishu/markdown.ts';
import { bodyBytes, type PreflightOptions, type PreflightRule, preflight } from '../feishu/preflight.ts';
import { chartLine } from './chart-line.ts';

/** How far a card had to shrink; each step contains the ones before it. */
type DegradeStep = 'none' | 'rows' | 'charts' | 'sections' | 'headlines' | 'text';
export type Degraded = {
  readonly card: Card;
  readonly step: DegradeStep;
  readonly bytes: number;
  /** Why the card as designed could not be sent; absent when `step` is `none`. */
  readonly because?: { readonly rule: PreflightRule; readonly detail: string };
};
export type DegradeOptions = PreflightOptions & {
  /** The delivery's `element_id`; it stays on the footer whatever else goes. */
  readonly id: string;
  /** Where everything can be read; without it the last step has no button. */
  readonly url?: string;
};

const MAX_LINES = 5;
const MAX_HEADLINES = 12;

const withElements = (card: Card, elements: readonly CardElement[]): Card => ({
  ...card,
  body: { elements },
});

/** Applies `change` to every element but the footer, inside out: a container is asked after its parts have changed. */
const rewrite = (card: Card, id: string, change: (element: CardElement) => readonly CardElement[]): Card => {
  const nested = (elements: readonly NestedElement[]): readonly NestedElement[] =>
    elements.flatMap(deep).filter((element) => element.tag !== 'table' && element.tag !== 'form');
  const deep = (element: CardElement): readonly CardElement[] => {
    if (element.element_id === id) return [element];
    if (element.tag === 'collapsible_panel')
      return change({ ...element, elements: nested(element.elements) });
    if (element.tag !== 'column_set') return change(element);
    const columns = element.columns.map((column) => ({ ...column, elements: nested(column.elements) }));
    return change({ ...element, columns });
  };
  return withElements(card, card.body.elements.flatMap(deep));
};

const note = (text: string): NestedElement => markdown(coloured(text, 'grey'), { size: 'notation' });

/** A cut may fall between a colour's start and end. */
const closeFonts = (content: string): string => {
  const open = (content.match(/<font\b/g) ?? []).length - (content.match(/<\/font>/g) ?? []).length;
  return content + '</font>'.repeat(Math.max(0, open));
};

const fewerRows = (element: CardElement): readonly CardElement[] => {
  if (element.tag === 'table' && element.rows.length > MAX_LINES) {
    const missing = element.rows.length - MAX_LINES;
    return [
      { ...element, page_size: MAX_LINES, rows: element.rows.slice(0, MAX_LINES) },
      note(`…还有 ${missing} 行`),
    ];
  }
  const lines = element.tag === 'markdown' ? element.content.split('\n') : [];
  if (element.tag !== 'markdown' || lines.length <= MAX_LINES) return [element];
  const content = closeFonts(lines.slice(0, MAX_LINES).join('\n'));
  return [{ ...element, content }, note(`…还有 ${lines.length - MAX_LINES} 行`)];
};

const withoutCharts = (element: CardElement): readonly CardElement[] =>
  element.tag === 'chart' ? [chartNote(element)] : [element];

const chartNote = (element: Chart): NestedElement => note(escapeMarkdown(chartLine(element.chart_spec)));

const withoutSections = (element: CardElement): readonly CardElement[] =>
  element.tag === 'collapsible_panel'
    ? [note(`${escapeMarkdown(plainText(element.header.title.content))}（内容较多，请打开查看）`)]
    : [element];

const headlineOf = (element: CardElement): readonly string[] => {
  if (element.tag === 'markdown') return [plainText(element.content.split('\n')[0] ?? '')];
  if (element.tag !== 'column_set') return [];
  return element.columns.map(({ elements }) => elements.flatMap(headlineOf).join(' '));
};

/** What a person counts as one character is often two code units, seldom eleven, and may be hundreds. */
const GENEROUS_UNITS = 40;
/** The last step must fit whatever its words are made of. */
const STRICT_UNITS = 4;

const bounded = (text: string, max: number, units: number): string => {
  const start = text.slice(0, max * units).replace(/[\ud800-\udbff]$/, '');
  const clipped = clip(start, max);
  return start.length < text.length && clipped === start ? `${clipped}…` : clipped;
};

const short = (text: string, max: number, units = STRICT_UNITS): string =>
  escapeMarkdown(bounded(text, max, units));

/** An address this long is not a link that a person can use, and it would break the last step. */
const MAX_URL = 2_000;

const openButton = (url: string | undefined): readonly CardElement[] =>
  url === undefined || appLink(url).length > MAX_URL
    ? []
    : buttonRows([urlButton({ text: '打开查看', url, kind: 'primary' })]);

/** Room for a row of buttons and a menu; what is longer needs the whole card around it. */
const MAX_ACTION_BYTES = 4_000;

/** What a reader can do (已知晓, 指派跟进) outlives what there is to read. */
const actionsOf = (card: Card): readonly CardElement[] => {
  const actions = walk(card.body.elements).flatMap(({ element }): readonly (Button | SelectStatic)[] => {
    if (element.tag === 'select_static') return [element];
    return element.tag === 'button' && element.name === undefined ? [element] : [];
  });
  const fitting = actions.filter(
    (_, at) => bodyBytes(JSON.stringify(actions.slice(0, at + 1))) <= MAX_ACTION_BYTES,
  );
  const buttons = fitting.filter((action) => action.tag === 'button');
  return [...buttonRows(buttons), ...fitting.filter((action) => action.tag === 'select_static')];
};

const rebuild = (card: Card, elements: readonly CardElement[], { id, url }: DegradeOptions): Card => {
  const footer = card.body.elements.find(({ element_id }) => element_id === id);
  const footerText = footer?.tag === 'markdown' ? plainText(footer.content) : '';
  return buildCard({
    id,
    summary: bounded(card.config.summary.content, 100, STRICT_UNITS) || '直达消息',
    header: {
      title: bounded(card.header.title.content, 60, STRICT_UNITS) || '直达消息',
      colour: card.header.template,
    },
    elements: [...elements, ...openButton(url)],
    footer: footerText
      .split('\n')
      .slice(0, 3)
      .map((line) => short(line, 80)),
    forward: card.config.enable_forward,
  });
};

const textOnly = (card: Card, options: DegradeOptions): Card =>
  rebuild(card, [markdown(short(card.config.summary.content, 300))], options);

const headlines = (card: Card, options: DegradeOptions): Card => {
  const lines = card.body.elements
    .filter(({ element_id }) => element_id !== options.id)
    .flatMap(headlineOf)
    .filter((line) => line.trim() !== '');
  if (lines.length === 0) return textOnly(card, options);
  const kept = lines.slice(0, MAX_HEADLINES).map((line) => short(line, 120, GENEROUS_UNITS));
  const missing = lines.length - kept.length;
  const all = missing > 0 ? [...kept, `…还有 ${missing} 项`] : kept;
  return rebuild(card, [...all.map((line) => markdown(line)), ...actionsOf(card)], options);
};

type Rung = readonly [DegradeStep, (card: Card) => Card];

const ladder = (options: DegradeOptions): readonly Rung[] => [
  ['none', (card) => card],
  ['rows', (card) => rewrite(card, options.id, fewerRows)],
  ['charts', (card) => rewrite(card, options.id, withoutCharts)],
  ['sections', (card) => rewrite(card, options.id, withoutSections)],
  ['headlines', (card) => headlines(card, options)],
  ['text', (card) => textOnly(card, options)],
];

/**
 * The card as designed, or the least degraded one that Feishu accepts: fewer rows, charts as a line, sections by their
 * title, headlines, text and link. Always ends deliverable (given an `id` from `deliveryElementId`), and says how far it went.
 */
export const degrade = (designed: Card, options: DegradeOptions): Degraded => {
  let card = designed;
  let because: Degraded['because'];
  for (const [step, shrink] of ladder(options)) {
    card = shrink(card);
    const result = preflight(card, options);
    if (result.ok) return { card, step, bytes: result.bytes, ...(because && { because }) };
    because ??= { rule: result.rule, detail: result.detail };
  }
  throw new InvalidInputError('invalid_delivery_id', 'the id of the delivery is not an element_id', {
    details: because ?? {},
  });
};
