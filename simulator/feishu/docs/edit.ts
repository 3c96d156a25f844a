import type { Tenant } from '../tenant.ts';
import { readContent, requireMayHold, type SentBlock, sizeOf, walk } from './blocks.ts';
import { type Block, type Content, type Doc, TYPE } from './model.ts';
import { refuse } from './refuse.ts';

export type Page = { readonly tenant: Tenant; readonly doc: Doc };

type Spot = { readonly parentId: string; readonly index: number };

/** No page publishes the limit of a document's blocks; assumed. */
const MOST_BLOCKS = 20_000;
/** A table without its cells: rows and columns that one call may make, observed; 创建嵌套块 has no such limit. */
const MOST_BARE_SIDE = 9;
/** Of 1770035 in the error tables: pictures and mentions in one call. */
const MOST_PICTURES = 20;
const MOST_MENTIONS = 200;

/** Throws 1770035 for more pictures, people or documents than one call may bring. */
export const requireFew = (sent: readonly SentBlock[]): void => {
  const pictures = sent.filter(({ block_type: type }) => type === TYPE.image).length;
  const words = JSON.stringify(sent);
  const mentions = ['"mention_user":', '"mention_doc":'].map((name) => words.split(name).length - 1);
  if (pictures > MOST_PICTURES || Math.max(...mentions) > MOST_MENTIONS) throw refuse(1770035);
};

export const blockOf = ({ doc }: Page, id: string): Block => {
  const block = doc.blocks.get(id);
  if (!block) throw refuse(1770002);
  return block;
};

const changed = ({ tenant, doc }: Page): void => {
  doc.revision += 1;
  doc.editedAt = tenant.clock.now();
  doc.source = undefined;
  tenant.changes.publish({ type: 'document', documentId: doc.token });
};

const placeIn = (parent: Block, index: number, ids: readonly string[]): void => {
  if (index < -1 || index > parent.children.length) throw refuse(1770001);
  parent.children.splice(index === -1 ? parent.children.length : index, 0, ...ids);
};

const emptyText = (): Content => ({
  elements: [{ text_run: { content: '', text_element_style: {} } }],
  style: { align: 1, folded: false },
});

type Grown = { readonly block: Block; readonly below: readonly Block[] };

/** Tables and callouts come with what must be in them: a cell or a text. */
const fill = (page: Page, block: Block): Grown => {
  const newId = page.tenant.documents.newId;
  const text = (parentId: string): Block => ({
    id: newId(),
    type: TYPE.text,
    parentId,
    content: emptyText(),
    children: [],
  });
  if (block.type === TYPE.callout) {
    const inner = text(block.id);
    block.children = [inner.id];
    return { block, below: [inner] };
  }
  if (block.type !== TYPE.table) return { block, below: [] };
  const { row_size: rows, column_size: columns } = sizeOf(block.content);
  if (Math.max(rows, columns) > MOST_BARE_SIDE) throw refuse(1770001);
  const cells = Array.from({ length: rows * columns }, () => {
    const id = newId();
    const inner = text(id);
    const cell: Block = { id, type: TYPE.cell, parentId: block.id, content: {}, children: [inner.id] };
    return [cell, inner];
  });
  block.children = cells.flatMap(([cell]) => (cell ? [cell.id] : []));
  return { block, below: cells.flat() };
};

const put = ({ tenant, doc }: Page, blocks: readonly Block[]): void => {
  if (doc.blocks.size + blocks.length > MOST_BLOCKS) throw refuse(1770004);
  for (const block of blocks) tenant.documents.place(doc, block);
};

