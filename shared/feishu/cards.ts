import { createHash } from 'node:crypto';
import type {
  Button,
  ButtonKind,
  Card,
  CardElement,
  Chart,
  ChartSpec,
  Collapsible,
  ColumnSet,
  HeaderColour,
  Markdown,
  NestedElement,
  Overflow,
  Rule,
  SelectStatic,
  Table,
  TagColour,
  TextColour,
  TextSize,
} from './card-json.ts';
import { escapeMarkdown } from './markdown.ts';

/**
 * The `element_id` by which a delivery is found again in a chat: letter first, ≤ 20 of [A-Za-z0-9_]
 * (open.feishu.cn/document/feishu-cards/card-json-v2-structure). 76 bits of the hash: no two collide in one chat. Of a post
 * everybody gets the same card, byte for byte: one content, one hash, one row; the chat tells whose it is.
 */
export const deliveryElementId = (subject: string, recipient: string): string => {
  const named = subject.startsWith('broadcast:') ? [subject] : [subject, recipient];
  return `d${createHash('sha256').update(JSON.stringify(named)).digest('hex').slice(0, 19)}`;
};

const APP_LINK = 'https://applink.feishu.cn/';

// Valid in an address but with a meaning in markdown.
const percent = (character: string): string =>
  `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`;

/**
 * A page inside Feishu's own window instead of a browser. The page's address is percent-encoded first, then encoded as a
 * parameter.
 * open.feishu.cn/document/common-capabilities/applink-protocol/supported-protocol/open-the-web-view-in-feishu-to-access-the-specified-url
 */
