import type { Account } from '../../shared/broadcasts/account.ts';
import { checkMarkdown } from '../../shared/broadcasts/article-markdown.ts';
import { checkTitle } from '../../shared/broadcasts/article-page.ts';
import { type ArticleProgress, articleProgressSchema } from '../../shared/broadcasts/article-progress.ts';
import { publishArticle } from '../../shared/broadcasts/article-publish.ts';
import { readArticle } from '../../shared/broadcasts/article-read.ts';
import { subscribeReads } from '../../shared/broadcasts/article-readers.ts';
import { articleData } from '../../shared/broadcasts/article-refusal.ts';
import type { Article, Broadcast, Page } from '../../shared/broadcasts/broadcast.ts';
import { InvalidInputError, NotFoundError, UpstreamError } from '../../shared/errors.ts';
import type { FeishuClient } from '../../shared/feishu/client.ts';
import type { Patience } from '../../shared/feishu/patience.ts';
import { feishuWiki } from '../../shared/feishu/wiki.ts';
import { log } from '../../shared/log.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Contents } from '../../shared/store/contents.ts';
import { markdownSummary } from './markdown-summary.ts';
import type { Articles, ReadPage } from './turn.ts';

export type ArticleDeps = {
  readonly clientOf: (account: Account) => FeishuClient;
  readonly broadcasts: Pick<Broadcasts, 'find' | 'change'>;
  readonly contents: Pick<Contents, 'find' | 'keep'>;
  readonly patience: Patience;
  /** `bohe.feishu.cn`: where the company's documents are at home. */
  readonly documentHost: string;
  readonly now: () => Date;
};

type Ref = Extract<Article, { kind: 'document' }>['ref'];

/** Characters; compressed they stay far below a row's 400 KB. What is longer is evidenced by its hash alone. */
const longestText = 1_000_000;

/** What the hash is of is kept under it: evidence shows the words that people confirmed. */
const keepText = async ({ contents }: ArticleDeps, text: string): Promise<void> => {
  if (text.length <= longestText) await contents.keep(text);
};

const readDocument = async (deps: ArticleDeps, account: Account, ref: Ref): Promise<ReadPage> => {
  const article = await readArticle({ client: deps.clientOf(account), patience: deps.patience })(ref);
  const { docToken, nodeToken, title, contentHash, minutes, summary } = article;
  await keepText(deps, article.contentText);
  const url = `https://${deps.documentHost}/${ref.kind}/${ref.token}`;
  const node = nodeToken === undefined ? {} : { nodeToken };
  const page = { url, docToken, ...node, title, contentHash, minutes, readAt: deps.now().toISOString() };
  return { page, summary };
};

const textOf = async ({ contents }: ArticleDeps, hash: string): Promise<string> => {
  const text = await contents.find(hash);
  if (text === undefined) throw new NotFoundError('markdown_missing', '找不到正文，请重新提交 Markdown');
  return text;
};

const headingOf = (text: string): string => /^#\s+(.+)$/mu.exec(text)?.[1]?.trim() ?? '';

/** It stands nowhere yet: its hash is that of its text until it is published. */
const readMarkdown = async (deps: ArticleDeps, post: Broadcast, hash: string): Promise<ReadPage> => {
  const text = await textOf(deps, hash);
  checkMarkdown(text);
  const title = checkTitle(post.title || headingOf(text));
  const { minutes, summary } = markdownSummary(text);
  const readAt = deps.now().toISOString();
  return { page: { url: '', docToken: '', title, contentHash: hash, minutes, readAt }, summary };
};

const spaceOf = async (client: FeishuClient, { wikiSpace }: Account): Promise<string> => {
  const spaces = articleData(await feishuWiki(client).listSpaces(), 'wiki');
  const found = spaces.find(({ name }) => name === wikiSpace);
  if (found) return found.spaceId;
  throw new InvalidInputError(
    'wiki_forbidden',
    `机器人看不到知识库「${wikiSpace}」：请知识库管理员在『知识库设置』→『成员设置』里，把有机器人的群加为管理员`,
  );
};

/** How far the publishing has come stands on the post: whoever goes on after a crash makes no second page. */
const progressOn = ({ broadcasts, now }: ArticleDeps, id: string) => ({
  load: async (): Promise<ArticleProgress | undefined> => {
    const found = articleProgressSchema.safeParse((await broadcasts.find(id))?.publishing);
    return found.success ? found.data : undefined;
  },
  save: async (_key: string, progress: ArticleProgress): Promise<void> => {
    const post = await broadcasts.find(id);
    const told = { step: `publishing-${progress.step}`, now: now(), wakes: false };
    const isSaved =
      post?.state === 'scheduled' && (await broadcasts.change(post, { ...post, publishing: progress }, told));
    // Somebody has taken it back, or changes it right now: nothing more is published for them.
    if (!isSaved) throw new UpstreamError('changed_meanwhile', '内容刚刚有变化');
  },
});

const publish = async (deps: ArticleDeps, account: Account, post: Broadcast): Promise<Page> => {
  const { article, page, title, broadcast, version } = post;
  if (article.kind !== 'markdown' || !page) throw new Error(`${broadcast} has nothing to publish`);
  const client = deps.clientOf(account);
  const published = await publishArticle({
    client,
    progress: progressOn(deps, broadcast),
    patience: deps.patience,
    pageUrl: (nodeToken) => `https://${deps.documentHost}/wiki/${nodeToken}`,
  })({
    key: `${broadcast}:v${version}`,
    title: title || page.title,
    markdown: await textOf(deps, article.hash),
    place: { spaceId: await spaceOf(client, account) },
  });
  const { pageUrl, docToken, nodeToken, contentHash } = published;
  const seen = await readArticle({ client, patience: deps.patience })({ kind: 'docx', token: docToken });
  await keepText(deps, seen.contentText);
  return { ...page, url: pageUrl, docToken, nodeToken, contentHash, readAt: deps.now().toISOString() };
};

/** Documents and Markdown of posts, by the app of their account. */
export const articles = (deps: ArticleDeps): Articles => ({
  read: (account, post) =>
    post.article.kind === 'document'
      ? readDocument(deps, account, post.article.ref)
      : readMarkdown(deps, post, post.article.hash),
  publish: (account, post) => publish(deps, account, post),
  subscribe: async (account, docToken) => {
    const answer = await subscribeReads({ client: deps.clientOf(account) })(docToken);
    // Then who opened it is asked of its list of readers.
    if (!answer.subscribed) log.info('reads_not_subscribed', { account: account.id, reason: answer.reason });
  },
});
