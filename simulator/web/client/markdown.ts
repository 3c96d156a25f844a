import type { CardContext } from './card-context.ts';
import { h } from './dom.ts';
import { inline } from './markdown-inline.ts';

const HEADING = /^(#{1,6})\s+(.*)$/;
const RULE = /^\s*(-{3,}|\*{3,})\s*$/;
const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const QUOTE = /^>\s?(.*)$/;
const FENCE = '```';
const ROW = /^\s*\|(.+)\|\s*$/;
const DIVIDER = /^\s*\|?[\s:|-]+\|?\s*$/;

type Block = { readonly node: HTMLElement; readonly next: number };
type Reader = (lines: readonly string[], at: number, context: CardContext) => Block | undefined;

const group = (match: RegExpExecArray, index: number): string => match[index] ?? '';

const lineAt = (lines: readonly string[], at: number): string => lines[at] ?? '';

const takeWhile = (lines: readonly string[], at: number, holds: (line: string) => boolean): number => {
  let end = at;
  while (end < lines.length && holds(lineAt(lines, end))) end += 1;
  return end;
};

const filled = <T extends HTMLElement>(node: T, text: string, context: CardContext): T => {
  node.append(...inline(text, context));
  return node;
};

const heading: Reader = (lines, at, context) => {
  const match = HEADING.exec(lineAt(lines, at));
  if (!match) return undefined;
  const level = group(match, 1).length;
  const node = h('div', {
    class: `md-h md-h${level}`,
    role: 'heading',
    'aria-level': Math.min(level + 2, 6),
  });
  return { node: filled(node, group(match, 2), context), next: at + 1 };
};

const rule: Reader = (lines, at) =>
  RULE.test(lineAt(lines, at)) ? { node: h('hr'), next: at + 1 } : undefined;

const fence: Reader = (lines, at) => {
  if (!lineAt(lines, at).startsWith(FENCE)) return undefined;
  const end = takeWhile(lines, at + 1, (line) => !line.startsWith(FENCE));
  return { node: h('pre', {}, h('code', {}, lines.slice(at + 1, end).join('\n'))), next: end + 1 };
};

const quote: Reader = (lines, at, context) => {
  const end = takeWhile(lines, at, (line) => QUOTE.test(line));
  if (end === at) return undefined;
  const text = lines.slice(at, end).map((line) => QUOTE.exec(line)?.[1] ?? '');
  return { node: filled(h('blockquote'), text.join('\n'), context), next: end };
};

type Item = { readonly depth: number; readonly mark: string; readonly text: string };

const itemAt = (lines: readonly string[], at: number): Item | undefined => {
  const match = ITEM.exec(lineAt(lines, at));
  return match ? { depth: group(match, 1).length, mark: group(match, 2), text: group(match, 3) } : undefined;
};

const listNode = ({ mark }: Item): HTMLElement =>
  /\d/.test(mark) ? h('ol', { start: Number.parseInt(mark, 10) }) : h('ul');

/** Items that are indented more than their list's first one make a list inside the item before. */
const list: Reader = (lines, at, context) => {
  const first = itemAt(lines, at);
  if (!first) return undefined;
  const node = listNode(first);
  const add = (item: Item, next: number): number => {
    const inner = item.depth > first.depth + 1 ? list(lines, next, context) : undefined;
    if (inner) node.lastElementChild?.append(inner.node);
    else node.append(filled(h('li'), item.text, context));
    return inner?.next ?? next + 1;
  };
  let next = at;
  for (let item = itemAt(lines, at); item && item.depth >= first.depth; item = itemAt(lines, next))
    next = add(item, next);
  return { node, next };
};

const cells = (line: string): readonly string[] =>
  (ROW.exec(line)?.[1] ?? '').split('|').map((cell) => cell.trim());

const table: Reader = (lines, at, context) => {
  if (!ROW.test(lineAt(lines, at)) || !DIVIDER.test(lineAt(lines, at + 1))) return undefined;
  const end = takeWhile(lines, at + 2, (line) => ROW.test(line));
  const rowOf = (tag: 'th' | 'td', line: string): HTMLElement =>
    h('tr', {}, ...cells(line).map((cell) => filled(h(tag), cell, context)));
  const body = lines.slice(at + 2, end).map((line) => rowOf('td', line));
  return {
    node: h(
      'div',
      { class: 'scroll-x' },
      h('table', {}, h('thead', {}, rowOf('th', lineAt(lines, at))), h('tbody', {}, ...body)),
    ),
    next: end,
  };
};

const READERS: readonly Reader[] = [fence, heading, rule, quote, table, list];

const startsBlock = (lines: readonly string[], at: number): boolean => {
  const line = lineAt(lines, at);
  const isPlain = line.trim() !== '' && !line.startsWith(FENCE);
  return !isPlain || [HEADING, RULE, QUOTE, ITEM, ROW].some((pattern) => pattern.test(line));
};

const paragraph = (lines: readonly string[], at: number, context: CardContext): Block => {
  let end = at + 1;
  while (end < lines.length && !startsBlock(lines, end)) end += 1;
  return { node: filled(h('p'), lines.slice(at, end).join('\n'), context), next: end };
};

/** Feishu's markdown (rich text component, JSON 2.0) as elements; a single line break stays a line break. */
export const markdown = (source: string, context: CardContext): HTMLElement => {
  const root = h('div', { class: 'md' });
  const lines = source.replaceAll('\r\n', '\n').split('\n');
  for (let at = 0; at < lines.length; ) {
    if (lineAt(lines, at).trim() === '') at += 1;
    else {
      const block =
        READERS.reduce<Block | undefined>((found, read) => found ?? read(lines, at, context), undefined) ??
        paragraph(lines, at, context);
      root.append(block.node);
      at = block.next;
    }
  }
  return root;
};
