import type { Card, CardElement } from '../feishu/card-json.ts';
import { buttonRows, callbackButton, card, coloured, deliveryElementId, markdown } from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import { dayAndTime } from '../follow-ups/follow-up.ts';
import { type Review, reviewSubject } from './review.ts';

/** What the buttons do, as it comes back in `value.do`. */
export const reviewActs = ['approveSetting', 'returnSetting'] as const;
export type ReviewAct = (typeof reviewActs)[number];

const shownLines = 10;
/** A phone shows this many characters in its list. */
const summaryLimit = 38;

const plain = (text: string): string => escapeMarkdown(clip(text, 200));

const bullets = (lines: readonly string[]): string => {
  const more = lines.length > shownLines ? [`……共 ${lines.length} 处`] : [];
  return [...lines.slice(0, shownLines).map((line) => `- ${plain(line)}`), ...more].join('\n');
};

const names = (people: Review['editors']): string => people.map(({ name }) => name).join('、') || '不明';

const buttons = (review: Review): readonly CardElement[] => {
  const about = { sheet: review.sheet, subject: reviewSubject(review) };
  return buttonRows([
    callbackButton({
      text: '同意并生效',
      kind: 'primary',
      value: { do: 'approveSetting', ...about },
      confirm: { title: '同意并生效', text: '修改会立即用于正在处理的工作' },
    }),
    callbackButton({ text: '退回', value: { do: 'returnSetting', ...about } }),
  ]);
};

const answerWords = ({ answer }: Review, what: string): string =>
  answer ? `${answer.by.name} ${dayAndTime(answer.at)} ${what}` : what;

const outcomeOf = (review: Review): { readonly text: string; readonly colour: 'green' | 'grey' } => {
  if (review.state === 'approved')
    return { text: `✔ ${answerWords(review, '已同意，修改随即生效')}`, colour: 'green' };
  if (review.state === 'returned')
    return { text: `${answerWords(review, '已退回')}，原来的值仍然有效`, colour: 'grey' };
  return { text: '修改已撤回或有了新的版本，无需处理', colour: 'grey' };
};

/** A risky change of 「直达·设置」 for one of those who may approve it, as it stands now. */
export const reviewCard = (review: Review, recipient: string): Card => {
  const { table, state, lines, reasons, editors } = review;
  const isOpen = state === 'open';
  const outcome = outcomeOf(review);
  const title = isOpen ? `设置待复核 · ${table}` : `设置复核 · ${table}`;
  return card({
    id: deliveryElementId(reviewSubject(review), recipient),
    summary: clip(`${title}：${lines[0] ?? ''}`, summaryLimit),
    header: { title, colour: isOpen ? 'orange' : outcome.colour },
    elements: [
      markdown(`**${plain(names(editors))} 修改了「${plain(table)}」**\n${bullets(lines)}`),
      markdown(`**为什么要复核**\n${bullets(reasons)}`),
      ...(isOpen ? buttons(review) : [markdown(coloured(plain(outcome.text), outcome.colour))]),
    ],
    footer: ['同意前，原来的值继续有效 · 为什么收到：设置复核人'],
  });
};