/** 创建块: returns the new children. */
export const addChildren = (
  page: Page,
  { parentId, index }: Spot,
  sent: readonly SentBlock[],
): readonly Block[] => {
  const parent = blockOf(page, parentId);
  requireFew(sent);
  const grown = sent.map((one) => {
    requireMayHold(parent.type, one.block_type);
    if (one.block_type === TYPE.cell) throw refuse(1770029);
    const id = page.tenant.documents.newId();
    return fill(page, { id, type: one.block_type, parentId, content: readContent(one), children: [] });
  });
  placeIn(
    parent,
    index,
    grown.map(({ block }) => block.id),
  );
  put(
    page,
    grown.flatMap(({ block, below }) => [block, ...below]),
  );
  changed(page);
  return grown.map(({ block }) => block);
};

type Family = { readonly childrenId: readonly string[]; readonly descendants: readonly SentBlock[] };

const byTemporaryId = (descendants: readonly SentBlock[]): ReadonlyMap<string, SentBlock> => {
  const known = new Map(descendants.map((block) => [block.block_id ?? '', block]));
  if (known.has('')) throw refuse(1770001);
  if (known.size < descendants.length) throw refuse(1770019);
  return known;
};

/** 当创建的子块中含有 GridColumn、TableCell、Callout 时其中至少需要包含一个子块; a table has a cell for each place. */
const requireWhole = ({ type, content, children }: Block): void => {
  const holdsNothing = children.length === 0 && (type === TYPE.cell || type === TYPE.callout);
  if (holdsNothing) throw refuse(1770001);
  if (type !== TYPE.table) return;
  const { row_size: rows, column_size: columns } = sizeOf(content);
  if (children.length !== rows * columns) throw refuse(1770013);
};

export type Adopted = { readonly blocks: readonly Block[]; readonly realIds: ReadonlyMap<string, string> };

/** Gives temporary ids their real ones; throws when a child is missing, has two parents, or is left over. */
const adopt = (page: Page, parent: Block, { childrenId, descendants }: Family): Adopted => {
  const known = byTemporaryId(descendants);
  const realIds = new Map<string, string>();
  const blocks: Block[] = [];
  const take = (temporaryId: string, above: Block): string => {
    const sent = known.get(temporaryId);
    if (!sent) throw refuse(1770013);
    if (realIds.has(temporaryId)) throw refuse(1770014);
    requireMayHold(above.type, sent.block_type);
    const id = page.tenant.documents.newId();
    realIds.set(temporaryId, id);
    const content = readContent(sent);
    const block: Block = { id, type: sent.block_type, parentId: above.id, content, children: [] };
    blocks.push(block);
    block.children = (sent.children ?? []).map((child) => take(child, block));
    requireWhole(block);
    return id;
  };
  for (const id of childrenId) take(id, parent);
  if (realIds.size < known.size) throw refuse(1770013);
  return { blocks, realIds };
};

/** 创建嵌套块: a tree in one call, all of it or nothing. */
export const addFamily = (page: Page, { parentId, index }: Spot, family: Family): Adopted => {
  const parent = blockOf(page, parentId);
  const adopted = adopt(page, parent, family);
  const { blocks, realIds } = adopted;
  placeIn(
    parent,
    index,
    family.childrenId.map((id) => realIds.get(id) ?? ''),
  );
  put(page, blocks);
  changed(page);
  return adopted;
};

/** 删除块: children from `start` up to, not including, `end`. The cells of a table and the last text of a cell stay. */
export const removeChildren = (
  page: Page,
  parentId: string,
  [start, end]: readonly [number, number],
): void => {
  const parent = blockOf(page, parentId);
  if (parent.type === TYPE.table) throw refuse(1770031);
  if (start >= end || end > parent.children.length) throw refuse(1770001);
  const gone = parent.children.splice(start, end - start);
  for (const { id } of gone.flatMap((id) => walk(page.doc, id))) page.tenant.documents.remove(page.doc, id);
  changed(page);
};

/** 更新块: all changes are one revision. */
export const changeBlocks = (page: Page, changes: readonly (readonly [Block, Content])[]): void => {
  for (const [block, content] of changes) block.content = content;
  changed(page);
};
