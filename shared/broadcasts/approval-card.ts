import { usualQuietSince } from '../calendar/quiet-hours.ts';
import { momentField, titledForm, wordsField } from '../feishu/card-controls.ts';
import type { Card, CardElement } from '../feishu/card-json.ts';
import {
  callbackButton,
  card,
  collapsible,
  coloured,
  deliveryElementId,
  link,
  markdown,
} from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import { dayAndTime } from '../follow-ups/follow-up.ts';
import type { Unreachable } from './audience.ts';
import { type Broadcast, issueWords } from './broadcast.ts';
import { postValue } from './card-values.ts';
import { longestWords } from './form-card.ts';
import type { Place } from './notice-card.ts';
import { type PostFace, plainLines, shortHash } from './post-card.ts';
import { actionsId, type Outcome } from './settled-card.ts';

export const approvalFields = { at: 'approval_at', reason: 'approval_reason' } as const;

export type ApprovalInput = {
  readonly place: Place;
  readonly face: PostFace;
  /** Of the row that this card shows: approving another one is refused. */
  readonly revision: number;
  readonly editors: readonly string[];
  /** 全员, 直播部、商品部 …, as people say it. */
  readonly scope: string;
  /** Everybody who is meant. */
  readonly people: readonly string[];
  /** Against the account's issue before; absent: there is none. */
  readonly changes?: { readonly more: readonly string[]; readonly fewer: readonly string[] };
  readonly unreachable: readonly { readonly name: string; readonly reason: Unreachable }[];
  /** Which groups the post won't reach, and how to mend it; plain text. */
  readonly groupWarning?: string | undefined;
  /** Calls of the month's budget; `Infinity`: nothing limits them. */
  readonly calls: { readonly expected: number; readonly left: number };
  /** From the first card to the last. */
  readonly minutes: number;
};

const mostNames = 60;

export const unreachableWords: Readonly<Record<Unreachable, string>> = {
  not_activated: '未激活飞书',
  out_of_scope: '不在应用可用范围',
  unknown_person: '通讯录里找不到',
};

const nameList = (names: readonly string[]): string => {
  const shown = names.slice(0, mostNames).map((name) => escapeMarkdown(clip(name || '不明', 12)));
  return shown.join('、') + (names.length > mostNames ? ` 等 ${names.length} 人` : '');
};

const changeWords = ({ changes }: ApprovalInput): string => {
  if (!changes) return '';
  const { more, fewer } = changes;
  return more.length + fewer.length === 0 ? '（与上期相同）' : `（较上期 +${more.length}/−${fewer.length}）`;
};

const changeLines = ({ changes }: ApprovalInput): readonly string[] => [
  ...(changes && changes.more.length > 0 ? [`**新增**　${nameList(changes.more)}`] : []),
  ...(changes && changes.fewer.length > 0 ? [`**减少**　${nameList(changes.fewer)}`] : []),
];

const listPanel = (input: ApprovalInput): CardElement =>
  collapsible(`名单（${input.people.length} 人）`, [
    markdown([...changeLines(input), nameList(input.people)].join('\n')),
  ]);

const reasonsOf = ({ unreachable }: ApprovalInput): string => {
  const reasons = [...new Set(unreachable.map(({ reason }) => reason))];
  return reasons
    .map(
      (reason) => `${unreachableWords[reason]} ${unreachable.filter((one) => one.reason === reason).length}`,
    )
    .join('、');
};

const unreachablePanel = (input: ApprovalInput): readonly CardElement[] => {
  const { unreachable } = input;
  if (unreachable.length === 0) return [];
  const lines = unreachable
    .slice(0, mostNames)
    .map(({ name, reason }) => `${escapeMarkdown(clip(name || '不明', 12))}：${unreachableWords[reason]}`);
  const more = unreachable.length > mostNames ? [`……共 ${unreachable.length} 人`] : [];
  return [
    collapsible(`不可触达名单（${unreachable.length} 人）`, [markdown([...lines, ...more].join('\n'))]),
  ];
};

const durationWords = (minutes: number): string =>
  minutes < 1 ? '不到 1 分钟' : `约 ${Math.ceil(minutes)} 分钟`;

const confirmWords = ({ face: { mustConfirm, deadlineAt } }: ApprovalInput): string => {
  const deadline = deadlineAt === undefined ? '无截止时间' : `${dayAndTime(deadlineAt)} 截止`;
  return `${mustConfirm ? '每人需确认' : '不需确认'} · ${deadline}`;
};

/** What leaves in the quiet hours waits for their end: a deadline that is not after that is over by then. */
const quietDeadline = ({ face: { deadlineAt } }: ApprovalInput): readonly string[] => {
  const since = deadlineAt === undefined ? undefined : usualQuietSince(new Date(Date.parse(deadlineAt) - 1));
  if (!since) return [];
  const words = `截止时间在休息时间内，${dayAndTime(since.toISOString())} 后才发出的，多数人在截止前收不到`;
  return [`**注意**　${coloured(words, 'orange')}`];
};

