import * as z from 'zod';

const resultSchema = z.object({
  pageUrl: z.string(),
  nodeToken: z.string(),
  docToken: z.string(),
  contentHash: z.string(),
  revision: z.number(),
  /** Feishu calls of the run that finished it. */
  calls: z.number(),
});
export type PublishedArticle = z.infer<typeof resultSchema>;

/** What is being published: a repeat with another text under the same key begins again on the same page. */
const common = { source: z.string(), attempt: z.number() };
const page = { spaceId: z.string(), nodeToken: z.string(), docToken: z.string() };
/** Top blocks that stood on the page before and leave it last; -1 while nobody has counted. */
const old = z.number();

/**
 * How far an article has come. `creating`: a page may exist under its working title · `filling`: new blocks go behind the
 * old ones · `switching`: they are all there, the old ones leave · `done`.
 */
export const articleProgressSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('creating'), ...common }),
  z.object({ step: z.literal('filling'), ...common, ...page, old }),
  z.object({ step: z.literal('switching'), ...common, ...page, old }),
  z.object({ step: z.literal('done'), ...common, ...page, result: resultSchema }),
]);
export type ArticleProgress = z.infer<typeof articleProgressSchema>;

/** Kept by whoever publishes; a save is durable before it returns. */
export type ProgressPort = {
  readonly load: (key: string) => Promise<ArticleProgress | undefined>;
  readonly save: (key: string, progress: ArticleProgress) => Promise<void>;
};
