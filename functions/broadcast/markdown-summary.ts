import { clip } from '../../shared/feishu/markdown.ts';

/** As of documents: shared/broadcasts/article-text.ts. */
const perMinute = 400;
const summaryLimit = 120;

const isProse = (line: string): boolean =>
  line !== '' && !/^(?:#|>|\||[-*+]\s|\d+[.)]\s|```|!\[)/u.test(line);

const bare = (line: string): string => line.replaceAll(/\[([^\]]*)\]\([^)]*\)|[*_`~]/gu, '$1');

/** What an editor is offered to say about a Markdown text, and how long it takes to read. */
export const markdownSummary = (text: string): { readonly minutes: number; readonly summary: string } => {
  const words = text.match(/\p{Script=Han}|[A-Za-z0-9]+/gu)?.length ?? 0;
  const first =
    text
      .split('\n')
      .map((line) => line.trim())
      .find(isProse) ?? '';
  return { minutes: Math.max(1, Math.ceil(words / perMinute)), summary: clip(bare(first), summaryLimit) };
};
