import { fromHtml } from 'hast-util-from-html';
import { toMdast } from 'hast-util-to-mdast';
import type { Code, List, ListItem, Nodes, PhrasingContent, RootContent, Table, TableCell } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { piecesOf, type Run, richText } from './convert-inline.ts';
import { type Content, TYPE } from './model.ts';

/** A block that isn't in a document yet, with what is below it. */
export type Sketch = {
  readonly type: number;
  readonly content: Content;
  readonly children: readonly Sketch[];
  /** Of a picture that still has to be uploaded. */
  readonly imageUrl?: string;
};

const picture = (imageUrl: string): Sketch => ({ type: TYPE.image, content: {}, children: [], imageUrl });

/** A paragraph: text blocks, and each picture as a block of its own. */
const paragraph = (type: number, nodes: readonly PhrasingContent[]): readonly Sketch[] => {
  const sketches: Sketch[] = [];
  let runs: Run[] = [];
  const end = (): void => {
    if (runs.some(({ text }) => text.trim() !== ''))
      sketches.push({ type, content: richText(runs), children: [] });
    runs = [];
  };
  for (const piece of piecesOf(nodes)) {
    if ('text' in piece) runs.push(piece);
    else {
      end();
      sketches.push(picture(piece.image));
    }
  }
  end();
  return sketches;
};

/** The first paragraph of an item is its own text; what else is in it stands below. */
const item = (number: string | undefined, { checked, children }: ListItem): Sketch => {
  const [own, ...below] = sketchesOf(children);
  const isText = own?.type === TYPE.text;
  const content = isText ? own.content : richText([]);
  const inner = isText || !own ? below : [own, ...below];
  if (typeof checked === 'boolean')
    return { type: TYPE.todo, content: { ...content, style: { done: checked } }, children: inner };
  if (number === undefined) return { type: TYPE.bullet, content, children: inner };
  return { type: TYPE.ordered, content: { ...content, style: { sequence: number } }, children: inner };
};

/** `style.sequence`: the number of the first item, and auto for those that count on. */
const list = ({ ordered, start, children }: List): readonly Sketch[] =>
  children.map((one, at) => {
    const number = at === 0 ? String(start ?? 1) : 'auto';
    return item(ordered === true ? number : undefined, one);
  });

const cell = ({ children }: TableCell): Sketch => {
  const inner = paragraph(TYPE.text, children);
  const empty = { type: TYPE.text, content: richText([]), children: [] };
  return { type: TYPE.cell, content: {}, children: inner.length > 0 ? inner : [empty] };
};

const table = ({ children: rows }: Table): Sketch => {
  const columns = Math.max(...rows.map(({ children }) => children.length));
  const blank: TableCell = { type: 'tableCell', children: [] };
  const cells = rows.flatMap(({ children }) =>
    Array.from({ length: columns }, (_, at) => cell(children[at] ?? blank)),
  );
  // The first row of GFM is its head; that the real converter says so is assumed.
  const property = { row_size: rows.length, column_size: columns, header_row: true };
  return { type: TYPE.table, content: { property }, children: cells };
};

// 代码语言 of 块的数据结构; others are PlainText.
const LANGUAGES: Readonly<Record<string, number>> = {
  bash: 7,
  css: 12,
  go: 22,
  html: 24,
  json: 28,
  java: 29,
  javascript: 30,
  js: 30,
  markdown: 39,
  python: 49,
  sql: 56,
  shell: 60,
  typescript: 63,
  ts: 63,
  yaml: 67,
};

const sketchesOf = (nodes: readonly RootContent[]): readonly Sketch[] => nodes.flatMap(sketchOf);

const quoted = (nodes: readonly RootContent[]): readonly Sketch[] =>
  nodes.flatMap((node) =>
    node.type === 'paragraph' ? paragraph(TYPE.quote, node.children) : sketchOf(node),
  );

const code = ({ lang, value }: Code): Sketch => {
  const style = { language: LANGUAGES[lang ?? ''] ?? 1, wrap: false };
  return { type: TYPE.code, content: richText([{ text: value, style: {} }], style), children: [] };
};

const plain = (node: RootContent): readonly Sketch[] => {
  if (node.type === 'thematicBreak') return [{ type: TYPE.divider, content: {}, children: [] }];
  return 'value' in node ? paragraph(TYPE.text, [{ type: 'text', value: node.value }]) : [];
};

const sketchOf = (node: RootContent): readonly Sketch[] => {
  switch (node.type) {
    case 'heading':
      return paragraph(TYPE.heading + node.depth - 1, node.children);
    case 'paragraph':
      return paragraph(TYPE.text, node.children);
    case 'list':
      return list(node);
    case 'blockquote':
      return quoted(node.children);
    case 'table':
      return [table(node)];
    case 'code':
      return [code(node)];
    default:
      return plain(node);
  }
};

const rootOf = (kind: 'markdown' | 'html', text: string): Nodes =>
  kind === 'html'
    ? toMdast(fromHtml(text, { fragment: true }))
    : fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

/** Markdown (GFM) or HTML as blocks. */
export const sketchText = (kind: 'markdown' | 'html', text: string): readonly Sketch[] => {
  const root = rootOf(kind, text);
  return root.type === 'root' ? sketchesOf(root.children) : [];
};
