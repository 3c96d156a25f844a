import { clockTime } from '../calendar/day.ts';
import type { Card, CardElement, HeaderColour } from '../feishu/card-json.ts';
import { type CardOptions, card, coloured, deliveryElementId, markdown } from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import { type ActsInput, actsOf, isFoodSafety } from './card-acts.ts';
import { clockLines, dueInShort, isOverdue, nextDue } from './card-clock-lines.ts';
import { doneLines } from './card-done.ts';
import { foodSafetyOf } from './card-food-safety.ts';
import { quoteOf } from './card-quote.ts';
import { type Child, isOpen, type Ticket } from './ticket.ts';
import {
  askedWords,
  categoryWords,
  leftWords,
  momentWords,
  moneyWords,
  shortNumber,
  sourceWords,
  stateWords,
} from './words.ts';

/** Whose copy it is and what they may see; everything that a card depends on, so that the same makes the same. */
export type TicketViewer = Omit<ActsInput, 'ticket'> & {
  /** 为什么收到. */
  readonly why: string;
  /** Its 协办 as they are now. */
  readonly children: readonly Ticket[];
  /** Of a batch event: its cases as they are now. */
  readonly cases: readonly Ticket[];
  /** It was theirs and is somebody else's: they learn whose. */
  readonly isPast?: boolean;
};

const plain = (text: string, most = 40): string => escapeMarkdown(clip(text, most));
const known = (text: string | undefined, words: (text: string) => string): readonly string[] =>
  text === undefined || text === '' ? [] : [words(text)];

const lastDigits = (text: string, digits: number): string => `…${text.slice(-digits)}`;

const productLine = ({ productName, batchNo, expiry }: Ticket): readonly string[] => {
  const parts = [
    ...known(productName, (text) => plain(text)),
    ...known(batchNo, (text) => `批次${plain(text, 20)}`),
    ...known(expiry, (text) => `效期至${text}`),
  ];
  return parts.length > 0 ? [`商品：${parts.join(' · ')}`] : [];
};

const factLines = (ticket: Ticket, { related: { sameBuyer } }: TicketViewer): readonly string[] => {
  const { orderIds, logistics, amountFen } = ticket;
  const order = known(
    orderIds[0],
    (id) => `订单：${plain(lastDigits(id, 4))}${orderIds.length > 1 ? ` 等 ${orderIds.length} 单` : ''}`,
  );
  const money = amountFen === undefined ? [] : [`金额：${moneyWords(amountFen)}`];
  const history = sameBuyer < 2 ? [] : [`同客近90天 ${sameBuyer} 次`];
  const small = [...order, ...money, ...history].join(' · ');
  return [
    ...productLine(ticket),
    ...(small === '' ? [] : [small]),
    ...known(logistics, (text) => `物流：${plain(text, 60)}`),
  ];
};

const childWords = ({ ticket, ask, open, finding }: Child, viewer: TicketViewer, asOf: string): string => {
  const number = shortNumber(ticket);
  if (!open) return `${askedWords[ask].split(' ')[0] ?? ''} ${number} ✔ ${plain(finding ?? '已完结', 60)}`;
  const due = viewer.children.find((child) => child.ticket === ticket)?.clocks.resolution?.dueAt;
  return `${askedWords[ask]} ${number}${due === undefined ? '' : `（${leftWords(due, asOf)}）`}`;
};

const peopleLines = (ticket: Ticket, viewer: TicketViewer): readonly string[] => {
  const { owner, state, children, attachments, changedAt } = ticket;
  const files = attachments.filter(({ kind }) => kind !== 'text').length;
  const who = owner ? `处理人 ${plain(owner.name)}` : coloured('还没有处理人', 'orange');
  const asked = children.map((child) => childWords(child, viewer, changedAt));
  return [
    `${who} · ${stateWords[state]}${files > 0 ? ` · 附件 ${files}` : ''}`,
    ...(asked.length > 0 ? [`协办：${asked.join('；')}`] : []),
    ...(isOpen(ticket) ? [coloured('直接回复本卡可加图片或备注', 'grey')] : []),
  ];
};

