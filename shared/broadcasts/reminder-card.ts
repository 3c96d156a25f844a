import type { Card } from '../feishu/card-json.ts';
import { card, coloured, deliveryElementId, link, markdown, urlButton } from '../feishu/cards.ts';
import { clip } from '../feishu/markdown.ts';
import { issueWords, reminderSubject } from './broadcast.ts';
import {
  confirmButton,
  confirmedWords,
  deadlineWords,
  type PostFace,
  type PostStanding,
  shortHash,
} from './post-card.ts';

/** How one ends that stands on a screen; of a post that has only ended it stays. */
export type ReminderEnd = Extract<PostStanding, { readonly kind: 'confirmed' | 'recalled' }>;

export type Reminding = {
  /** As in `reminderSubject`: `1`, `2`, `m3`. */
  readonly which: string;
  /** 加急: how often people have been reminded, this time included. */
  readonly urgentTime?: number;
  /** The day on which it leaves, for 今天. */
  readonly now: Date;
  /** Absent: still asked. */
  readonly standing?: ReminderEnd;
};

const summaryLimit = 38;

const stepWords = ({ mustConfirm }: PostFace): string => (mustConfirm ? '确认' : '阅读');

const untilWords = ({ deadlineAt }: PostFace, now: Date): string =>
  deadlineAt === undefined || Date.parse(deadlineAt) <= now.getTime()
    ? ''
    : ` ${deadlineWords(deadlineAt, now)} 截止`;

const doneCard = (face: PostFace, subject: string, standing: ReminderEnd): Card => {
  const isConfirmed = standing.kind === 'confirmed';
  const words = isConfirmed ? confirmedWords(standing) : '已撤回，无需再操作';
  return card({
    id: deliveryElementId(subject, ''),
    summary: clip(`${isConfirmed ? '✔ 已确认' : words}《${face.title}》`, summaryLimit),
    header: { title: `${face.account} ${issueWords(face)}`, colour: isConfirmed ? 'green' : 'grey' },
    elements: [
      markdown(link(face.title, face.url)),
      markdown(coloured(isConfirmed ? `**${words}**` : words, isConfirmed ? 'green' : 'grey')),
    ],
    footer: [`版本 v${face.version} · ${shortHash(face.contentHash)}`],
  });
};

/** A new card, because an old one's buttons die after 14 days and a changed one makes no sound: one step, one button. */
export const reminderCard = (face: PostFace, { which, urgentTime, now, standing }: Reminding): Card => {
  const subject = reminderSubject(face, which);
  if (standing) return doneCard(face, subject, standing);
  const ask = `还差 1 步：${stepWords(face)}`;
  const until = untilWords(face, now);
  const urgent =
    urgentTime === undefined
      ? []
      : [markdown(coloured(`因需全员${stepWords(face)}，已第 ${urgentTime} 次提醒`, 'orange'))];
  const button = face.mustConfirm
    ? confirmButton(face, subject)
    : ({ ...urlButton({ text: '阅读全文', url: face.url, kind: 'primary_filled' }), width: 'fill' } as const);
  return card({
    id: deliveryElementId(subject, ''),
    summary: `${ask}《${clip(face.title, summaryLimit - ask.length - until.length - 2)}》${until}`,
    header: {
      title: ask,
      colour: 'orange',
      subtitle: `${face.account} ${issueWords(face)}${until === '' ? '' : ` ·${until}`}`,
    },
    elements: [
      markdown(`《${link(face.title, face.url)}》`),
      ...urgent,
      markdown(coloured(`约 ${face.minutes} 分钟`, 'grey'), { size: 'notation' }),
      button,
    ],
    footer: [`疑问请联系 ${face.contact}`, `版本 v${face.version} · ${shortHash(face.contentHash)}`],
  });
};
