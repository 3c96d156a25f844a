import type { Card } from '../../shared/feishu/card-json.ts';
import { card, coloured, deliveryElementId, markdown } from '../../shared/feishu/cards.ts';
import { clip, escapeMarkdown } from '../../shared/feishu/markdown.ts';
import type { Place } from '../../shared/tickets/card-acts.ts';
import type { TicketChange, TicketEvent } from '../../shared/tickets/event.ts';
import { byUrgency, lineWithButton, ticketLine } from '../../shared/tickets/list-lines.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { askWords, momentWords, shortNumber, stateWords } from '../../shared/tickets/words.ts';
import type { Said } from './said.ts';

const id = ({ subject, recipient }: Place): string => deliveryElementId(subject, recipient);

/** What was said belongs to this ticket now. */
export const notedCard = (place: Place, { ticket }: Ticket, { attachment }: Said): Card =>
  card({
    id: id(place),
    summary: `已加入 ${shortNumber(ticket)}`,
    header: { title: `已加入 ${shortNumber(ticket)}`, colour: 'green' },
    elements: [
      markdown(`${attachment.kind === 'text' ? '备注' : '附件'}已记入 ${ticket}，处理人和多维表格都能看到。`),
    ],
    footer: ['直接回复工单卡即可继续添加'],
  });

/** More than these nobody looks through; the rest is found by replying to its card. */
const mostOffered = 8;
/** It stands in the button until it is clicked. */
const carriedWords = 300;

/** 这是哪一单的: something that answers nothing, from somebody who works on tickets. */
export const whichCard = (place: Place, tickets: readonly Ticket[], said: Said): Card => {
  const { attachment, text } = said;
  const what = attachment.kind === 'text' ? `「${escapeMarkdown(clip(text, 40))}」` : '这个附件';
  const carried = {
    message: attachment.messageId ?? '',
    kind: attachment.kind,
    ...(attachment.key !== undefined && { key: attachment.key }),
    ...(text !== '' && { text: clip(text, carriedWords) }),
  };
  const lines = byUrgency(tickets).slice(0, mostOffered);
  return card({
    id: id(place),
    summary: '这是哪一单的？',
    header: { title: '这是哪一单的？', colour: 'blue' },
    elements: [
      markdown(`${what}要加到哪张工单？`),
      ...lines.map((ticket) =>
        lineWithButton(ticketLine(ticket, ticket.changedAt), {
          text: '加入',
          value: { do: 'attach', ticket: ticket.ticket, subject: place.subject, ...carried },
        }),
      ),
    ],
    footer: ['与工单无关？忽略本卡，或发送「帮助」查看全部指令'],
  });
};

const mostSteps = 30;

type Words = {
  readonly [D in TicketChange['do']]?: (change: Extract<TicketChange, { do: D }> & { do: D }) => string;
};

/** What colleagues want to know; the rest of a history is bookkeeping. */
const stepWords: Words = {
  opened: () => '建单',
  said: ({ speaker }) => (speaker === 'customer' ? '客户留言' : '客服回复'),
  classified: ({ because }) => `分类：${because}`,
  assigned: ({ to, how }) =>
    `${how === 'claim' ? '领取' : how === 'takeOver' ? '接手' : '处理人'}：${to.name}`,
  assignment_failed: () => '没有可分派的人',
  state: ({ to }) => stateWords[to],
  child_opened: ({ ask, child }) => `${askWords[ask]}（${shortNumber(child)}）`,
  child_ended: ({ child, finding }) => `协办 ${shortNumber(child)} 答复：${finding}`,
  resolved: ({ resolution }) =>
    resolution.by === 'source' ? '平台已完结' : `标记解决 ${resolution.measure ?? ''}`,
  closed: () => '关闭',
  reopened: ({ because }) => `重开：${because}`,
  priority: ({ to, because }) => `优先级改为 ${to}：${because}`,
  raised: ({ reason }) => `升级处理：${reason}`,
  rung: () => '催办',
  breached: () => '超时',
  noted: ({ text }) => `备注：${text}`,
  absorbed: ({ ticket }) => `并入 ${shortNumber(ticket)}`,
  split_off: () => '拆分',
};

const wordsOf = <D extends TicketChange['do']>(
  change: Extract<TicketChange, { do: D }> & { do: D },
): string | undefined => stepWords[change.do]?.(change);

const byWords = ({ by }: TicketEvent): string => (by.kind === 'person' ? ` ${by.who.name}` : '');

const stepLine = (event: TicketEvent, asOf: string): readonly string[] => {
  const words = wordsOf(event.change);
  if (words === undefined) return [];
  const when = coloured(`${momentWords(event.at, asOf)}${escapeMarkdown(byWords(event))}`, 'grey');
  return [`${when} ${escapeMarkdown(clip(words, 80))}`];
};

/** 查看全部: what happened, newest last. Words of customers stand on the ticket's own card. */
export const historyCard = (place: Place, ticket: Ticket, history: readonly TicketEvent[]): Card => {
  const lines = history.flatMap((event) => stepLine(event, ticket.changedAt));
  const left = lines.length - mostSteps;
  return card({
    id: id(place),
    summary: `${ticket.ticket} 完整记录 ${lines.length} 条`,
    header: { title: `完整记录 · ${ticket.ticket}`, colour: 'blue' },
    elements: [
      ...(left > 0 ? [markdown(coloured(`更早 ${left} 条见多维表格`, 'grey'))] : []),
      markdown(lines.slice(-mostSteps).join('\n')),
    ],
    footer: [`更新 ${momentWords(ticket.changedAt, ticket.changedAt)} · 全部字段见多维表格`],
  });
};
