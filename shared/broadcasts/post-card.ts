import { clockTime, dayOf } from '../calendar/day.ts';
import type { Card, CardElement, HeaderColour } from '../feishu/card-json.ts';
import { callbackButton, card, coloured, deliveryElementId, markdown, urlButton } from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import { dayAndTime } from '../follow-ups/follow-up.ts';
import type { Account } from './account.ts';
import { type Broadcast, groupSubject, issueWords, personalSubject } from './broadcast.ts';
import { postValue } from './card-values.ts';

/** All that the cards of a post say, the same for whoever reads them. */
export type PostFace = Pick<
  Broadcast,
  'broadcast' | 'issue' | 'version' | 'title' | 'summary' | 'concerns' | 'mustConfirm' | 'deadlineAt'
> & {
  /** Name of the account. */
  readonly account: string;
  /** Who answers questions. */
  readonly contact: string;
  readonly url: string;
  readonly minutes: number;
  readonly contentHash: string;
};

/** `undefined` until the article was read. */
export const faceOf = (post: Broadcast, { name, contact }: Account): PostFace | undefined => {
  const { page } = post;
  if (!page) return undefined;
  const { broadcast, issue, version, title, summary, concerns, mustConfirm, deadlineAt } = post;
  const written = { broadcast, issue, version, title: title || page.title, summary, concerns };
  const { url, minutes, contentHash } = page;
  return { ...written, mustConfirm, deadlineAt, account: name, contact, url, minutes, contentHash };
};

/** Not confirmed by the end; `page`: the post's own in the Workbench, which still takes the confirmation. */
export type Closed = { readonly kind: 'closed'; readonly isLate: boolean; readonly page: string };

/** How a reader's copy stands. */
export type PostStanding =
  | { readonly kind: 'open' }
  | Closed
  | { readonly kind: 'confirmed'; readonly at: string; readonly version: number }
  | { readonly kind: 'recalled'; readonly reason: string };

/** A phone shows this many characters in its list. */
const summaryLimit = 38;
const mostLines = 3;

/** 11-27 18:00. */
const moment = (iso: string): string => dayAndTime(iso);
/** What all three channels show of the content's SHA-256. */
export const shortHash = (contentHash: string): string => contentHash.slice(0, 8);

const tail = ({ mustConfirm, deadlineAt }: PostFace): string => {
  if (!mustConfirm) return '';
  return deadlineAt === undefined ? '（需确认）' : `（需确认，${dayOf(new Date(deadlineAt)).slice(5)}前）`;
};

const openSummary = (face: PostFace): string => {
  const head = `【${face.account}】`;
  const end = tail(face);
  return `${head}${clip(face.title, summaryLimit - head.length - end.length)}${end}`;
};

const summaries: Readonly<Record<PostStanding['kind'], string>> = {
  open: '',
  closed: '已结束 ',
  confirmed: '✔ 已确认 ',
  recalled: '已撤回 ',
};

const summaryOf = (face: PostFace, { kind }: PostStanding): string => {
  const mark = summaries[kind];
  return mark === '' ? openSummary(face) : clip(`${mark}【${face.account}】${face.title}`, summaryLimit);
};

const colours: Readonly<Record<PostStanding['kind'], HeaderColour>> = {
  open: 'blue',
  closed: 'orange',
  confirmed: 'green',
  recalled: 'grey',
};

export const plainLines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => escapeMarkdown(line))
    .filter((line) => line !== '')
    .slice(0, mostLines);

const concernsLine = ({ concerns }: PostFace): readonly string[] =>
  concerns === '' ? [] : [`**与你有关**　${escapeMarkdown(concerns)}`];

const factsLine = ({ minutes, version, mustConfirm }: PostFace): string =>
  [
    coloured(`约 ${minutes} 分钟`, 'grey'),
    ...(version > 1 ? [coloured(`更新 v${version}`, 'grey')] : []),
    ...(mustConfirm ? [coloured('需确认', 'orange')] : []),
  ].join(' · ');

/** Title, 摘要 of at most three lines, 与你有关, how long it takes; of what was recalled only the title. */
const articleBlock = (face: PostFace, standing: PostStanding): readonly CardElement[] => {
  const title = markdown(`**${escapeMarkdown(face.title)}**`, { size: 'heading' });
  if (standing.kind === 'recalled') return [title];
  const asked = { ...face, mustConfirm: face.mustConfirm && standing.kind === 'open' };
  return [
    title,
    markdown([...plainLines(face.summary), ...concernsLine(face)].join('\n')),
    markdown(factsLine(asked), { size: 'notation' }),
  ];
};

