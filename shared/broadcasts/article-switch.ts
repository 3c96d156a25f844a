import { UpstreamError } from '../errors.ts';
import type { Docx } from '../feishu/docx.ts';
import { type Article, contentHash, withImageTokens } from '../feishu/docx-blocks.ts';
import { log } from '../log.ts';
import { clientTokens, type Desk, type Draft, fillPage, removeBlocks } from './article-fill.ts';
import type { ArticlePage } from './article-page.ts';
import type { ArticleProgress, ProgressPort } from './article-progress.ts';
import { topIdsOf } from './article-read.ts';
import { articleData } from './article-refusal.ts';
import { summarize } from './article-text.ts';

export type Job = {
  readonly key: string;
  readonly title: string;
  /** Of title and Markdown: another one under the same key begins again. */
  readonly source: string;
  readonly attempt: number;
  readonly draft: Draft;
  readonly before: ArticleProgress | undefined;
};
export type Shelf = { readonly docx: Docx; readonly progress: ProgressPort };
/** `old` blocks stood on the page before; -1 when they have to be counted. */
export type Opened = { readonly page: ArticlePage; readonly old: number };

/** All new blocks stand behind `old` others; the tokens of their pictures, when this run has placed them. */
export type Filled = Opened & { readonly tokens?: readonly string[] };

const shapeOf = (article: Article): string => contentHash(withImageTokens(article, []));
const lettersOf = (article: Article): string => summarize(article).text.replaceAll(/\s+/g, '');

const presentOn = async ({ docx }: Shelf, { title }: Job, { docToken }: ArticlePage): Promise<Article> => {
  const blocks = articleData(await docx.listBlocks(docToken), 'document');
  return { title, blocks, topIds: topIdsOf(blocks) };
};

export const deskOf = ({ docx }: Shelf, { key, attempt }: Job, { docToken }: ArticlePage): Desk => ({
  docx,
  docToken,
  tokenFor: clientTokens(key, attempt),
});

const saveStep = async (
  { progress }: Shelf,
  { key, source, attempt }: Job,
  step: Opened & { readonly step: 'filling' | 'switching' },
): Promise<void> => {
  const { spaceId, nodeToken, docToken } = step.page;
  const { old } = step;
  await progress.save(key, { step: step.step, source, attempt, spaceId, nodeToken, docToken, old });
};

/** Has an earlier run brought everything onto the page, so that at most the old blocks still have to leave? */
export const findFilled = async (shelf: Shelf, job: Job, page: ArticlePage): Promise<Filled | undefined> => {
  const { before, draft } = job;
  if (before?.step !== 'switching' || before.source !== job.source) return undefined;
  const present = await presentOn(shelf, job, page);
  if (shapeOf(present) === shapeOf({ title: job.title, ...draft.converted })) return { page, old: 0 };
  const isWhole = present.topIds.length === before.old + draft.converted.topIds.length;
  return isWhole ? { page, old: before.old } : undefined;
};

/** What a broken-off run left behind goes first; on a page that is only now counted, everything is old. */
const clear = async (shelf: Shelf, job: Job, { page, old }: Opened): Promise<number> => {
  if (old === 0 && job.before?.step !== 'filling') return 0;
  const { length } = (await presentOn(shelf, job, page)).topIds;
  if (old < 0 || length < old) return length;
  await removeBlocks(deskOf(shelf, job, page), { from: old, to: length });
  return old;
};

/** Behind the old article, which leaves in one call when the new one is whole: no reader finds an empty page. */
export const fill = async (shelf: Shelf, job: Job, opened: Opened): Promise<Filled> => {
  const { page } = opened;
  const old = await clear(shelf, job, opened);
  await saveStep(shelf, job, { step: 'filling', page, old });
  const tokens = await fillPage(deskOf(shelf, job, page), job.draft, old);
  await saveStep(shelf, job, { step: 'switching', page, old });
  return { page, old, tokens };
};

/** What is on the page now. Throws `document_differs` when it isn't the article: the next run fills it again. */
export const verify = async (shelf: Shelf, job: Job, { page, tokens }: Filled): Promise<string> => {
  const present = await presentOn(shelf, job, page);
  const draft = { title: job.title, ...job.draft.converted };
  if (lettersOf(present) !== lettersOf(draft)) {
    await saveStep(shelf, job, { step: 'filling', page, old: present.topIds.length });
    throw new UpstreamError('document_differs', '页面内容和文章不一致：会再写一次');
  }
  const isSame = tokens
    ? contentHash(present) === contentHash(withImageTokens(draft, tokens))
    : shapeOf(present) === shapeOf(draft);
  // Feishu may keep a mark or an address in another form than it converted to; the words are what they were.
  if (!isSame) log.warn('article_kept_otherwise', { docToken: page.docToken });
  return contentHash(present);
};