export const appLink = (
  url: string,
  mode: 'sidebar-semi' | 'window' | 'appCenter' = 'sidebar-semi',
): string => {
  const target = encodeURIComponent(URL.parse(url)?.href ?? url);
  const link = url.startsWith(APP_LINK) ? url : `${APP_LINK}client/web_url/open?mode=${mode}&url=${target}`;
  return link.replaceAll(/[!'()*]/g, percent);
};

type TextOptions = { readonly size?: TextSize; readonly id?: string };

/** `content` is markdown: text that came from people or systems goes through `escapeMarkdown` first. */
export const markdown = (content: string, { size, id }: TextOptions = {}): Markdown => ({
  tag: 'markdown',
  ...(id && { element_id: id }),
  ...(size && { text_size: size }),
  content,
});

export const hr = (): Rule => ({ tag: 'hr' });

/** Coloured markdown; links keep their own colour (Feishu's rich-text page). */
export const coloured = (content: string, colour: TextColour): string =>
  `<font color='${colour}'>${content}</font>`;

/** A text tag inside markdown; `text` is plain. */
export const textTag = (text: string, colour: TagColour): string =>
  `<text_tag color='${colour}'>${escapeMarkdown(text)}</text_tag>`;

/** A link inside markdown, as AppLink; `text` is plain. */
export const link = (text: string, url: string): string => `[${escapeMarkdown(text)}](${appLink(url)})`;

export type Figure = {
  /** Plain text: 支付金额. */
  readonly label: string;
  /** Plain text with its unit: 186.4万. */
  readonly value: string;
  /** Markdown, one line each: 较昨日 ▲6.2%. */
  readonly notes: readonly string[];
};

const figureColumn = ({ label, value, notes }: Figure): ColumnSet['columns'][number] => ({
  tag: 'column',
  width: 'weighted',
  weight: 1,
  vertical_spacing: '2px',
  elements: [
    markdown(coloured(escapeMarkdown(label), 'grey'), { size: 'notation' }),
    markdown(`**${escapeMarkdown(value)}**`, { size: 'heading-2' }),
    ...(notes.length > 0 ? [markdown(notes.join('\n'), { size: 'notation' })] : []),
  ],
});

const pairs = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  items.flatMap((_, index) => (index % 2 === 0 ? [items.slice(index, index + 2)] : []));

/** Two figures a row on every screen: one column set per row, because four columns in one set shrink on a desktop. */
export const figureGrid = (figures: readonly Figure[]): readonly ColumnSet[] =>
  pairs(figures).map((row) => ({
    tag: 'column_set',
    flex_mode: 'bisect',
    horizontal_spacing: 'medium',
    columns: row.map(figureColumn),
  }));

/** 2:1 because a phone's default of 1:1 fills the screen. Spec: VChart, plain JSON. */
export const chart = (spec: ChartSpec, id?: string): Chart => ({
  tag: 'chart',
  ...(id && { element_id: id }),
  aspect_ratio: '2:1',
  chart_spec: spec,
});

/** `title` is markdown. Closed unless told otherwise. */
export const collapsible = (
  title: string,
  elements: readonly NestedElement[],
  expanded = false,
): Collapsible => ({
  tag: 'collapsible_panel',
  expanded,
  vertical_spacing: '8px',
  padding: '8px 8px 8px 8px',
  header: { title: { tag: 'markdown', content: title } },
  elements,
});

type ButtonFace = {
  readonly text: string;
  readonly kind?: ButtonKind;
  readonly size?: Button['size'];
};

const face = ({ text, kind = 'default', size = 'medium' }: ButtonFace): Omit<Button, 'behaviors'> => ({
  tag: 'button',
  type: kind,
  size,
  text: { tag: 'plain_text', content: text },
});

/** Opens a page inside Feishu. */
export const urlButton = (options: ButtonFace & { readonly url: string }): Button => ({
  ...face(options),
  behaviors: [{ type: 'open_url', default_url: appLink(options.url) }],
});

/** What comes back with a click, as it was put on the card. */
export type CallbackValue = Readonly<Record<string, string>>;

/** Sends `value` back to us as `card.action.trigger`; with `confirm`, only after a second click. */
export const callbackButton = (
  options: ButtonFace & {
    readonly value: CallbackValue;
    readonly confirm?: { readonly title: string; readonly text: string };
  },
): Button => ({
  ...face(options),
  ...(options.confirm && {
    confirm: {
      title: { tag: 'plain_text', content: options.confirm.title },
      text: { tag: 'plain_text', content: options.confirm.text },
    },
  }),
  behaviors: [{ type: 'callback', value: options.value }],
});

/** Controls side by side; they wrap on a narrow screen. */
export const controlRow = (
  controls: readonly (Button | SelectStatic | Overflow)[],
  id?: string,
): ColumnSet => ({
  tag: 'column_set',
  ...(id && { element_id: id }),
  flex_mode: 'flow',
  horizontal_spacing: 'medium',
  columns: controls.map((control) => ({
    tag: 'column',
    width: 'auto',
    vertical_align: 'center',
    elements: [control],
  })),
});

/** Buttons side by side, two a row. */
export const buttonRows = (buttons: readonly Button[]): readonly ColumnSet[] =>
  pairs(buttons).map((row) => controlRow(row));

/** Root of a card only. Phones squeeze wide tables: prefer lines of markdown. */
export const table = (columns: Table['columns'], rows: Table['rows']): Table => ({
  tag: 'table',
  page_size: Math.min(10, Math.max(1, rows.length)),
  columns,
  rows,
});

export type CardOptions = {
  /** The delivery: `deliveryElementId(subject, recipient)`. It stands on the footer, which every degraded card keeps. */
  readonly id: string;
  /** Plain text, the figures in ≤ 38 characters: what the phone shows in its list and notification. */
  readonly summary: string;
  readonly header: {
    readonly title: string;
    readonly subtitle?: string;
    readonly colour: HeaderColour;
    readonly tags?: readonly { readonly text: string; readonly colour: TagColour }[];
  };
  readonly elements: readonly CardElement[];
  /** Markdown, one line each, shown small and grey: 数据截至 · 来源 · 为什么收到. */
  readonly footer: readonly string[];
  /** Account posts only; everything else stays with its reader. */
  readonly forward?: boolean;
};

const cardHeader = ({ title, subtitle, colour, tags = [] }: CardOptions['header']): Card['header'] => ({
  title: { tag: 'plain_text', content: title },
  ...(subtitle && { subtitle: { tag: 'plain_text', content: subtitle } }),
  template: colour,
  ...(tags.length > 0 && {
    text_tag_list: tags.map((tag) => ({
      tag: 'text_tag',
      text: { tag: 'plain_text', content: tag.text },
      color: tag.colour,
    })),
  }),
});

export const card = (options: CardOptions): Card => ({
  schema: '2.0',
  config: {
    update_multi: true,
    enable_forward: options.forward ?? false,
    summary: { content: options.summary },
  },
  header: cardHeader(options.header),
  body: {
    elements: [
      ...options.elements,
      markdown(coloured(options.footer.join('\n'), 'grey'), { size: 'notation', id: options.id }),
    ],
  },
});