const readButton = ({ url }: PostFace, kind: 'primary_filled' | 'default'): CardElement => ({
  ...urlButton({ text: '阅读全文', url, kind }),
  width: 'fill',
});

/** 「收到」 is not what a company can rely on later; these words are. */
const confirmWords = '我已阅读并知悉';

export const confirmButton = (
  { broadcast, version }: Pick<PostFace, 'broadcast' | 'version'>,
  subject: string,
): CardElement => ({
  ...callbackButton({
    text: confirmWords,
    kind: 'primary_filled',
    value: postValue({ do: 'confirmPost', post: broadcast, version: String(version), subject }),
    confirm: { title: confirmWords, text: '确认后将记录时间与版本' },
  }),
  width: 'fill',
});

export const confirmedWords = ({ at, version }: { readonly at: string; readonly version: number }): string =>
  `✔ 已确认 · ${moment(at)} · v${version}`;

/** A button on the card would die 14 days after it was sent; the page asks as long as the post is there. */
const closedControls = ({ isLate, page }: Closed): readonly CardElement[] => [
  markdown(coloured(isLate ? '已过截止时间，仍可补确认' : '已结束，仍可补确认', 'orange')),
  { ...urlButton({ text: '查看并补确认', url: page, kind: 'primary_filled' }), width: 'fill' },
];

const controls = (face: PostFace, standing: PostStanding, subject: string): readonly CardElement[] => {
  const { kind } = standing;
  if (kind === 'recalled') return [markdown(coloured(`已撤回：${escapeMarkdown(standing.reason)}`, 'grey'))];
  if (kind === 'confirmed')
    return [markdown(coloured(`**${confirmedWords(standing)}**`, 'green')), readButton(face, 'default')];
  if (kind === 'closed') return closedControls(standing);
  return [
    readButton(face, face.mustConfirm ? 'default' : 'primary_filled'),
    ...(face.mustConfirm ? [confirmButton(face, subject)] : []),
  ];
};

const footerOf = (face: PostFace, more: readonly string[] = []): readonly string[] => {
  const deadline = face.deadlineAt === undefined ? [] : [`截止 ${moment(face.deadlineAt)}`];
  return [
    [...deadline, ...more, `疑问请联系 ${escapeMarkdown(face.contact)}`].join(' · '),
    `版本 v${face.version} · ${shortHash(face.contentHash)}`,
  ];
};

type Place = { readonly subject: string; readonly recipient: string };
type Framed = { readonly place: Place; readonly standing: PostStanding; readonly count?: readonly string[] };

const framed = (face: PostFace, { place, standing, count }: Framed): Card => {
  const isOver = standing.kind === 'recalled';
  return card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: summaryOf(face, standing),
    header: { title: `${face.account} ${issueWords(face)}`, colour: colours[standing.kind] },
    elements: [...articleBlock(face, standing), ...controls(face, standing, place.subject)],
    footer: footerOf(isOver ? { ...face, deadlineAt: undefined } : face, count),
    forward: !isOver,
  });
};

/** Nobody's in particular: the chat tells whose copy it is. */
const everybodys = (subject: string): Place => ({ subject, recipient: '' });

/** The card of a post, forwardable and the same for everybody who hasn't confirmed it. */
export const postCard = (face: PostFace, standing: PostStanding = { kind: 'open' }): Card =>
  framed(face, { place: everybodys(personalSubject(face)), standing });

/** In a group: how many have confirmed stands in the footer; a click counts for whoever clicks. */
export const groupCard = (
  face: PostFace,
  { confirmed, target }: { readonly confirmed: number; readonly target: number },
  standing: PostStanding = { kind: 'open' },
): Card => {
  const count = face.mustConfirm ? [`已确认 ${confirmed}/${target}`] : [];
  return framed(face, { place: everybodys(groupSubject(face)), standing, count });
};

/** What readers will get, for an editor or an approver alone. */
export const previewCard = (face: PostFace, place: Place): Card => {
  const made = framed(face, { place, standing: { kind: 'open' } });
  const subtitle = { tag: 'plain_text', content: '预览：只有你能看到' } as const;
  const config = { ...made.config, enable_forward: false };
  return { ...made, config, header: { ...made.header, subtitle } };
};

/** 今天 18:00, or 11-27 18:00 on another day. */
export const deadlineWords = (deadlineAt: string, now: Date): string =>
  dayOf(new Date(deadlineAt)) === dayOf(now) ? `今天 ${clockTime(new Date(deadlineAt))}` : moment(deadlineAt);
