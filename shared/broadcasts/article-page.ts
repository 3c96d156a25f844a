import { createHash } from 'node:crypto';
import { InvalidInputError } from '../errors.ts';
import type { Outcome } from '../feishu/outcome.ts';
import type { Wiki, WikiNode, WikiPlace } from '../feishu/wiki.ts';
import { articleData } from './article-refusal.ts';

export type ArticlePage = {
  readonly spaceId: string;
  readonly nodeToken: string;
  readonly docToken: string;
};

type Making = {
  readonly wiki: Wiki;
  readonly sleep: (ms: number) => Promise<void>;
  readonly place: WikiPlace;
  readonly workingTitle: string;
};

/** open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document/create, characters. */
const MOST_TITLE = 800;
const TRIES = 4;
const PAUSE_MS = 500;

export const checkTitle = (title: string): string => {
  const words = title.replaceAll(/\s+/g, ' ').trim();
  if (words !== '' && words.length <= MOST_TITLE) return words;
  const problem = words === '' ? '文章没有标题' : `标题有 ${words.length} 个字符，最多 ${MOST_TITLE} 个`;
  throw new InvalidInputError('article_title', problem);
};

/** While it is being written a page says so, and by the mark of its key it is found again: creating has no client_token. */
export const workingTitle = (key: string, title: string): string => {
  const mark = createHash('sha256').update(key).digest('hex').slice(0, 8);
  return `${title.slice(0, MOST_TITLE - 20)}（发布中 ${mark}）`;
};

export const toPage = ({ spaceId, nodeToken, objToken }: WikiNode): ArticlePage => ({
  spaceId,
  nodeToken,
  docToken: objToken,
});

/** That a new page is in the list as soon as it is made is assumed: no page of Feishu's says otherwise. */
const findMade = async ({ wiki, place, workingTitle: wanted }: Making): Promise<WikiNode | undefined> => {
  const nodes = articleData(await wiki.listNodes(place), 'wiki');
  return nodes.find(({ title, objType }) => title === wanted && objType === 'docx');
};

const pauseOf = (outcome: Outcome<unknown>, tries: number): number =>
  Math.max(outcome.kind === 'refused' ? (outcome.retryAfterMs ?? 0) : 0, PAUSE_MS * 2 ** tries);

/**
 * One page, however often this is asked: after every doubt the place is looked through before another page is made. A
 * request that was lost and arrives after that look is the one case that makes a second page; it keeps its working title.
 */
export const makePage = async (making: Making, mayExist: boolean): Promise<ArticlePage> => {
  const { wiki, sleep, place } = making;
  let isDoubtful = mayExist;
  for (let tries = 0; ; tries += 1) {
    const made = isDoubtful ? await findMade(making) : undefined;
    if (made) return toPage(made);
    const outcome = await wiki.createPage(place, making.workingTitle);
    const isHopeless = outcome.kind === 'refused' && !outcome.retryable;
    if (outcome.kind === 'ok' || isHopeless || tries === TRIES - 1)
      return toPage(articleData(outcome, 'wiki'));
    await sleep(pauseOf(outcome, tries));
    isDoubtful = true;
  }
};
