import type { Account } from '../../shared/broadcasts/account.ts';
import { rightsOf } from '../../shared/broadcasts/audience.ts';
import { type Broadcast, issueWords } from '../../shared/broadcasts/broadcast.ts';
import { findReadings, type Reading, sortReadings } from '../../shared/broadcasts/reading-list.ts';
import { stateNames } from '../../shared/broadcasts/steps.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { coloured, link } from '../../shared/feishu/cards.ts';
import { clip, escapeMarkdown } from '../../shared/feishu/markdown.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import type { Person } from '../../shared/store/people.ts';
import type { PostsDeps } from './posts.ts';
import { type ReplyFrame, reply } from './reply-cards.ts';

export type ListsDeps = Pick<PostsDeps, 'broadcasts' | 'accounts' | 'deliveries' | 'now'> & {
  /** `https://…/workbench`: where the pages are. */
  readonly pages: string;
};

const mostLines = 10;
const perAccount = 5;

const titleOf = ({ title, page }: Broadcast): string => {
  const words = title === '' ? (page?.title ?? '') : title;
  if (words === '') return '（正在读取）';
  return page ? link(clip(words, 30), page.url) : escapeMarkdown(clip(words, 30));
};

const waitingLine = ({ account, broadcast }: Reading): string => {
  const { mustConfirm, deadlineAt } = broadcast;
  const wanted = mustConfirm ? ['需确认'] : [];
  const until = deadlineAt === undefined ? [] : [`${dayAndTime(deadlineAt)} 截止`];
  const small = [escapeMarkdown(account.name), issueWords(broadcast), ...wanted, ...until].join(' · ');
  return `${titleOf(broadcast)}\n${coloured(small, 'grey')}`;
};

/** The page of a post takes its confirmation as long as it is there: its card may have ended, or be older than 14 days. */
const confirmLine =
  (pages: string) =>
  (reading: Reading): string =>
    `${waitingLine(reading)}　${link('去确认', `${pages}/posts/${reading.broadcast.broadcast}`)}`;

/** 待读: what this person hasn't read or confirmed yet, the nearest deadline first. */
export const unreadCard = async (deps: ListsDeps, { person }: Person, frame: ReplyFrame): Promise<Card> => {
  const { toConfirm, toRead } = sortReadings(await findReadings(deps)(person));
  const waiting = [...toConfirm.map(confirmLine(deps.pages)), ...toRead.map(waitingLine)];
  if (waiting.length === 0)
    return reply(frame, {
      title: '待读',
      summary: '没有待读的文章',
      lines: ['没有待读的文章，都看完了。'],
      colour: 'green',
    });
  const more = waiting.length > mostLines ? [`……共 ${waiting.length} 篇`] : [];
  return reply(frame, {
    title: `待读 ${waiting.length} 篇`,
    summary: `待确认 ${toConfirm.length} · 未读 ${toRead.length}`,
    lines: [...waiting.slice(0, mostLines), ...more],
  });
};

const stateLine = (post: Broadcast): string => {
  const { state, scheduledAt } = post;
  const when = state === 'scheduled' && scheduledAt !== undefined ? ` ${dayAndTime(scheduledAt)}` : '';
  const count = post.target > 0 ? ` · 应触达 ${post.target}` : '';
  const small = `${issueWords(post)} · ${stateNames[state]}${when}${count}`;
  return `${titleOf(post)}\n${coloured(small, 'grey')}`;
};

const accountLines = async ({ broadcasts }: ListsDeps, account: Account): Promise<readonly string[]> => {
  const posts = (await broadcasts.listOfAccount(account.id)).slice(0, perAccount);
  const lines = posts.length > 0 ? posts.map(stateLine) : ['还没有文章'];
  return [`**${escapeMarkdown(account.name)}**`, ...lines, ''];
};

const noAccounts = ({ accounts }: ListsDeps): readonly string[] => [
  `公司的订阅号：${accounts.map(({ name }) => escapeMarkdown(name)).join('、')}`,
  '你还不是编辑或审批人。发送「待读」查看还没读的文章。',
];

/** 我的文章: the last posts of the accounts that this person writes or approves for, and how each stands. */
export const postsCard = async (deps: ListsDeps, person: Person, frame: ReplyFrame): Promise<Card> => {
  const own = deps.accounts.filter((account) => {
    const { isEditor, isApprover } = rightsOf(person, account, deps.now());
    return isEditor || isApprover;
  });
  if (own.length === 0)
    return reply(frame, { title: '订阅号', summary: '公司的订阅号', lines: noAccounts(deps) });
  const lines = await Promise.all(own.map((account) => accountLines(deps, account)));
  return reply(frame, {
    title: '我的文章',
    summary: `我的文章：${own.map(({ name }) => name).join('、')}`,
    lines: [...lines.flat(), '发来飞书文档的链接，就能开始新的一期。'],
  });
};
