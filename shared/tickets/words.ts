import { clockTime, dayOf } from '../calendar/day.ts';
import { sourceNames } from '../sources/source-event.ts';
import type { AskKind, ClockKind, Ticket, TicketState } from './ticket.ts';

/** T-20261123-0142 → …0142, a child's …0142-1: what people say to each other. */
export const shortNumber = (ticket: string): string => `…${ticket.replace(/^[A-Z]+-\d{8}-/u, '')}`;

/** 二级类别 without its slash: 漏发少发. */
export const categoryWords = ({ category }: Pick<Ticket, 'category'>): string =>
  category ? category.name.replaceAll('/', '') : '待分类';

export const sourceWords = ({ sources }: Pick<Ticket, 'sources'>): string =>
  [...new Set(sources.map(({ source }) => sourceNames[source]))].join('、');

export const clockWords: Readonly<Record<ClockKind, string>> = {
  firstResponse: '首响',
  nextResponse: '回复',
  resolution: '处理',
  platform: '平台',
};

export const askWords: Readonly<Record<AskKind, string>> = {
  warehouse: '请仓储核实',
  product: '请产品协助',
  qa: '请品控判定',
  legal: '请法务',
};

/** What one ask is for, in a line of 协办. */
export const askedWords: Readonly<Record<AskKind, string>> = {
  warehouse: '仓储 待核实',
  product: '产品 待协助',
  qa: '品控 待判定',
  legal: '法务 待答复',
};

export const stateWords: Readonly<Record<TicketState, string>> = {
  new: '待分类',
  triaged: '待领取',
  assigned: '待处理',
  in_progress: '处理中',
  waiting_customer: '等客户回复',
  waiting_internal: '等协办',
  resolved: '已解决',
  closed: '已关闭',
  merged: '已合并',
};

const two = (value: number): string => String(value).padStart(2, '0');

/** 不到1分, 35分, 6小时02分, 3天4小时; of milliseconds, never negative. */
export const lengthWords = (ms: number): string => {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return '不到1分';
  if (hours === 0) return `${minutes}分`;
  if (hours < 72) return `${hours}小时${two(minutes % 60)}分`;
  return `${Math.floor(hours / 24)}天${hours % 24}小时`;
};

/** 10:41 on the day of `asOf`, else 11-24 10:41. */
export const momentWords = (iso: string, asOf: string): string => {
  const [at, seen] = [new Date(iso), new Date(asOf)];
  const time = clockTime(at);
  return dayOf(at) === dayOf(seen) ? time : `${dayOf(at).slice(5)} ${time}`;
};

/** 剩 6小时02分（16:30 前）, 已超时 35分. */
export const leftWords = (dueAt: string, asOf: string): string => {
  const leftMs = Date.parse(dueAt) - Date.parse(asOf);
  return leftMs >= 0
    ? `剩 ${lengthWords(leftMs)}（${momentWords(dueAt, asOf)} 前）`
    : `已超时 ${lengthWords(-leftMs)}`;
};

/** ¥132.00 */
export const moneyWords = (fen: number): string => `¥${(fen / 100).toFixed(2)}`;
