import { type CardContext } from './card-context.ts';
import { colourOf } from './card-style.ts';
import { h } from './dom.ts';
import { icon } from './icons.ts';

type Rule = {
  readonly pattern: RegExp;
  readonly make: (match: RegExpExecArray, context: CardContext) => Node | string;
};

const SAFE_LINK = /^https?:\/\//i;
// biome-ignore format: a table
const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<', gt: '>', amp: '&', quot: '"', nbsp: '\u00a0', ensp: '\u2002', emsp: '\u2003',
};
/** Circles are drawn, so that they look the same where no emoji font is installed. */
// biome-ignore format: a table
const CIRCLES: Readonly<Record<string, string>> = {
  '🔴': 'red', '🟠': 'orange', '🟡': 'yellow', '🟢': 'green', '🔵': 'blue', '⚪': 'grey',
};

type Label = readonly (Node | string)[];

/** A link that the client follows; only http(s) is one, anything else is just its label. */
export const link = (label: Label, url: string, context: CardContext): HTMLElement => {
  if (!SAFE_LINK.test(url)) return h('span', {}, ...label);
  const anchor = h('a', { href: url, rel: 'noreferrer', target: '_blank' }, ...label);
  anchor.addEventListener('click', (event) => {
    event.preventDefault();
    context.openLink(url);
  });
  return anchor;
};

const wrap = (tag: 'strong' | 'em' | 'del' | 'u', text: string, context: CardContext): HTMLElement => {
  const node = h(tag);
  node.append(...inline(text, context));
  return node;
};

const coloured = (name: string, text: string, context: CardContext): HTMLElement => {
  const node = h('span');
  const colour = colourOf(name, context.config);
  if (colour !== undefined) node.style.color = colour;
  node.append(...inline(text, context));
  return node;
};

const mention = (id: string, inner: string, context: CardContext): HTMLElement => {
  const name = id === 'all' ? '所有人' : (context.nameOf(id) ?? (inner || '成员'));
  return h('span', { class: 'mention' }, `@${name}`);
};

/** Signs that a font may lack, drawn for the same reason. */
const drawn = (sign: string): HTMLElement =>
  h(
    'span',
    { class: 'sign', role: 'img', 'aria-label': sign },
    icon(sign.startsWith('⚠') ? 'warning' : 'check', 15),
  );

const circle = (sign: string): HTMLElement => {
  const node = h('span', { class: 'circle', role: 'img', 'aria-label': sign });
  node.style.backgroundColor = `var(--${CIRCLES[sign] ?? 'grey'})`;
  return node;
};

const SIGNS = `${Object.keys(CIRCLES).join('|')}|(?:⚠|✔|✅)\\uFE0F?`;

const sign = (text: string): HTMLElement => (text in CIRCLES ? circle(text) : drawn(text));

const SPLIT_AT_SIGNS = new RegExp(`(${SIGNS})`, 'u');

/** Plain text with its circles and signs drawn. */
export const drawSigns = (text: string): Label =>
  text.split(SPLIT_AT_SIGNS).map((part, index) => (index % 2 === 1 ? sign(part) : part));

export const textTag = (label: string, colour: string): HTMLElement => {
  const tag = h('span', { class: 'text-tag' }, label);
  tag.style.setProperty('--fill', colourOf(colour || 'blue', undefined, 'fill') ?? 'var(--blue-pale)');
  tag.style.setProperty('--text', colourOf(colour || 'blue', undefined) ?? 'var(--blue-deep)');
  return tag;
};

const group = (match: RegExpExecArray, index: number): string => match[index] ?? '';

const entity = (name: string): string => {
  const code = Number(name.slice(1));
  if (!name.startsWith('#')) return ENTITIES[name] ?? '';
  return Number.isInteger(code) && code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
};

