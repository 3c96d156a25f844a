import { coloured } from '../feishu/cards.ts';
import type { Clock, ClockKind, Ticket } from './ticket.ts';
import { clockWords, leftWords, lengthWords } from './words.ts';

/** What the platform does by itself when its time is over, in the words of the case. */
const platformEnding = ({ sources }: Ticket): string =>
  sources.some(({ kind, ended }) => !ended && (kind === 'refund' || kind === 'return'))
    ? '超时将自动退款'
    : '超时将由平台判定';

const isLate = ({ dueAt, breachedAt }: Clock, asOf: string): boolean =>
  breachedAt !== undefined || (dueAt !== undefined && dueAt < asOf);

const running = (kind: ClockKind, clock: Clock, asOf: string): string => {
  const { dueAt, provisional = false } = clock;
  if (dueAt === undefined) return `${clockWords[kind]} 已暂停`;
  const words = `${clockWords[kind]} ${leftWords(dueAt, asOf)}${provisional ? '（暂定）' : ''}`;
  return isLate(clock, asOf) ? coloured(words, 'red') : words;
};

/** 首响 ✔ 6分: from the start of its cycle. */
const stopped = (kind: ClockKind, { startedAt, breachedAt }: Clock, at: string): string => {
  const took = lengthWords(Date.parse(at) - Date.parse(startedAt));
  const late = breachedAt === undefined ? '' : coloured('（超时）', 'red');
  return `${clockWords[kind]} ✔ ${took}${late}`;
};

const firstResponse = (ticket: Ticket): readonly string[] => {
  const clock = ticket.clocks.firstResponse;
  const respondedAt = clock?.stoppedAt ?? ticket.cycles.at(-1)?.firstRespondedAt;
  if (!clock) return [];
  return [
    respondedAt === undefined
      ? running('firstResponse', clock, ticket.changedAt)
      : stopped('firstResponse', clock, respondedAt),
  ];
};

const nextResponse = ({ clocks: { nextResponse: clock }, changedAt }: Ticket): readonly string[] =>
  clock && clock.stoppedAt === undefined ? [running('nextResponse', clock, changedAt)] : [];

const resolution = ({ clocks: { resolution: clock }, changedAt }: Ticket): readonly string[] =>
  clock && clock.stoppedAt === undefined ? [running('resolution', clock, changedAt)] : [];

const platform = (ticket: Ticket): readonly string[] => {
  const clock = ticket.clocks.platform;
  if (clock?.dueAt === undefined || clock.stoppedAt !== undefined) return [];
  return [`**${running('platform', clock, ticket.changedAt)}，${platformEnding(ticket)}**`];
};

/** Each clock with its words, the platform's last and in bold. All spans are as of the ticket's last change. */
export const clockLines = (ticket: Ticket): readonly string[] => {
  const own = [...firstResponse(ticket), ...nextResponse(ticket), ...resolution(ticket)];
  return [...own, ...platform(ticket)];
};

type Due = { readonly kind: ClockKind; readonly dueAt: string };

/** The clock that ends first among those that run. */
export const nextDue = ({ clocks }: Pick<Ticket, 'clocks'>): Due | undefined =>
  (['platform', 'resolution', 'firstResponse', 'nextResponse'] as const)
    .flatMap((kind) => {
      const clock = clocks[kind];
      return clock?.dueAt !== undefined && clock.stoppedAt === undefined
        ? [{ kind, dueAt: clock.dueAt }]
        : [];
    })
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
    .at(0);

/** 平台剩3小时12分, 处理超时35分: half of a summary. */
export const dueInShort = (due: Due, asOf: string): string => {
  const leftMs = Date.parse(due.dueAt) - Date.parse(asOf);
  return `${clockWords[due.kind]}${leftMs >= 0 ? '剩' : '超时'}${lengthWords(Math.abs(leftMs))}`;
};

export const isOverdue = ({ clocks }: Pick<Ticket, 'clocks'>, asOf: string): boolean =>
  Object.values(clocks).some((clock) => clock.stoppedAt === undefined && isLate(clock, asOf));
