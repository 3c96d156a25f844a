import type { Audience } from '../../shared/broadcasts/account.ts';
import { approvalCard } from '../../shared/broadcasts/approval-card.ts';
import { formCard } from '../../shared/broadcasts/form-card.ts';
import { postNoticeCard } from '../../shared/broadcasts/notice-card.ts';
import {
  type Closed,
  faceOf,
  groupCard,
  type PostFace,
  postCard,
  previewCard,
} from '../../shared/broadcasts/post-card.ts';
import { escapeMarkdown } from '../../shared/feishu/markdown.ts';
import type { OfPost, PostCards } from './post-cards.ts';

/** Nothing is shown of an article that wasn't read: whoever asks for such a card has skipped a step. */
const face = ({ broadcast, account }: OfPost): PostFace => {
  const found = faceOf(broadcast, account);
  if (!found) throw new Error(`${broadcast.broadcast} has no page yet`);
  return found;
};

const circleWords = (audience: Extract<Audience, { any: unknown }>): readonly string[] =>
  audience.any.map(({ departments = [], roles = [], people = [], joinedWithinDays }) =>
    [
      ...(departments.length > 0 ? [departments.join('、')] : []),
      ...(roles.length > 0 ? [roles.join('、')] : []),
      ...(people.length > 0 ? [`指定 ${people.length} 人`] : []),
      ...(joinedWithinDays === undefined ? [] : [`入职 ${joinedWithinDays} 天内`]),
    ].join(' · '),
  );

/** 全员, or what the circles name. */
const scopeWords = (audience: Audience): string => {
  const except = audience.except.length > 0 ? '（有例外）' : '';
  return `${'everyone' in audience ? '全员' : circleWords(audience).join('、')}${except}`;
};

const closedOf = ({ broadcast }: OfPost, workbenchUrl: string): Closed => {
  const { broadcast: id, deadlineAt, closedAt } = broadcast;
  const isLate = deadlineAt !== undefined && closedAt !== undefined && deadlineAt <= closedAt;
  return { kind: 'closed', isLate, page: `${workbenchUrl.replace(/\/$/u, '')}/posts/${id}` };
};

const minuteMs = 60_000;

export const postCards: PostCards = {
  personal: (of) => postCard(face(of)),
  group: (of, counts) => groupCard(face(of), counts),
  closed: (of, { workbenchUrl, counts }) => {
    const standing = closedOf(of, workbenchUrl);
    return counts ? groupCard(face(of), counts, standing) : postCard(face(of), standing);
  },
  recalled: (of, part) => {
    const standing = { kind: 'recalled', reason: of.broadcast.recalled?.reason ?? '' } as const;
    if (part === 'personal') return postCard(face(of), standing);
    return groupCard(face(of), { confirmed: 0, target: of.broadcast.target }, standing);
  },
  preview: (of, place) => previewCard(face(of), place),
  form: ({ broadcast, account, departments }, place) =>
    formCard({ place, post: broadcast, account, departments }),
  approval: ({ broadcast, account, facts }, place) =>
    approvalCard({
      place,
      face: face({ broadcast, account }),
      revision: broadcast.revision,
      editors: broadcast.editors.map(({ name }) => name),
      scope: scopeWords(broadcast.audience),
      people: facts.people,
      ...(facts.difference && {
        changes: { more: facts.difference.added, fewer: facts.difference.removed },
      }),
      unreachable: facts.unreachable,
      groupWarning: facts.groupWarning,
      calls: { expected: facts.calls, left: facts.callsLeft ?? Infinity },
      minutes: facts.sendingMs / minuteMs,
    }),
  notice: ({ account, title, text }, place) =>
    postNoticeCard({
      place,
      title: `${title} · ${account.name}`,
      summary: `${title}：${text}`,
      lines: [escapeMarkdown(text)],
      colour: 'orange',
      why: `为什么收到：你是${account.name}的编辑`,
    }),
};
