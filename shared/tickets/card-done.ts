import { coloured } from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import { awaitsPlatform } from './desk-acts.ts';
import type { Ticket } from './ticket.ts';
import { leftWords, lengthWords, momentWords, moneyWords, shortNumber } from './words.ts';

const took = ({ cycles, openedAt, resolution, changedAt }: Ticket): string => {
  const from = cycles.at(-1)?.openedAt ?? openedAt;
  return lengthWords(Date.parse(resolution?.at ?? changedAt) - Date.parse(from));
};

const wasLate = ({ breaches, cycle }: Ticket): boolean => breaches[`${cycle}:resolution`] !== undefined;

const detail = ({ resolution }: Ticket): readonly string[] => {
  const { cause, responsible, amountFen, note } = resolution ?? {};
  const facts = [
    ...(cause === undefined ? [] : [`原因：${escapeMarkdown(clip(cause, 40))}`]),
    ...(responsible === undefined ? [] : [`责任方：${responsible}`]),
    ...(amountFen === undefined ? [] : [`金额：${moneyWords(amountFen)}`]),
  ];
  const words = note === undefined || note === '' ? [] : [`备注：${escapeMarkdown(clip(note, 200))}`];
  return [...(facts.length > 0 ? [facts.join(' · ')] : []), ...words];
};

/** 平台未完结，还剩 …: it may still refund by itself. */
const platformLeft = (ticket: Ticket): readonly string[] => {
  if (!awaitsPlatform(ticket)) return [];
  const [deadline] = ticket.sources
    .flatMap(({ ended, deadlineAt }) => (!ended && deadlineAt !== undefined ? [deadlineAt] : []))
    .toSorted();
  const left = deadline === undefined ? '' : `，还${leftWords(deadline, ticket.changedAt)}`;
  return [coloured(`平台未完结${left}`, 'orange')];
};

const answered = ({ resolution }: Ticket): string => {
  const by = resolution?.who ? ` · ${escapeMarkdown(resolution.who.name)}` : '';
  return coloured(`✔ 已答复：${escapeMarkdown(clip(resolution?.note ?? '', 200))}${by}`, 'green');
};

const resolved = (ticket: Ticket): readonly string[] => {
  const measure = ticket.resolution?.measure;
  const how = `${measure ? ` · ${measure}` : ''} · 用时 ${took(ticket)}（${wasLate(ticket) ? '已超时' : '时效内'}）`;
  return [coloured(`✔ 已解决${how}`, 'green'), ...platformLeft(ticket), ...detail(ticket)];
};

/** How it ended, in a line or two; the parts that follow are why. */
export const doneLines = (ticket: Ticket): readonly string[] => {
  const { state, kind, resolution, mergedInto = '', changedAt } = ticket;
  if (state === 'merged') return [coloured(`已并入 ${shortNumber(mergedInto)}`, 'grey')];
  if (resolution?.by === 'source')
    return [coloured(`✔ 平台已完结 · ${momentWords(resolution.at, changedAt)}`, 'green')];
  return kind === 'child' ? [answered(ticket)] : resolved(ticket);
};
