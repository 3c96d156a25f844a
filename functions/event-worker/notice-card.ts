import { clockTime } from '../../shared/calendar/day.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { card, deliveryElementId } from '../../shared/feishu/cards.ts';
import { clip, escapeMarkdown, plainText } from '../../shared/feishu/markdown.ts';
import { followUpBlock } from '../../shared/follow-ups/block.ts';
import { type FollowUp, laterMs } from '../../shared/follow-ups/follow-up.ts';

export type Notice = {
  /** Somebody was asked to follow it up, or has asked to be reminded. */
  readonly why: 'assigned' | 'later';
  readonly followUp: FollowUp;
  readonly subject: string;
  /** union_id. */
  readonly recipient: string;
};

/** A phone shows this many characters in its list. */
const summaryLimit = 38;

const becauseOf = ({ why, followUp, subject }: Notice): string => {
  if (why === 'assigned') return `${escapeMarkdown(followUp.assigned?.by.name ?? '')} 指派你跟进`;
  // The subject ends with the moment for which it was asked.
  const until = new Date(subject.slice(-24));
  return `你在 ${clockTime(until.getTime() - laterMs)} 点了「稍后 2 小时」`;
};

/** One follow-up as a card of its own: to whom it was given, or when 稍后 2 小时 is over. */
export const noticeCard = (notice: Notice): Card => {
  const { why, followUp, subject, recipient } = notice;
  const title = why === 'assigned' ? '请你跟进' : '稍后提醒';
  return card({
    id: deliveryElementId(subject, recipient),
    summary: clip(`${title}：${plainText(followUp.line)}`, summaryLimit),
    header: { title, colour: 'orange' },
    elements: followUpBlock(followUp, { subject, recipient }),
    footer: [`为什么收到：${becauseOf(notice)}`],
  });
};
