import { isDeepStrictEqual } from 'node:util';
import { clockTime, dayOf } from '../calendar/day.ts';
import { choiceField, choicesField, momentField, titledForm, wordsField } from '../feishu/card-controls.ts';
import type { Card, CardElement, FormField } from '../feishu/card-json.ts';
import { callbackButton, card, coloured, deliveryElementId, link, markdown } from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import { dayAndTime } from '../follow-ups/follow-up.ts';
import type { Account, Audience } from './account.ts';
import { type Broadcast, issueWords } from './broadcast.ts';
import { postValue } from './card-values.ts';
import type { Place } from './notice-card.ts';
import { actionsId, settledCard } from './settled-card.ts';

export const formFields = {
  summary: 'post_summary',
  concerns: 'post_concerns',
  scope: 'post_scope',
  departments: 'post_departments',
  mustConfirm: 'post_confirm',
  deadline: 'post_deadline',
} as const;
export const longestWords = { summary: 120, concerns: 60, reason: 100 } as const;

/** 范围: what the account always means, some departments, or what stands there already. */
export const scopes = ['account', 'departments', 'current'] as const;
export type Scope = (typeof scopes)[number];

/** Every option of a list counts as an element of the card. */
const mostDepartments = 40;

export type FormInput = {
  readonly place: Place;
  readonly post: Broadcast;
  readonly account: Pick<Account, 'name' | 'audience'>;
  /** All of the company's, the largest first. */
  readonly departments: readonly string[];
};

const sameAudience = (one: Audience, other: Audience): boolean => isDeepStrictEqual(one, other);

/** The departments, when an audience is made of nothing else. */
const departmentsOf = (audience: Audience): readonly string[] | undefined => {
  if ('everyone' in audience) return undefined;
  const isPlain = audience.any.every((circle) => circle.departments && Object.keys(circle).length === 1);
  return isPlain ? audience.any.flatMap(({ departments = [] }) => departments) : undefined;
};

const scopeOf = ({ post, account }: FormInput): Scope => {
  if (sameAudience(post.audience, account.audience)) return 'account';
  return departmentsOf(post.audience) ? 'departments' : 'current';
};

const scopeField = (input: FormInput): FormField => {
  const chosen = scopeOf(input);
  const all = 'everyone' in input.account.audience ? '全部（全员）' : '全部（本订阅号的范围）';
  return choiceField({
    name: formFields.scope,
    text: '范围',
    required: true,
    chosen,
    choices: [
      { text: all, value: 'account' },
      { text: '按部门', value: 'departments' },
      ...(chosen === 'current' ? [{ text: '保持现在的范围', value: 'current' }] : []),
    ],
  });
};

const departmentsField = ({ post, departments }: FormInput): FormField => {
  const chosen = departmentsOf(post.audience) ?? [];
  const listed = [...new Set([...chosen, ...departments])].slice(0, mostDepartments);
  return choicesField({
    name: formFields.departments,
    text: '选择部门（含下级部门）',
    required: false,
    chosen,
    choices: (listed.length > 0 ? listed : ['（没有部门）']).map((value) => ({
      text: clip(value, 40),
      value,
    })),
  });
};

const initialMoment = (iso: string): string => `${dayOf(new Date(iso))} ${clockTime(new Date(iso))}`;

type Titled = FormField & { readonly title: string };

const wordsFields = ({ post: { summary, concerns } }: FormInput): readonly Titled[] => [
  {
    title: '**摘要**（不超过 120 字，最多三行）',
    ...wordsField({
      name: formFields.summary,
      text: '摘要',
      required: false,
      multiline: true,
      maxLength: longestWords.summary,
      initial: summary,
    }),
  },
  {
    title: '**与你有关**（选填，写给谁、关系到什么）',
    ...wordsField({
      name: formFields.concerns,
      text: '例如：直播、详情页、客服话术',
      required: false,
      maxLength: longestWords.concerns,
      initial: concerns,
    }),
  },
];

const confirmField = ({ post }: FormInput): FormField =>
  choiceField({
    name: formFields.mustConfirm,
    text: '是否需确认',
    required: true,
    chosen: post.mustConfirm ? 'yes' : 'no',
    choices: [
      { text: '需要每个人确认', value: 'yes' },
      { text: '不需要确认', value: 'no' },
    ],
  });