const colourOf = (ticket: Ticket): HeaderColour => {
  if (ticket.state === 'resolved') return 'green';
  if (!isOpen(ticket)) return 'grey';
  if (ticket.priority === 'P0' || isOverdue(ticket, ticket.changedAt)) return 'red';
  return ticket.priority === 'P1' ? 'orange' : 'blue';
};

const tagsOf = (ticket: Ticket): CardOptions['header']['tags'] => {
  const { priority, clocks, changedAt } = ticket;
  const source = sourceWords(ticket);
  const due = isOpen(ticket) ? clocks.platform?.dueAt : undefined;
  return [
    { text: priority, colour: priority === 'P0' ? 'red' : 'orange' },
    ...(source === '' ? [] : [{ text: clip(source, 12), colour: 'blue' as const }]),
    ...(due === undefined
      ? []
      : [{ text: `平台 ${momentWords(due, changedAt)} 前`, colour: 'red' as const }]),
  ];
};

const titleOf = (ticket: Ticket): string =>
  isFoodSafety(ticket) && isOpen(ticket)
    ? `食品安全 · 请立即处理 · ${ticket.ticket}`
    : `${categoryWords(ticket)} · ${ticket.ticket}`;

const endedInShort = ({ resolution, state }: Ticket): string => {
  if (state === 'merged') return '已合并';
  return resolution?.by === 'source' ? '平台已完结' : '已解决';
};

/** 【P1·平台剩3小时12分】漏发少发 代餐奶昔×2 · 抖音, at most 38 characters. */
const summaryOf = (ticket: Ticket): string => {
  const { priority, productName, changedAt } = ticket;
  const due = nextDue(ticket);
  const running = due === undefined ? '' : `·${dueInShort(due, changedAt)}`;
  const state = isOpen(ticket) ? `${priority}${running}` : `${priority}·${endedInShort(ticket)}`;
  const source = sourceWords(ticket);
  const what = [categoryWords(ticket), clip(productName ?? '', 12)].filter((word) => word !== '').join(' ');
  return clip(`【${state}】${what}${source === '' ? '' : ` · ${source}`}`, 38);
};

const frame = (ticket: Ticket, { place, why }: TicketViewer, elements: readonly CardElement[]): Card =>
  card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: summaryOf(ticket),
    header: { title: titleOf(ticket), colour: colourOf(ticket), tags: tagsOf(ticket) ?? [] },
    elements,
    footer: [
      `更新 ${clockTime(new Date(ticket.changedAt))}${ticket.because === '' ? '' : ` · 依据：${plain(ticket.because, 40)}`}`,
      `为什么收到：${plain(why)}`,
    ],
  });

/** It was theirs: whose it is now, and nothing to do. */
const pastCard = (ticket: Ticket, viewer: TicketViewer): Card => {
  const { owner, ownedBy } = ticket;
  const how = ownedBy === 'takeOver' ? '接手' : '处理';
  const words = owner ? `已转派给 ${plain(owner.name)}，由 TA ${how}` : '已不由你处理';
  const made = frame(ticket, viewer, [
    markdown(coloured(words, 'grey')),
    markdown(factLines(ticket, viewer).join('\n')),
  ]);
  return { ...made, header: { ...made.header, template: 'grey' } };
};

/**
 * A ticket for one person: what the customer said, what it is about, its clocks, who works on it and what this reader can
 * do. A pure function of the ticket's version and the viewer: the same version makes the same card.
 */
export const buildTicketCard = (ticket: Ticket, viewer: TicketViewer): Card => {
  if (viewer.isPast && isOpen(ticket)) return pastCard(ticket, viewer);
  const facts = factLines(ticket, viewer);
  const state = isOpen(ticket) ? clockLines(ticket) : doneLines(ticket);
  return frame(ticket, viewer, [
    ...(ticket.kind === 'batch' ? [] : quoteOf(ticket, viewer.standing)),
    ...foodSafetyOf(ticket, viewer),
    ...(facts.length > 0 ? [markdown(facts.join('\n'))] : []),
    ...(state.length > 0 ? [markdown(state.join('\n'))] : []),
    markdown(peopleLines(ticket, viewer).join('\n')),
    ...actsOf({ ...viewer, ticket }),
  ]);
};
