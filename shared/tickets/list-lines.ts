import type { Button, NestedElement } from '../feishu/card-json.ts';
import { type CallbackValue, callbackButton, coloured, controlRow, markdown } from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import { nextDue } from './card-clock-lines.ts';
import type { Ticket } from './ticket.ts';
import { categoryWords, clockWords, momentWords, shortNumber } from './words.ts';

const plain = (text: string, most: number): string => escapeMarkdown(clip(text, most));

/** The most urgent first: who is late or soon late, then by priority, then the oldest. */
export const byUrgency = (tickets: readonly Ticket[]): readonly Ticket[] => {
  const orderOf = (ticket: Ticket): string =>
    `${nextDue(ticket)?.dueAt ?? '9'}#${ticket.priority}#${ticket.openedAt}#${ticket.ticket}`;
  return tickets.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
};

/** When the newest of them changed: lists say it instead of now, so that the same tickets make the same card. */
export const asOfAll = (tickets: readonly Ticket[]): string =>
  tickets
    .map(({ changedAt }) => changedAt)
    .toSorted()
    .at(-1) ?? '';

/** 平台 13:40 前; in red when it is over. */
const dueWords = (ticket: Ticket, asOf: string): string => {
  const due = nextDue(ticket);
  if (!due) return '';
  const words = `${clockWords[due.kind]} ${momentWords(due.dueAt, asOf)} 前`;
  return due.dueAt < asOf ? coloured(`${words}（已超时）`, 'red') : words;
};

/** **P1** 漏发少发 …0142 平台 13:40 前 · 代餐奶昔. No customer text: lists also stand in groups. */
export const ticketLine = (ticket: Ticket, asOf: string): string => {
  const parts = [
    `**${ticket.priority}** ${plain(categoryWords(ticket), 8)} ${shortNumber(ticket.ticket)}`,
    dueWords(ticket, asOf),
    plain(ticket.productName ?? '', 14),
  ];
  return parts.filter((part) => part !== '').join(' · ');
};

/** …0142 漏发少发 代餐奶昔×2 · 运单 中通 78…31: what a warehouse needs, and nothing of the buyer. */
export const warehouseLine = (ticket: Ticket, asOf: string): string => {
  const parent = shortNumber(ticket.parent ?? ticket.ticket);
  const parts = [
    `**${parent}** ${plain(categoryWords(ticket), 8)} ${plain(ticket.productName ?? '', 20)}`.trim(),
    ...(ticket.logistics === undefined ? [] : [`运单 ${plain(ticket.logistics, 14)}`]),
    dueWords(ticket, asOf),
  ];
  return parts.filter((part) => part !== '').join(' · ');
};

export type LineButton = { readonly text: string; readonly value: CallbackValue };

const small = ({ text, value }: LineButton): Button => callbackButton({ text, value, size: 'small' });

/** A line and its button beside it. */
export const lineWithButton = (line: string, button: LineButton): NestedElement => ({
  tag: 'column_set',
  flex_mode: 'none',
  horizontal_spacing: 'small',
  columns: [
    { tag: 'column', width: 'weighted', weight: 1, vertical_align: 'center', elements: [markdown(line)] },
    { tag: 'column', width: 'auto', vertical_align: 'center', elements: [small(button)] },
  ],
});

/** A line and its buttons below it. */
export const lineWithButtons = (line: string, buttons: readonly LineButton[]): readonly NestedElement[] => [
  markdown(line),
  ...(buttons.length > 0 ? [controlRow(buttons.map(small))] : []),
];