const thousands = (count: number): string => count.toLocaleString('en-US');

const leftWords = ({ calls: { expected, left } }: ApprovalInput): string => {
  if (left === Infinity) return '本月不限';
  return `本月余 ${thousands(left)}${expected > left ? coloured('，额度不足', 'red') : ''}`;
};

const factsOf = (input: ApprovalInput): string => {
  const { scope, people, unreachable, groupWarning, calls, minutes } = input;
  const reasons = unreachable.length === 0 ? '' : `（${reasonsOf(input)}）`;
  return [
    `**范围**　${escapeMarkdown(clip(scope, 60))} **${people.length} 人**${changeWords(input)}`,
    `**不可触达**　${unreachable.length} 人${reasons}`,
    ...(groupWarning === undefined
      ? []
      : [`**群**　${coloured(escapeMarkdown(clip(groupWarning, 200)), 'orange')}`]),
    `**要求**　${confirmWords(input)}`,
    ...quietDeadline(input),
    `**预计调用**　${thousands(calls.expected)} 次（${leftWords(input)}）`,
    `**预计用时**　${durationWords(minutes)}`,
  ].join('\n');
};

type Deciding = 'approveSchedule' | 'approveNow' | 'sendBackPost';

const decisions = ({ place, face, revision, people }: ApprovalInput): readonly CardElement[] => {
  const value = (act: Deciding) =>
    postValue({ do: act, post: face.broadcast, subject: place.subject, revision: String(revision) });
  return [
    titledForm({
      id: actionsId('schedule'),
      fields: [
        {
          title: '**发送时间**（定时发送才填）',
          ...momentField({ name: approvalFields.at, text: '发送时间', required: false }),
        },
      ],
      submits: [{ text: '同意并定时', kind: 'primary_filled', value: value('approveSchedule') }],
    }),
    {
      ...callbackButton({
        text: '同意并立即发送',
        value: value('approveNow'),
        confirm: { title: '同意并立即发送', text: `将马上发给 ${people.length} 人` },
      }),
      width: 'fill',
      element_id: actionsId('now'),
    },
    titledForm({
      id: actionsId('return'),
      fields: [
        {
          title: '**退回的理由**',
          ...wordsField({
            name: approvalFields.reason,
            text: '要改什么',
            required: false,
            maxLength: longestWords.reason,
          }),
        },
      ],
      submits: [{ text: '退回', value: value('sendBackPost') }],
    }),
  ];
};

/** All that somebody needs to agree to a post, on their own card. */
export const approvalCard = (input: ApprovalInput): Card => {
  const { place, face, editors } = input;
  const { account, title, url, summary, concerns, contentHash, version } = face;
  return card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: clip(`待审批：${account} ${issueWords(face)} ${title}`, 38),
    header: { title: `待审批 · ${account} ${issueWords(face)}`, colour: 'orange' },
    elements: [
      markdown(`**${link(title, url)}**`, { size: 'heading' }),
      markdown(
        [
          ...plainLines(summary),
          ...(concerns === '' ? [] : [`**与你有关**　${escapeMarkdown(concerns)}`]),
        ].join('\n'),
      ),
      markdown(factsOf(input)),
      listPanel(input),
      ...unreachablePanel(input),
      ...decisions(input),
    ],
    footer: [
      `编辑 ${nameList(editors)} · 版本 v${version} · ${shortHash(contentHash)}`,
      `为什么收到：你是${escapeMarkdown(account)}的审批人`,
    ],
  });
};

const by = (act: { readonly by: { readonly name: string }; readonly at: string } | undefined): string =>
  act ? `${act.by.name} ${dayAndTime(act.at)} ` : '';

const title = (is: string) => ({ title: ['待审批', is] }) as const;

const ended: Readonly<Partial<Record<Broadcast['state'], Outcome>>> = {
  cancelled: { words: '这一期已取消，无需处理', colour: 'grey', ...title('已取消') },
  recalled: { words: '这一期已撤回', colour: 'grey', ...title('已撤回') },
};

const returned = ({ sentBack }: Broadcast): Outcome =>
  sentBack
    ? { words: `${by(sentBack)}已退回：${sentBack.reason}`, colour: 'orange', ...title('已退回') }
    : { words: '编辑已撤回修改，无需处理', colour: 'grey', ...title('无需审批') };

const whenWords = ({ state, scheduledAt, approved }: Broadcast): string => {
  if (state !== 'scheduled' || scheduledAt === undefined) return '';
  return scheduledAt === approved?.at ? '，立即发送' : `，${dayAndTime(scheduledAt)} 发送`;
};

/** What became of the question on an approval card; `undefined` while it is open. */
export const approvalOutcome = (post: Broadcast): Outcome | undefined => {
  if (post.state === 'in_review') return undefined;
  if (post.state === 'draft') return returned(post);
  const agreed = `✔ ${by(post.approved)}已同意${whenWords(post)}`;
  return ended[post.state] ?? { words: agreed, colour: 'green', ...title('已同意') };
};
