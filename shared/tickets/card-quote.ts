import type { CardElement } from '../feishu/card-json.ts';
import { collapsible, coloured, markdown } from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import type { Ticket } from './ticket.ts';
import { momentWords } from './words.ts';

const quoted = 120;
/** The rest stands in Base and on the page. */
const mostMessages = 8;
const longestMessage = 200;

const speakers = { customer: '客户', agent: '客服', bot: '机器人', colleague: '同事' } as const;

const messageLine = ({ at, speaker, text }: Ticket['messages'][number], asOf: string): string =>
  `${coloured(`${momentWords(at, asOf)} ${speakers[speaker]}`, 'grey')} ${escapeMarkdown(clip(text, longestMessage))}`;

const more = ({ content, messages, changedAt }: Ticket): readonly CardElement[] => {
  const rest = messages.filter(({ text }) => text !== content).slice(-mostMessages);
  if (content.length <= quoted && rest.length === 0) return [];
  const lines = rest.map((message) => messageLine(message, changedAt));
  const whole = content.length > quoted ? [escapeMarkdown(clip(content, 1_000))] : [];
  return [collapsible(`展开（${whole.length + lines.length}）`, [markdown([...whole, ...lines].join('\n'))])];
};

/**
 * 客户原话, masked as it is stored. Words about health are for the owner, QA and legal; everybody else reads that there
 * are some (PIPL art. 28: health is sensitive personal information).
 */
export const quoteOf = (
  ticket: Ticket,
  { seesHealth }: { readonly seesHealth: boolean },
): readonly CardElement[] => {
  const { content, health } = ticket;
  if (health.length > 0 && !seesHealth)
    return [markdown(coloured('客户原话含健康信息，仅处理人、品控、法务可见', 'grey'))];
  if (content === '') return more(ticket);
  return [markdown(`「${escapeMarkdown(clip(content, quoted))}」`), ...more(ticket)];
};
