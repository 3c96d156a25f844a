import { InvalidInputError, UpstreamError } from '../errors.ts';
import type { FeishuClient } from '../feishu/client.ts';
import { feishuDocx } from '../feishu/docx.ts';
import { blockTypes, contentHash, contentText, type DocxBlock } from '../feishu/docx-blocks.ts';
import { steadyClient } from '../feishu/docx-pace.ts';
import type { Patience } from '../feishu/patience.ts';
import { feishuWiki } from '../feishu/wiki.ts';
import type { DocRef } from './article-ref.ts';
import { articleData } from './article-refusal.ts';
import { type ArticleSummary, summarize } from './article-text.ts';

export type ReadArticle = ArticleSummary & {
  readonly docToken: string;
  /** When the reference was a wiki page. */
  readonly nodeToken?: string;
  readonly title: string;
  readonly revision: number;
  readonly contentHash: string;
  /** What the hash is of: evidence shows it. */
  readonly contentText: string;
};

/** What 500 blocks a page leave in one piece is read in one piece. */
const ONE_PAGE = 500;
const READS = 3;

type Behind = { readonly docToken: string; readonly nodeToken?: string };

/** The document behind a reference. Throws `document_kind` for tables and whatever else isn't a docx. */
const documentBehind =
  (client: FeishuClient) =>
  async ({ kind, token }: DocRef): Promise<Behind> => {
    if (kind === 'docx') return { docToken: token };
    const node = articleData(await feishuWiki(client).getNode(token), 'document');
    if (node.objType === 'docx') return { docToken: node.objToken, nodeToken: token };
    throw new InvalidInputError(
      'document_kind',
      '这不是飞书文档：只能用文档，不能用表格、多维表格、幻灯片或文件',
      {
        details: { objType: node.objType },
      },
    );
  };

type Snapshot = { readonly title: string; readonly revision: number; readonly blocks: readonly DocxBlock[] };

/** Pages of a list that somebody edits meanwhile are no version that ever was: then it is read again. */
const readWhole = async (client: FeishuClient, docToken: string): Promise<Snapshot> => {
  const docx = feishuDocx(client);
  for (let tries = 0; tries < READS; tries += 1) {
    const before = articleData(await docx.readDocument(docToken), 'document');
    const blocks = articleData(await docx.listBlocks(docToken), 'document');
    if (blocks.length <= ONE_PAGE) return { ...before, blocks };
    const after = articleData(await docx.readDocument(docToken), 'document');
    if (after.revision === before.revision) return { ...after, blocks };
  }
  throw new UpstreamError('document_changing', '文档正在被修改：请稍后再试');
};

/** The top blocks of a document: the children of its page block. */
export const topIdsOf = (blocks: readonly DocxBlock[]): readonly string[] =>
  blocks.find(({ block_type }) => block_type === blockTypes.page)?.children ?? [];

/**
 * A document as it is now, with the hash that cards and evidence name. Calls: 1 for a wiki page, 1 for title and revision,
 * 1 per 500 blocks. Throws `document_forbidden`, `document_not_found`, `document_kind`, `document_changing`.
 */
export const readArticle =
  (deps: { readonly client: FeishuClient; readonly patience: Patience }) =>
  async (ref: DocRef): Promise<ReadArticle> => {
    const client = steadyClient(deps.client, deps.patience);
    const behind = await documentBehind(client)(ref);
    const { title, revision, blocks } = await readWhole(client, behind.docToken);
    const article = { title, blocks, topIds: topIdsOf(blocks) };
    const content = { contentHash: contentHash(article), contentText: contentText(article) };
    return { ...behind, title, revision, ...content, ...summarize(article) };
  };
