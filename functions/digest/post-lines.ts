import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { issueWords } from '../../shared/broadcasts/broadcast.ts';
import type { Reading } from '../../shared/broadcasts/reading-list.ts';
import type { CardElement } from '../../shared/feishu/card-json.ts';
import { link, markdown } from '../../shared/feishu/cards.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import { plain } from './figures.ts';
import type { OwnPosts } from './own-posts.ts';

/** More lines would make a list of posts of a card of figures; the page has the rest. */
const mostUnread = 3;

const titleOf = ({ title, page }: Broadcast): string => title || (page?.title ?? '');

/** One post leads to its own page, where it can be confirmed; several to the list of all that waits. */
const confirmUrl = (pages: string, [first, ...others]: readonly Reading[]): string =>
  first && others.length === 0 ? `${pages}/posts/${first.broadcast.broadcast}` : pages;

const deadlineWords = ([first, ...others]: readonly Reading[]): string => {
  const deadlineAt = first?.broadcast.deadlineAt;
  if (deadlineAt === undefined) return '';
  return `　${others.length > 0 ? '最近' : ''}截止 ${dayAndTime(deadlineAt)}`;
};

/** 需要你处理: what has to be confirmed stands on top every morning until it is. */
export const toDoElements = ({ toConfirm }: OwnPosts, pages: string): readonly CardElement[] => {
  if (toConfirm.length === 0) return [];
  const line = `待确认制度 ${toConfirm.length}${deadlineWords(toConfirm)}　${link('去确认', confirmUrl(pages, toConfirm))}`;
  return [markdown(`**需要你处理（${toConfirm.length}）**\n${line}`)];
};

const unreadLine = ({ account, broadcast }: Reading): string => {
  const url = broadcast.page?.url;
  const words = `未读：${plain(account.name, 20)} ${issueWords(broadcast)}《${plain(titleOf(broadcast), 30)}》`;
  return url === undefined ? words : `${words}${link('〔阅读〕', url)}`;
};

/** What came and wasn't opened, a line each, once. */
export const unreadElements = ({ unread }: OwnPosts, pages: string): readonly CardElement[] => {
  if (unread.length === 0) return [];
  const more = unread.length - mostUnread;
  const lines = unread.slice(0, mostUnread).map(unreadLine);
  const rest = more > 0 ? [link(`另有 ${more} 篇未读`, pages)] : [];
  return [markdown([...lines, ...rest].join('\n'), { size: 'notation' })];
};
