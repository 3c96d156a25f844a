import { type Article, blockTypes, inOrder, wordsOf } from '../feishu/docx-blocks.ts';
import { clip } from '../feishu/markdown.ts';

/** What an editor is offered to say about an article without having to write it. */
export type ArticleSummary = {
  readonly text: string;
  /** Chinese characters, and words of other scripts. */
  readonly words: number;
  readonly minutes: number;
  /** ≤ 3 lines, ≤ 120 characters. */
  readonly summary: string;
};

/** Chinese characters that people read in a minute; 300 to 500 is what is measured for Chinese on screens. */
const PER_MINUTE = 400;
const SUMMARY = 120;
const LINES = 3;

const countWords = (text: string): number =>
  text.match(/\p{Script=Han}|[^\s\p{Script=Han}\p{P}\p{S}]+/gu)?.length ?? 0;

const summaryOf = (paragraphs: readonly string[]): string => {
  const lines: string[] = [];
  let left = SUMMARY;
  for (const line of paragraphs) {
    if (lines.length === LINES || left < 10) break;
    lines.push(clip(line, left));
    left -= (lines.at(-1)?.length ?? 0) + 1;
  }
  return lines.join('\n');
};

type Words = Pick<ArticleSummary, 'words' | 'minutes' | 'summary'>;

/** Minutes at 400 Chinese characters a minute, rounded up, never 0: shown as 「约 N 分钟」. */
export const summarizeWords = (text: string, paragraphs: readonly string[]): Words => {
  const words = countWords(text);
  return { words, minutes: Math.max(1, Math.ceil(words / PER_MINUTE)), summary: summaryOf(paragraphs) };
};

export const summarize = (article: Article): ArticleSummary => {
  const blocks = inOrder(article);
  const text = blocks
    .map(wordsOf)
    .filter((words) => words !== '')
    .join('\n');
  const paragraphs = blocks
    .filter(({ block_id, block_type }) => block_type === blockTypes.text && article.topIds.includes(block_id))
    .map((block) => wordsOf(block).replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
  return { text, ...summarizeWords(text, paragraphs) };
};
