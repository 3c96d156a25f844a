import { issueWords } from '../../shared/broadcasts/broadcast.ts';
import type { Reading } from '../../shared/broadcasts/reading-list.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import type { Delivery } from '../../shared/store/delivery.ts';

export const titleOf = ({ broadcast }: Pick<Reading, 'broadcast'>): string =>
  [broadcast.title, broadcast.page?.title ?? ''].find((title) => title !== '') ?? '（没有标题）';

/** 薄荷法讯 第 42 期 */
export const issueOf = ({ account, broadcast }: Pick<Reading, 'account' | 'broadcast'>): string =>
  `${account.name} ${issueWords(broadcast)}`;

/** 已于 11-23 10:12 确认 v1 */
export const confirmedWords = ({ confirmed }: Pick<Delivery, 'confirmed'>): string | undefined =>
  confirmed && `已于 ${dayAndTime(confirmed.at)} 确认 v${confirmed.version}`;

type Tone = 'late' | 'due' | 'done' | 'quiet';
type Words = { readonly tone: Tone; readonly text: string };

const deadlineWords = (deadlineAt: string, now: Date): Words =>
  deadlineAt <= now.toISOString()
    ? { tone: 'late', text: `${dayAndTime(deadlineAt)} 已截止` }
    : { tone: 'due', text: `${dayAndTime(deadlineAt)} 截止` };

/** Where its person stands with a post, in one line. */
export const standingWords = ({ broadcast, delivery }: Reading, now: Date): Words => {
  const confirmed = confirmedWords(delivery);
  if (broadcast.state === 'recalled') return { tone: 'quiet', text: '已撤回' };
  if (confirmed !== undefined) return { tone: 'done', text: confirmed };
  if (broadcast.mustConfirm) {
    const { deadlineAt } = broadcast;
    return deadlineAt === undefined ? { tone: 'due', text: '需确认' } : deadlineWords(deadlineAt, now);
  }
  if (delivery.openedAt !== undefined)
    return { tone: 'quiet', text: `${dayAndTime(delivery.openedAt)} 打开过` };
  if (delivery.readAt !== undefined)
    return { tone: 'quiet', text: `${dayAndTime(delivery.readAt)} 读过卡片` };
  return { tone: 'quiet', text: '未读' };
};
