import * as z from 'zod/mini';
import { describeIssues } from '../parse.ts';
import type { Card, CardElement } from './card-json.ts';
import { cardSchema } from './card-schema.ts';
import { countTags, elementIds, markdownTexts, walk } from './card-walk.ts';

const DOCS = 'https://open.feishu.cn/document/';
const CARDS = `${DOCS}feishu-cards/`;
const PARTS = `${CARDS}card-json-v2-components/`;

/** Why a card may not be sent, by a stable name, and the page that says so; what has no page is a rule of ours. */
export const PREFLIGHT_RULES = {
  shape: `${CARDS}card-json-v2-breaking-changes-release-notes`,
  bytes: `${DOCS}server-docs/im-v1/message/create`,
  elements: `${CARDS}card-json-v2-structure`,
  element_id: `${CARDS}card-json-v2-structure`,
  element_id_repeated: `${CARDS}card-json-v2-structure`,
  delivery_missing: 'ours: a delivery is found again by the element_id of a root element',
  nesting: `${PARTS}containers/column-set`,
  tables: `${PARTS}content-components/table`,
  table_columns: `${PARTS}content-components/table`,
  charts: `${PARTS}content-components/chart`,
  chart_mobile: `${PARTS}content-components/chart`,
  mention_all: `${PARTS}content-components/rich-text`,
  link: 'ours: links open inside Feishu (AppLink) or lead to an allow-listed host',
} as const;

export type PreflightRule = keyof typeof PREFLIGHT_RULES;
type Refused = { readonly ok: false; readonly rule: PreflightRule; readonly detail: string };
/** `bytes`: the request body that carries the card. */
export type Preflight = { readonly ok: true; readonly bytes: number } | Refused;
export type PreflightOptions = {
  /** Hosts that a link may name directly, beside applink.feishu.cn. */
  readonly allowedHosts?: readonly string[];
  /** The delivery whose card it is: a root element carries it. Absent: any will do. */
  readonly id?: string;
};

/**
 * 30 KB is the limit of the request body, in which the card is a string and every quote of it costs two bytes;
 * whether a KB has 1,000 or 1,024 bytes is not said, so the smaller. Three tables: five are documented, but a fourth
 * was seen refused (230099, sub-code 11310).
 */
export const CARD_LIMITS = { bytes: 30_000, elements: 200, tables: 3, charts: 5, depth: 5 } as const;

/** receive_id (≤ 64), msg_type, uuid (≤ 50) and the names around them. */
const ENVELOPE_BYTES = 200;

/** Bytes of the request body that sends this content. */
export const bodyBytes = (content: string): number =>
  ENVELOPE_BYTES + Buffer.byteLength(JSON.stringify(content), 'utf8');

const refuse = (rule: PreflightRule, detail: string): Refused => ({ ok: false, rule, detail });

const over = (rule: PreflightRule, count: number, limit: number): Refused | undefined =>
  count > limit ? refuse(rule, `${count} > ${limit}`) : undefined;

const repeated = (names: readonly string[]): string | undefined =>
  names.find((name, index) => names.indexOf(name) !== index);

// Textures, conical gradients, grid word clouds and repeated images make a chart fail to load on phones.
const MOBILE_FAILS = /"(texture|repeatX|repeatY)":|"gradient":"conical"|"layoutMode":"grid"/;

// Any scheme, so that tel: or javascript: is seen too.
const LINK = /\]\(([^)\s]*)|(?:href|url)\s*=\s*['"]?([^'"\s>]+)|\b([a-z][a-z0-9+.-]*:\/\/[^\s)'"<>\]]+)/gi;

const urlsOf = (element: CardElement): readonly string[] => {
  if (element.tag === 'button') {
    return element.behaviors.flatMap((behaviour) =>
      behaviour.type === 'open_url' ? [behaviour.default_url] : [],
    );
  }
  return markdownTexts(element).flatMap((text) =>
    [...text.matchAll(LINK)].map((match) => match[1] ?? match[2] ?? match[3] ?? ''),
  );
};

const isAllowed = (url: string, hosts: readonly string[]): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  return protocol === 'https:' && (host === 'applink.feishu.cn' || hosts.includes(host));
};

const checkElement = (element: CardElement, hosts: readonly string[]): Refused | undefined => {
  const url = urlsOf(element).find((candidate) => !isAllowed(candidate, hosts));
  if (url !== undefined) return refuse('link', URL.canParse(url) ? new URL(url).host : 'not an address');
  if (markdownTexts(element).some((text) => /<at\s+id\s*=\s*['"]?all\b/i.test(text))) {
    return refuse('mention_all', element.tag);
  }
  if (element.tag === 'chart' && MOBILE_FAILS.test(JSON.stringify(element.chart_spec))) {
    return refuse('chart_mobile', element.chart_spec.type);
  }
  return element.tag === 'table' ? checkTable(element) : undefined;
};

const checkTable = ({ columns, rows }: Extract<CardElement, { tag: 'table' }>): Refused | undefined => {
  const names = columns.map(({ name }) => name);
  const wrong = repeated(names) ?? rows.flatMap(Object.keys).find((key) => !names.includes(key));
  return wrong === undefined ? undefined : refuse('table_columns', wrong);
};

const checkIds = (card: Card, id: string | undefined): Refused | undefined => {
  const twice = repeated(elementIds(card));
  if (twice !== undefined) return refuse('element_id_repeated', twice);
  const names = card.body.elements.flatMap(({ element_id }) => element_id ?? []);
  const isNamed = id === undefined ? names.length > 0 : names.includes(id);
  return isNamed ? undefined : refuse('delivery_missing', 'no root element has the element_id');
};

const checkLimits = (card: Card): Refused | undefined => {
  const placed = walk(card.body.elements);
  const count = (tag: CardElement['tag']): number =>
    placed.filter(({ element }) => element.tag === tag).length;
  return (
    over('elements', countTags(card), CARD_LIMITS.elements) ??
    over('tables', count('table'), CARD_LIMITS.tables) ??
    over('charts', count('chart'), CARD_LIMITS.charts) ??
    over('nesting', Math.max(0, ...placed.map(({ depth }) => depth)), CARD_LIMITS.depth)
  );
};

const checkElements = (card: Card, hosts: readonly string[]): Refused | undefined => {
  for (const { element } of walk(card.body.elements)) {
    const refused = checkElement(element, hosts);
    if (refused) return refused;
  }
  return undefined;
};

const contentOf = (card: unknown): string | undefined => {
  try {
    return JSON.stringify(card);
  } catch {
    return undefined;
  }
};

const checkContent = (content: string, { allowedHosts = [], id }: PreflightOptions): Refused | undefined => {
  const parsed = z.safeParse(cardSchema, JSON.parse(content));
  if (parsed.success) {
    return checkLimits(parsed.data) ?? checkIds(parsed.data, id) ?? checkElements(parsed.data, allowedHosts);
  }
  const { issues } = parsed.error;
  return refuse(issues[0]?.message === 'element_id' ? 'element_id' : 'shape', describeIssues(issues));
};

/** What Feishu would say about a card, before it is stored. Checks the JSON as it will be sent. */
export const preflight = (card: unknown, options: PreflightOptions = {}): Preflight => {
  const content = contentOf(card);
  if (content === undefined) return refuse('shape', 'is not JSON');
  const bytes = bodyBytes(content);
  return over('bytes', bytes, CARD_LIMITS.bytes) ?? checkContent(content, options) ?? { ok: true, bytes };
};
