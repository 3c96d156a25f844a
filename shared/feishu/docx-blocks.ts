import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

/** `block_type` of open.feishu.cn/document/docs/docs/data-structure/block, those that we look into. */
export const blockTypes = { page: 1, text: 2, code: 14, quote: 15, image: 27, table: 31 } as const;

export const blockSchema = z.looseObject({
  block_id: z.string(),
  block_type: z.number(),
  parent_id: z.optional(z.string()),
  children: z._default(z.array(z.string()), []),
});
/** A block as Feishu gives it; its content stands under the name of its kind (`text`, `heading1`, `table` …). */
export type DocxBlock = z.infer<typeof blockSchema>;

const mark = z._default(z.boolean(), false);
const styleSchema = z.object({
  bold: mark,
  italic: mark,
  strikethrough: mark,
  underline: mark,
  inline_code: mark,
  link: z.optional(z.object({ url: z.string() })),
});
const runSchema = z.object({
  text_run: z.object({ content: z.string(), text_element_style: z.optional(styleSchema) }),
});
/** Elements that aren't text, without their looks and without what Feishu adds by itself. */
const otherSchema = z.union([
  z.object({ mention_user: z.object({ user_id: z.string() }) }),
  z.object({ mention_doc: z.object({ token: z.string() }) }),
  z.object({ equation: z.object({ content: z.string() }) }),
]);
const richTextSchema = z.object({
  elements: z.array(z.unknown()),
  style: z.optional(z.object({ done: z.optional(z.boolean()), language: z.optional(z.number()) })),
});
const tableSchema = z.object({ property: z.object({ row_size: z.number(), column_size: z.number() }) });
const tokenSchema = z.object({ token: z.string() });

/** Text, or something else (a mention, a formula) that only `look` names. */
type Run = { readonly words: string; readonly look: string; readonly isText: boolean };

/** Feishu keeps addresses percent-encoded as a whole and takes them either way. */
const decoded = (url: string): string => {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
};

const MARKS = ['bold', 'italic', 'strikethrough', 'underline', 'inline_code'] as const;

const lookOf = (style: z.infer<typeof styleSchema> | undefined): string =>
  style === undefined
    ? ''
    : [...MARKS.filter((name) => style[name]), ...(style.link ? [decoded(style.link.url)] : [])].join(' ');

const runOf = (element: unknown): Run => {
  const run = z.safeParse(runSchema, element);
  if (run.success) {
    const { content, text_element_style: style } = run.data.text_run;
    return { words: content, look: lookOf(style), isText: true };
  }
  const other = z.safeParse(otherSchema, element);
  return { words: '', look: JSON.stringify(other.success ? other.data : 'other'), isText: false };
};

/** Neighbours that look alike are one run: where Feishu cuts them is no content, nor is a run without words. */
const mergeRuns = (runs: readonly Run[]): readonly Run[] => {
  const merged: Run[] = [];
  for (const run of runs.filter(({ words, isText }) => !isText || words !== '')) {
    const last = merged.at(-1);
    if (last?.isText && run.isText && last.look === run.look)
      merged.splice(-1, 1, { ...run, words: last.words + run.words });
    else merged.push(run);
  }
  return merged;
};

/** The name of a block's kind is the one field that is not common to all. */
const COMMON: readonly string[] = ['block_id', 'block_type', 'parent_id', 'children', 'comment_ids'];
const contentOf = (block: DocxBlock): unknown =>
  Object.entries(block).find(([name]) => !COMMON.includes(name))?.[1];

const runsIn = (block: DocxBlock): readonly Run[] => {
  const text = z.safeParse(richTextSchema, contentOf(block));
  return text.success ? mergeRuns(text.data.elements.map(runOf)) : [];
};

/** The words of one block, without what stands below it. */
export const wordsOf = (block: DocxBlock): string =>
  runsIn(block)
    .map(({ words }) => words)
    .join('');

const measuresOf = (content: unknown): readonly unknown[] => {
  const table = z.safeParse(tableSchema, content);
  if (table.success) return [table.data.property.row_size, table.data.property.column_size];
  const file = z.safeParse(tokenSchema, content);
  return file.success ? [file.data.token] : [];
};

type Canonical = readonly [type: number, content: readonly unknown[], children: readonly Canonical[]];

const contentFor = (block: DocxBlock): readonly unknown[] => {
  const content = contentOf(block);
  const text = z.safeParse(richTextSchema, content);
  if (!text.success) return measuresOf(content);
  const { done = false, language = 0 } = text.data.style ?? {};
  return [runsIn(block).map(({ words, look }) => [words, look]), done, language];
};

const isEmpty = (block: DocxBlock): boolean =>
  block.block_type === blockTypes.text && runsIn(block).length === 0 && block.children.length === 0;

const canonical = (blocks: ReadonlyMap<string, DocxBlock>, ids: readonly string[]): readonly Canonical[] =>
  ids
    .flatMap((id) => blocks.get(id) ?? [])
    .filter((block) => !isEmpty(block))
    .map((block) => [block.block_type, contentFor(block), canonical(blocks, block.children)]);

export type Article = {
  readonly title: string;
  readonly blocks: readonly DocxBlock[];
  /** The top blocks in their order. */
  readonly topIds: readonly string[];
};

const byId = (blocks: readonly DocxBlock[]): ReadonlyMap<string, DocxBlock> =>
  new Map(blocks.map((block) => [block.block_id, block]));

/** All blocks in the order of reading: Feishu's lists promise none. */
export const inOrder = ({ blocks, topIds }: Omit<Article, 'title'>): readonly DocxBlock[] => {
  const known = byId(blocks);
  const below = (id: string): readonly DocxBlock[] => {
    const block = known.get(id);
    return block ? [block, ...block.children.flatMap(below)] : [];
  };
  return topIds.flatMap(below);
};

/**
 * What a reader sees: title, text with its marks and links, structure, ticks, sizes of tables, tokens of images. Ids,
 * colours, widths, alignment, comments and empty lines are not in it, so that reading again gives the same.
 */
export const contentText = ({ title, blocks, topIds }: Article): string =>
  JSON.stringify(['article/1', title, canonical(byId(blocks), topIds)]);

/** SHA-256 (hex) of `contentText`. */
export const contentHash = (article: Article): string =>
  createHash('sha256').update(contentText(article)).digest('hex');

/** The same article with every image's token replaced, in the order of reading. */
export const withImageTokens = (article: Article, tokens: readonly string[]): Article => {
  const images = inOrder(article).filter(({ block_type }) => block_type === blockTypes.image);
  const tokenOf = new Map(images.map(({ block_id }, index) => [block_id, tokens[index] ?? '']));
  const blocks = article.blocks.map((block) => {
    const token = tokenOf.get(block.block_id);
    return token === undefined ? block : { ...block, image: { token } };
  });
  return { ...article, blocks };
};
