import { z } from 'zod';
import { BLOCKS, type Block, type Content, type Doc, TYPE } from './model.ts';
import { refuse } from './refuse.ts';
import { readRichText, richTextSchema } from './rich-text.ts';

const MOST_COLUMNS = 100;
const MOST_CELLS = 2000;

const tableSchema = z.object({
  property: z.strictObject({
    row_size: z.int().min(1),
    column_size: z.int().min(1),
    column_width: z.optional(z.array(z.int().min(50))),
    header_row: z.optional(z.boolean()),
    header_column: z.optional(z.boolean()),
  }),
  cells: z.optional(z.array(z.string())),
});
export type TableSize = z.infer<typeof tableSchema>['property'];

const imageSchema = z.object({ align: z.optional(z.int().min(1).max(3)), caption: z.optional(z.unknown()) });
const calloutSchema = z.looseObject({
  background_color: z.optional(z.int()),
  border_color: z.optional(z.int()),
  text_color: z.optional(z.int()),
  emoji_id: z.optional(z.string()),
});

const parse = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> => {
  const result = schema.safeParse(value);
  if (!result.success) throw refuse(1770001);
  return result.data;
};

/** ≤ 100 columns and ≤ 2000 cells a table; `merge_info` is read-only and refused. */
const readTable = (value: unknown): Content => {
  const { property } = parse(tableSchema, value);
  const { row_size: rows, column_size: columns, column_width: widths } = property;
  if (columns > MOST_COLUMNS) throw refuse(1770010);
  if (rows * columns > MOST_CELLS) throw refuse(1770011);
  if (widths && widths.length !== columns) throw refuse(1770001);
  return { property: { column_width: Array.from({ length: columns }, () => 100), ...property } };
};

const READERS: ReadonlyMap<number, (value: unknown) => Content> = new Map([
  [
    TYPE.image,
    (value: unknown) => ({ align: 2, width: 100, height: 100, token: '', ...parse(imageSchema, value) }),
  ],
  [TYPE.table, readTable],
  [TYPE.callout, (value: unknown) => parse(calloutSchema, value)],
  [TYPE.divider, () => ({})],
  [TYPE.cell, () => ({})],
  [TYPE.quoteContainer, () => ({})],
]);

export const sentBlockSchema = z.looseObject({
  block_id: z.optional(z.string()),
  block_type: z.int(),
  children: z.optional(z.array(z.string())),
});
export type SentBlock = z.infer<typeof sentBlockSchema>;

/** Throws 1770029 for a kind that can't be created and 1770001 for content that isn't of its kind. */
export const readContent = (block: SentBlock): Content => {
  const name = BLOCKS.get(block.block_type);
  if (name === undefined || block.block_type === TYPE.page) throw refuse(1770029);
  const value = block[name];
  if (value === undefined && block.block_type !== TYPE.cell) throw refuse(1770001);
  const read = READERS.get(block.block_type);
  return read ? read(value) : readRichText(parse(richTextSchema, value));
};

const CHILDLESS: readonly number[] = [TYPE.code, TYPE.divider, TYPE.image];

/** 父子关系规则 of open.feishu.cn/document/server-docs/docs/docs/docx-v1/docx-overview. */
export const requireMayHold = (parentType: number, childType: number): void => {
  if (CHILDLESS.includes(parentType)) throw refuse(1770028);
  const isCell = childType === TYPE.cell;
  if ((parentType === TYPE.table) !== isCell) throw refuse(1770030);
  // 表格不可再嵌套表格.
  if (parentType === TYPE.cell && childType === TYPE.table) throw refuse(1770030);
};

export const sizeOf = (content: Content): TableSize => parse(tableSchema, content).property;

/** A block as the API gives it. */
export const blockShown = ({ id, type, parentId, content, children }: Block): object => ({
  block_id: id,
  block_type: type,
  parent_id: parentId,
  ...(children.length > 0 ? { children } : {}),
  [BLOCKS.get(type) ?? 'undefined']:
    type === TYPE.table ? { cells: children, ...tableShown(content) } : content,
});

const tableShown = (content: Content): object => {
  const property = sizeOf(content);
  const merge = Array.from({ length: property.row_size * property.column_size }, () => ({
    row_span: 1,
    col_span: 1,
  }));
  return { property: { ...property, merge_info: merge } };
};

/** Every block below one (itself first), in the order of reading. */
export const walk = ({ blocks }: Doc, from: string): readonly Block[] => {
  const found: Block[] = [];
  const waiting = [from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const block = blocks.get(id);
    if (!block) continue;
    found.push(block);
    waiting.push(...block.children.toReversed());
  }
  return found;
};