// Every pattern is sticky: it is tried at the current place only.
const RULES: readonly Rule[] = [
  { pattern: /\\([\\`*_{}[\]()#+\-.!~|<>])/y, make: (m) => group(m, 1) },
  { pattern: /`([^`\n]+)`/y, make: (m) => h('code', {}, group(m, 1)) },
  { pattern: /<br\s*\/?>|\n/y, make: () => h('br') },
  {
    pattern: /!\[([^\]]*)\]\([^)\s]*\)/y,
    make: (m) => h('span', { class: 'muted' }, `[${group(m, 1) || '图片'}]`),
  },
  { pattern: /\[([^\]]+)\]\(([^)\s]+)\)/y, make: (m, c) => link(inline(group(m, 1), c), group(m, 2), c) },
  { pattern: /\*\*(.+?)\*\*(?!\*)/sy, make: (m, c) => wrap('strong', group(m, 1), c) },
  { pattern: /~~(.+?)~~/sy, make: (m, c) => wrap('del', group(m, 1), c) },
  { pattern: /\*([^*\s][^*]*?)\*/y, make: (m, c) => wrap('em', group(m, 1), c) },
  {
    pattern: /<font\s+color=["']?([\w-]+)["']?\s*>(.*?)<\/font>/sy,
    make: (m, c) => coloured(group(m, 1), group(m, 2), c),
  },
  {
    pattern: /<text_tag\s+color=["']?([\w-]+)["']?\s*>(.*?)<\/text_tag>/sy,
    make: (m) => textTag(group(m, 2), group(m, 1)),
  },
  {
    pattern:
      /<(?:at|person)\s+(?:id|ids|email|user_id)\s*=\s*["']?([^"'>\s/]*)["']?[^>]*>(?:([^<]*)<\/(?:at|person)>)?/y,
    make: (m, c) => mention(group(m, 1), group(m, 2), c),
  },
  {
    pattern: /<(?:a|link)\s[^>]*?(?:href|url)=["']([^"']+)["'][^>]*>(.*?)<\/(?:a|link)>/sy,
    make: (m, c) => link(inline(group(m, 2), c), group(m, 1), c),
  },
  { pattern: /<(?:b|strong)>(.*?)<\/(?:b|strong)>/sy, make: (m, c) => wrap('strong', group(m, 1), c) },
  { pattern: /<(?:i|em)>(.*?)<\/(?:i|em)>/sy, make: (m, c) => wrap('em', group(m, 1), c) },
  { pattern: /<(?:s|del)>(.*?)<\/(?:s|del)>/sy, make: (m, c) => wrap('del', group(m, 1), c) },
  { pattern: /<u>(.*?)<\/u>/sy, make: (m, c) => wrap('u', group(m, 1), c) },
  { pattern: /&(lt|gt|amp|quot|nbsp|ensp|emsp|#\d{2,7});/y, make: (m) => entity(group(m, 1)) },
  { pattern: new RegExp(SIGNS, 'uy'), make: (m) => sign(group(m, 0)) },
];

type Hit = { readonly node: Node | string; readonly end: number };

const tryRules = (source: string, at: number, context: CardContext): Hit | undefined => {
  for (const { pattern, make } of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) return { node: make(match, context), end: at + match[0].length };
  }
  return undefined;
};

const STARTS = /[\\`<\n!*[~&🔴🟠🟡🟢🔵⚪⚠✔✅]/u;

/** The inline part of Feishu's markdown as nodes. Whatever matches no rule stays text. */
export const inline = (source: string, context: CardContext): readonly (Node | string)[] => {
  const nodes: (Node | string)[] = [];
  let plain = '';
  let at = 0;
  while (at < source.length) {
    const char = String.fromCodePoint(source.codePointAt(at) ?? 0);
    const hit = STARTS.test(char) ? tryRules(source, at, context) : undefined;
    if (!hit) plain += char;
    else {
      nodes.push(plain, hit.node);
      plain = '';
    }
    at = hit?.end ?? at + char.length;
  }
  return [...nodes, plain].filter((node) => node !== '');
};
