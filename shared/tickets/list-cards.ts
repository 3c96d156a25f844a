import type { Card, CardElement } from '../feishu/card-json.ts';
import { card, coloured, deliveryElementId, figureGrid, markdown } from '../feishu/cards.ts';
import { findingsOf, type Place } from './card-acts.ts';
import { isOverdue, nextDue } from './card-clock-lines.ts';
import type { Team } from './desk.ts';
import {
  asOfAll,
  byUrgency,
  type LineButton,
  lineWithButton,
  lineWithButtons,
  ticketLine,
  warehouseLine,
} from './list-lines.ts';
import type { Ticket } from './ticket.ts';
import { momentWords, shortNumber } from './words.ts';

/** Three buttons a line: what is longer is worked off from the top. */
const mostAsked = 12;
const mostTodo = 12;
const mostOnBoard = 6;
const hourMs = 3_600_000;

const valueOf = ({ subject }: Place, { ticket, assignments }: Ticket, act: string) => ({
  do: act,
  ticket,
  subject,
  seen: String(assignments),
});
const opens = (place: Place, ticket: Ticket): LineButton => ({
  text: '打开',
  value: valueOf(place, ticket, 'open'),
});

const rest = (all: readonly Ticket[], shown: number): readonly CardElement[] =>
  all.length > shown
    ? [markdown(coloured(`…还有 ${all.length - shown} 单，处理后自动补上`, 'grey'), { size: 'notation' })]
    : [];

const late = (tickets: readonly Ticket[], asOf: string): number =>
  tickets.filter((ticket) => isOverdue(ticket, asOf)).length;

const asOfWords = (asOf: string): string => (asOf === '' ? '暂无' : momentWords(asOf, asOf));

/** 我的待办: everything that is open and theirs, the most urgent first, each with a button that opens its card. */
export const todoCard = (place: Place, tickets: readonly Ticket[]): Card => {
  const asOf = asOfAll(tickets);
  const lines = byUrgency(tickets).slice(0, mostTodo);
  const overdue = late(tickets, asOf);
  const count = `${tickets.length} 单${overdue > 0 ? ` · 已超时 ${overdue}` : ''}`;
  return card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: `我的待办 ${count}`,
    header: { title: `我的待办 ${count}`, colour: overdue > 0 ? 'orange' : 'blue' },
    elements:
      lines.length === 0
        ? [markdown(coloured('✔ 没有待处理的工单', 'green'))]
        : [
            ...lines.map((ticket) => lineWithButton(ticketLine(ticket, asOf), opens(place, ticket))),
            ...rest(tickets, lines.length),
          ],
    footer: [`更新 ${asOfWords(asOf)} · 发送「我的工单」随时查看`, '为什么收到：你是这些工单的处理人'],
  });
};

/** 无人可派: what waits although the team is at work, for whoever leads it. */
export const unassignedCard = (place: Place, team: Team, tickets: readonly Ticket[]): Card => {
  const asOf = asOfAll(tickets);
  const lines = byUrgency(tickets).slice(0, mostTodo);
  const title = `无人可派 ${tickets.length} 单 · ${team.name}`;
  return card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: title,
    header: { title, colour: 'orange' },
    elements: [
      markdown('当班的人都已满额、请假或不在班；一有空位，按先来后到自动派出。也可以打开后领取或转派。'),
      ...lines.map((ticket) => lineWithButton(ticketLine(ticket, asOf), opens(place, ticket))),
      ...rest(tickets, lines.length),
    ],
    footer: [`截至 ${asOfWords(asOf)}`, `为什么收到：你负责${team.name}`],
  });
};

const findings = (place: Place, ticket: Ticket): readonly LineButton[] =>
  findingsOf(ticket).map((finding) => ({
    text: finding,
    value: { ...valueOf(place, ticket, 'answer'), finding },
  }));

/** 待核实: what a team is asked, three buttons a line; no name, phone or address. */
export const askedCard = (place: Place, team: Team, tickets: readonly Ticket[]): Card => {
  const asOf = asOfAll(tickets);
  const lines = byUrgency(tickets).slice(0, mostAsked);
  const title = `待核实 ${tickets.length} 单 · ${team.name}`;
  return card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: title,
    header: { title, colour: tickets.length === 0 ? 'green' : 'blue' },
    elements:
      lines.length === 0
        ? [markdown(coloured('✔ 全部核实完毕', 'green'))]
        : [
            ...lines.flatMap((ticket) =>
              lineWithButtons(warehouseLine(ticket, asOf), findings(place, ticket)),
            ),
            ...rest(tickets, lines.length),
            markdown(coloured('监控、称重照片：直接回复本卡，我会问是哪一单', 'grey')),
          ],
    footer: [`更新 ${asOfWords(asOf)}`, `为什么收到：你在${team.name}当班`],
  });
};

const boardLine = (place: Place, ticket: Ticket, asOf: string): CardElement => {
  const line = ticketLine(ticket, asOf);
  return ticket.owner
    ? lineWithButton(`${line} · ${ticket.owner.name}`, { ...opens(place, ticket), text: '查看' })
    : lineWithButton(`${line} · ${coloured('待领取', 'orange')}`, {
        text: '领取',
        value: valueOf(place, ticket, 'claim'),
      });
};

const dueWithin =
  (ms: number, now: Date) =>
  (ticket: Ticket): boolean => {
    const dueAt = nextDue(ticket)?.dueAt;
    const left = dueAt === undefined ? Infinity : Date.parse(dueAt) - now.getTime();
    return left >= 0 && left < ms;
  };

/** 看板: how a team stands, in its group. It is one message that changes; figures and at most six lines, no customer text. */
export const boardCard = (
  place: Place,
  { team, tickets, now }: { readonly team: Team; readonly tickets: readonly Ticket[]; readonly now: Date },
): Card => {
  const asOf = now.toISOString();
  const count = (is: (ticket: Ticket) => boolean): string => String(tickets.filter(is).length);
  const unassigned = count(({ owner }) => !owner);
  const overdue = String(late(tickets, asOf));
  const lines = byUrgency(tickets).slice(0, mostOnBoard);
  return card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: `待领取 ${unassigned} · 已超时 ${overdue} · ${team.name}`,
    header: { title: `售后看板 · ${team.name}`, colour: overdue === '0' ? 'blue' : 'orange' },
    elements: [
      ...figureGrid([
        { label: '待领取', value: unassigned, notes: [] },
        { label: '处理中', value: count(({ owner }) => owner !== undefined), notes: [] },
        { label: '1小时内到期', value: count(dueWithin(hourMs, now)), notes: [] },
        { label: '已超时', value: overdue, notes: [] },
      ]),
      ...lines.map((ticket) => boardLine(place, ticket, asOf)),
      ...(tickets.length > lines.length ? [markdown(coloured(`共 ${tickets.length} 单未完结`, 'grey'))] : []),
    ],
    footer: [`刷新 ${momentWords(asOf, asOf)} · 每 10 分钟更新`, `为什么在这里：${team.name}的置顶看板`],
  });
};

/** What was said belongs to this ticket now. */
export const attachedCard = (place: Place, { ticket }: Ticket): Card =>
  card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: `已加入 ${shortNumber(ticket)}`,
    header: { title: `已加入 ${shortNumber(ticket)}`, colour: 'green' },
    elements: [markdown(`已作为附件或备注记入 ${ticket}，处理人可以看到。`)],
    footer: ['直接回复工单卡，下次不用再选'],
  });
