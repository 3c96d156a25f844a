import { summarizeWords } from '../../shared/broadcasts/article-text.ts';

const isProse = (line: string): boolean =>
  line !== '' && !/^(?:#|>|\||[-*+]\s|\d+[.)]\s|```|!\[)/u.test(line);

const bare = (line: string): string => line.replaceAll(/\[([^\]]*)\]\([^)]*\)|[*_`~]/gu, '$1');

/** What an editor is offered to say about a Markdown text, and how long it takes to read: counted as documents are. */
export const markdownSummary = (text: string): { readonly minutes: number; readonly summary: string } => {
  const lines = text.split('\n').map((line) => line.trim());
  return summarizeWords(text, lines.filter(isProse).map(bare));
};
