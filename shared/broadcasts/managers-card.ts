import { clockTime, dayOf } from '../calendar/day.ts';
import type { Card } from '../feishu/card-json.ts';
import { buttonRows, card, coloured, deliveryElementId, markdown, urlButton } from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import type { Account } from './account.ts';
import { type Broadcast, issueWords } from './broadcast.ts';

/** Somebody who hasn't confirmed yet. */
export type Missing = {
  readonly name: string;
  /** Their own department. */
  readonly department: string | undefined;
  readonly readAt: string | undefined;
  /** Reminders that have arrived, of two: a bot that is muted reaches nobody. */
  readonly reminded: number;
};

const mostLines = 8;

const momentWords = (iso: string): string => {
  const at = new Date(iso);
  return `${dayOf(at).slice(5)} ${clockTime(at)}`;
};

const wereAllReminded = (missing: readonly Missing[]): boolean =>
  missing.every(({ reminded }) => reminded >= 2);

const lineOf = ({ name, department, readAt, reminded }: Missing): string =>
  [
    escapeMarkdown(name),
    ...(department === undefined ? [] : [coloured(escapeMarkdown(department), 'grey')]),
    readAt === undefined ? '未读' : `已读未确认（${momentWords(readAt)}）`,
    ...(reminded === 0 ? ['提醒未送达'] : []),
  ].join('　');

const linesOf = (missing: readonly Missing[]): string => {
  const rest = missing.length - mostLines;
  const shown = missing.slice(0, mostLines).map(lineOf);
  return [...shown, ...(rest > 0 ? [coloured(`另有 ${rest} 人`, 'grey')] : [])].join('\n');
};

export type ManagersList = {
  readonly account: Account;
  readonly broadcast: Broadcast;
  readonly missing: readonly Missing[];
  readonly why: string;
};

/** 名单给主管: who of their own people hasn't confirmed after both reminders. */
export const buildManagersCard = (
  { account, broadcast, missing, why }: ManagersList,
  { subject, recipient }: { readonly subject: string; readonly recipient: string },
): Card => {
  const { title, deadlineAt, page } = broadcast;
  const deadline = deadlineAt === undefined ? [] : [`截止 ${momentWords(deadlineAt)}`];
  return card({
    id: deliveryElementId(subject, recipient),
    summary: `还有 ${missing.length} 人未确认《${clip(title, 20)}》`,
    header: { title: `还有 ${missing.length} 人未确认`, subtitle: account.name, colour: 'orange' },
    elements: [
      markdown(
        `**《${escapeMarkdown(title)}》** ${issueWords(broadcast)}，${wereAllReminded(missing) ? '已提醒两次，' : ''}请提醒以下同事确认：`,
      ),
      markdown(linesOf(missing)),
      ...(page ? buttonRows([urlButton({ text: '阅读全文', url: page.url })]) : []),
    ],
    footer: [
      [...deadline, `疑问请联系 ${escapeMarkdown(account.contact)}`].join(' · '),
      `为什么收到：${escapeMarkdown(why)}`,
    ],
  });
};