const deadlineField = ({ post: { deadlineAt } }: FormInput): FormField =>
  momentField({
    name: formFields.deadline,
    text: '截止时间',
    required: false,
    initial: deadlineAt === undefined ? undefined : initialMoment(deadlineAt),
  });

const fieldsOf = (input: FormInput): readonly Titled[] => [
  ...wordsFields(input),
  { title: '**范围**', ...scopeField(input) },
  { title: '按部门时选择', ...departmentsField(input) },
  { title: '**是否需确认**', ...confirmField(input) },
  { title: '**截止时间**（选填）', ...deadlineField(input) },
];

const warnings = ({ problem, sentBack }: Broadcast): readonly CardElement[] => [
  ...(sentBack
    ? [
        markdown(
          coloured(
            `${escapeMarkdown(sentBack.by.name)} ${dayAndTime(sentBack.at)} 退回：${escapeMarkdown(sentBack.reason)}`,
            'orange',
          ),
        ),
      ]
    : []),
  ...(problem ? [markdown(coloured(escapeMarkdown(problem.message), 'red'))] : []),
];

const titleOf = ({ title, page }: Broadcast): string => (title === '' ? (page?.title ?? '') : title);

const aboutArticle = (post: Broadcast): readonly CardElement[] => {
  const title = titleOf(post);
  if (!post.page) return [markdown(`**${escapeMarkdown(title)}**`, { size: 'heading' })];
  const { url, minutes } = post.page;
  return [
    markdown(`**${link(title, url)}**`, { size: 'heading' }),
    markdown(coloured(`约 ${minutes} 分钟`, 'grey'), { size: 'notation' }),
  ];
};

const controls = (input: FormInput): readonly CardElement[] => {
  const { post, place } = input;
  const value = (act: 'previewPost' | 'submitPost' | 'cancelPost') =>
    postValue({
      ...{ do: act, post: post.broadcast, subject: place.subject },
      revision: String(post.revision),
    });
  const confirm = { title: '取消这一期', text: '草稿会作废；文档不受影响' };
  const cancel = callbackButton({ text: '取消这一期', kind: 'text', value: value('cancelPost'), confirm });
  return [
    titledForm({
      id: actionsId('form'),
      fields: fieldsOf(input),
      submits: [
        { text: '预览给自己', value: value('previewPost') },
        { text: '提交审批', kind: 'primary_filled', value: value('submitPost') },
      ],
    }),
    { ...cancel, element_id: actionsId('cancel') },
  ];
};

/** What an editor says about an article before it goes for approval; on their own card only, as Feishu wants forms. */
export const formCard = (input: FormInput): Card => {
  const { place, post, account } = input;
  const issue = `${account.name} ${issueWords(post)}`;
  return card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: clip(`${issue} 草稿：${titleOf(post)}`, 38),
    header: { title: `${issue} · 草稿`, colour: post.sentBack ? 'orange' : 'blue' },
    elements: [...aboutArticle(post), ...warnings(post), ...controls(input)],
    footer: [`为什么收到：你是${escapeMarkdown(account.name)}的编辑`],
  });
};

/** The form of a post that waits for its approvers: what was said can be taken back. */
export const submittedCard = (form: Card, post: Broadcast, subject: string): Card => {
  const { submitted } = post;
  const when = submitted ? ` · ${submitted.by.name} ${dayAndTime(submitted.at)}` : '';
  const settled = settledCard(form, {
    words: `已提交审批${when}`,
    colour: 'grey',
    title: ['草稿', '待审批'],
  });
  const value = postValue({ do: 'withdrawPost', post: post.broadcast, subject });
  const confirm = { title: '撤回修改', text: '审批人的卡片会失效，修改后需要重新提交' };
  const withdraw = callbackButton({ text: '撤回修改', kind: 'text', value, confirm });
  const [footer] = settled.body.elements.slice(-1);
  const said = settled.body.elements.slice(0, -1);
  const elements = [...said, { ...withdraw, element_id: actionsId('withdraw') }, ...(footer ? [footer] : [])];
  return { ...settled, body: { elements } };
};
