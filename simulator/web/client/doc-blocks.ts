import type { DocBlock, DocScreen } from './doc-api.ts';
import { type OpenLink, textNodes } from './doc-text.ts';
import { h } from './dom.ts';
import { icon } from './icons.ts';
import { childOf, flagOf, isJson, type Json, numberOf, textOf } from './json.ts';

type Reader = { readonly blocks: ReadonlyMap<string, DocBlock>; readonly openLink: OpenLink };

const TYPE = { bullet: 12, ordered: 13, code: 14, quote: 15, todo: 17, callout: 19, divider: 22, image: 27 };
const TABLE = 31;
const QUOTE_CONTAINER = 34;
const HEADINGS = ['heading1', 'heading2', 'heading3', 'heading4', 'heading5', 'heading6'];

const contentOf = (block: DocBlock, name: string): Json | undefined => {
  const content = block[name];
  return isJson(content) ? content : undefined;
};

const below = (block: DocBlock, reader: Reader): readonly HTMLElement[] => {
  const children = (block.children ?? []).flatMap((id) => reader.blocks.get(id) ?? []);
  return siblings(children, reader);
};

const words = (block: DocBlock, name: string, { openLink }: Reader): readonly (Node | string)[] =>
  textNodes(contentOf(block, name), openLink);

const item =
  (name: string) =>
  (block: DocBlock, reader: Reader): HTMLElement =>
    h('li', {}, ...words(block, name, reader), ...below(block, reader));

const todo = (block: DocBlock, reader: Reader): HTMLElement => {
  const isDone = flagOf(childOf(contentOf(block, 'todo'), 'style'), 'done');
  const box = h('input', {
    type: 'checkbox',
    checked: isDone,
    disabled: true,
    'aria-label': isDone ? '已完成' : '未完成',
  });
  return h(
    'div',
    { class: `doc-todo${isDone ? ' is-done' : ''}` },
    box,
    h('div', {}, ...words(block, 'todo', reader), ...below(block, reader)),
  );
};

const picture = (block: DocBlock): HTMLElement => {
  const content = contentOf(block, 'image');
  const token = textOf(content, 'token');
  const caption = textOf(childOf(content, 'caption'), 'content');
  const shown =
    token === ''
      ? h('div', { class: 'doc-frame', role: 'img', 'aria-label': '图片还没有上传' }, icon('image', 28))
      : h('img', { src: `/sim/medias/${encodeURIComponent(token)}`, alt: caption || '图片' });
  return h('figure', {}, shown, caption === '' ? undefined : h('figcaption', {}, caption));
};

const table = (block: DocBlock, reader: Reader): HTMLElement => {
  const property = childOf(contentOf(block, 'table'), 'property');
  const columns = numberOf(property, 'column_size', 1);
  const hasHead = flagOf(property, 'header_row');
  const cells = (block.children ?? []).flatMap((id) => reader.blocks.get(id) ?? []);
  const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, at) =>
    cells.slice(at * columns, (at + 1) * columns),
  );
  const rowNode = (row: readonly DocBlock[], at: number): HTMLElement =>
    h('tr', {}, ...row.map((cell) => h(hasHead && at === 0 ? 'th' : 'td', {}, ...below(cell, reader))));
  return h(
    'div',
    { class: 'doc-table scroll-x', tabindex: 0, role: 'group', 'aria-label': '表格' },
    h('table', {}, ...rows.map(rowNode)),
  );
};

const heading = (block: DocBlock, reader: Reader): HTMLElement => {
  const level = block.block_type - 2;
  const attributes = {
    class: `doc-h doc-h${Math.min(level, 4)}`,
    role: 'heading',
    'aria-level': Math.min(level + 2, 6),
  };
  return h('div', attributes, ...words(block, HEADINGS[level - 1] ?? `heading${level}`, reader));
};

const boxed =
  (className: string) =>
  (block: DocBlock, reader: Reader): HTMLElement =>
    h('div', { class: className }, ...below(block, reader));

const MAKERS: ReadonlyMap<number, (block: DocBlock, reader: Reader) => HTMLElement> = new Map([
  [
    TYPE.code,
    (block: DocBlock, reader: Reader) =>
      h('pre', { tabindex: 0 }, h('code', {}, ...words(block, 'code', reader))),
  ],
  [TYPE.quote, (block: DocBlock, reader: Reader) => h('blockquote', {}, ...words(block, 'quote', reader))],
  [TYPE.todo, todo],
  [TYPE.callout, boxed('doc-callout')],
  [TYPE.divider, () => h('hr')],
  [TYPE.image, picture],
  [TABLE, table],
  [QUOTE_CONTAINER, (block: DocBlock, reader: Reader) => h('blockquote', {}, ...below(block, reader))],
]);

const blockNode = (block: DocBlock, reader: Reader): HTMLElement => {
  const make = MAKERS.get(block.block_type);
  if (make) return make(block, reader);
  if (block.block_type >= 3 && block.block_type <= 11) return heading(block, reader);
  return h('div', { class: 'doc-p' }, ...words(block, 'text', reader), ...below(block, reader));
};

const LISTS: ReadonlyMap<number, { readonly tag: 'ul' | 'ol'; readonly make: ReturnType<typeof item> }> =
  new Map([
    [TYPE.bullet, { tag: 'ul', make: item('bullet') } as const],
    [TYPE.ordered, { tag: 'ol', make: item('ordered') } as const],
  ]);

/** Where a numbered list begins, when it isn't at 1. */
const firstNumber = (block: DocBlock): string | undefined => {
  const sequence = textOf(childOf(contentOf(block, 'ordered'), 'style'), 'sequence');
  return /^\d+$/u.test(sequence) && sequence !== '1' ? sequence : undefined;
};

/** Blocks beside each other; items that follow one another are one list. */
const siblings = (blocks: readonly DocBlock[], reader: Reader): readonly HTMLElement[] => {
  const nodes: HTMLElement[] = [];
  blocks.forEach((block, at) => {
    const list = LISTS.get(block.block_type);
    if (!list) {
      nodes.push(blockNode(block, reader));
      return;
    }
    if (blocks[at - 1]?.block_type !== block.block_type)
      nodes.push(h(list.tag, { start: firstNumber(block) }));
    nodes.at(-1)?.append(list.make(block, reader));
  });
  return nodes;
};

/** What is in a document, below its title. */
export const docBody = ({ blocks }: DocScreen, openLink: OpenLink): readonly HTMLElement[] => {
  const [page] = blocks;
  const reader = { blocks: new Map(blocks.map((block) => [block.block_id, block])), openLink };
  return page ? below(page, reader) : [];
};
