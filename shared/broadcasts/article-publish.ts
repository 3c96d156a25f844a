import { createHash } from 'node:crypto';
import { InvalidInputError } from '../errors.ts';
import type { FeishuClient } from '../feishu/client.ts';
import { feishuDocx } from '../feishu/docx.ts';
import { pacedClient } from '../feishu/docx-pace.ts';
import { type Patience, patientClient } from '../feishu/patience.ts';
import { feishuWiki, type Wiki, type WikiPlace } from '../feishu/wiki.ts';
import { removeBlocks } from './article-fill.ts';
import { fetchImages, type ImageRules } from './article-images.ts';
import { checkMarkdown } from './article-markdown.ts';
import { checkTitle, makePage, toPage, workingTitle } from './article-page.ts';
import { planBatches } from './article-plan.ts';
import type { ProgressPort, PublishedArticle } from './article-progress.ts';
import { articleData } from './article-refusal.ts';
import {
  deskOf,
  type Filled,
  fill,
  findFilled,
  type Job,
  type Opened,
  type Shelf,
  verify,
} from './article-switch.ts';

export type PublishDeps = {
  readonly client: FeishuClient;
  readonly progress: ProgressPort;
  readonly patience: Patience;
  /** Where people open a wiki page, e.g. https://mint.feishu.cn/wiki/… */
  readonly pageUrl: (nodeToken: string) => string;
  readonly images?: ImageRules;
};

export type PublishInput = {
  /** Of this article in this version; a repeat with it goes on where the last run ended. */
  readonly key: string;
  readonly title: string;
  readonly markdown: string;
  /** Where a new page is made. */
  readonly place: WikiPlace;
  /** A page to change in place instead; its address stays. */
  readonly nodeToken?: string | undefined;
};

type Tools = Shelf &
  Pick<PublishDeps, 'patience' | 'pageUrl'> & {
    readonly wiki: Wiki;
    /** For what has no client_token: nothing of it is repeated unseen. */
    readonly once: Wiki;
    readonly calls: () => number;
  };

const toolsOf = (deps: PublishDeps): Tools => {
  let calls = 0;
  const counted: FeishuClient = {
    appId: deps.client.appId,
    call: (request, schema) => {
      calls += 1;
      return deps.client.call(request, schema);
    },
  };
  const paced = pacedClient(counted, deps.patience);
  const patient = patientClient(paced, deps.patience);
  const once = feishuWiki(paced);
  return { ...deps, wiki: feishuWiki(patient), docx: feishuDocx(patient), once, calls: () => calls };
};

const openPage = async (tools: Tools, input: PublishInput, job: Job): Promise<Opened> => {
  const { before, source, attempt } = job;
  if (before && before.step !== 'creating')
    return { page: before, old: before.step === 'filling' ? before.old : -1 };
  if (input.nodeToken !== undefined) {
    const node = articleData(await tools.wiki.getNode(input.nodeToken), 'wiki');
    if (node.objType === 'docx') return { page: toPage(node), old: -1 };
    throw new InvalidInputError('document_kind', '要更新的页面不是飞书文档', {
      details: { objType: node.objType },
    });
  }
  await tools.progress.save(input.key, { step: 'creating', source, attempt });
  const making = {
    wiki: tools.once,
    sleep: tools.patience.sleep,
    place: input.place,
    workingTitle: workingTitle(input.key, job.title),
  };
  const page = await makePage(making, before !== undefined);
  return { page, old: 0 };
};

const finish = async (tools: Tools, job: Job, filled: Filled): Promise<PublishedArticle> => {
  const { nodeToken, docToken, spaceId } = filled.page;
  const hash = await verify(tools, job, filled);
  articleData(await tools.wiki.setTitle(filled.page, job.title), 'wiki');
  const { revision } = articleData(await tools.docx.readDocument(docToken), 'document');
  const page = { nodeToken, docToken };
  const pageUrl = tools.pageUrl(nodeToken);
  const result = { ...page, pageUrl, contentHash: hash, revision, calls: tools.calls() };
  const { source, attempt } = job;
  await tools.progress.save(job.key, { step: 'done', source, attempt, spaceId, ...page, result });
  return result;
};

const publish = async (tools: Tools, input: PublishInput, job: Job): Promise<PublishedArticle> => {
  const opened = await openPage(tools, input, job);
  const filled = (await findFilled(tools, job, opened.page)) ?? (await fill(tools, job, opened));
  await removeBlocks(deskOf(tools, job, filled.page), { from: 0, to: filled.old });
  return finish(tools, job, filled);
};

/**
 * Markdown → a wiki page, made once or changed in place; its address stays. Everything that can be refused is refused
 * before anything is made: `article_title`, `markdown_broken`, `article_too_large`, `image_unreachable`. Later:
 * `wiki_forbidden`, `wiki_not_found`, `document_forbidden`, `document_kind`; `feishu_refused`, `feishu_unknown` and
 * `document_differs` go away with a repeat under the same key, which makes no second page. One run at a time per key: the
 * caller holds a lease. Calls: 6 for a new page of ≤ 500 blocks without pictures, 8 for one that is changed; 1 more for each
 * further 1000 blocks, 1 for each 500 that are read back, 1 per picture, 1 per 20 pictures.
 */
export const publishArticle =
  (deps: PublishDeps) =>
  async (input: PublishInput): Promise<PublishedArticle> => {
    const title = checkTitle(input.title);
    const { content, images } = checkMarkdown(input.markdown);
    const source = createHash('sha256')
      .update(JSON.stringify([title, input.markdown]))
      .digest('hex');
    const before = await deps.progress.load(input.key);
    if (before?.step === 'done' && before.source === source) return before.result;
    const pictures = await fetchImages(deps.images ?? {})(images);
    const tools = toolsOf(deps);
    const converted = articleData(await tools.docx.convertMarkdown(content), 'document');
    const draft = { converted, batches: planBatches(converted), pictures };
    const attempt = (before?.attempt ?? 0) + 1;
    return publish(tools, input, { key: input.key, title, source, attempt, draft, before });
  };
