import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { confirmedCopies, showConfirmed } from '../../shared/broadcasts/confirmed-copies.ts';
import { faceOf, type PostFace } from '../../shared/broadcasts/post-card.ts';
import { isPublished } from '../../shared/broadcasts/reading-list.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Confirmation, Delivery } from '../../shared/store/delivery.ts';
import type { PostClick } from './broadcast-click.ts';
import { findPostCopy, type PostCopyDeps, replyWith } from './broadcast-copy.ts';
import { type CardReply, say, type Waiting } from './in-time.ts';

export type ConfirmDeps = PostCopyDeps & {
  readonly broadcasts: Pick<Broadcasts, 'find'>;
  readonly accounts: readonly Account[];
};

const told = (content: string): CardReply => say('warning', content);

/** Why this can't be confirmed, whoever clicks. */
const objectionTo = (post: Broadcast, { value }: PostClick): CardReply | undefined => {
  if (value.subject.startsWith('post:')) return say('info', '这是预览，正式发送后才能确认');
  if (post.state === 'recalled') return told('这期内容已撤回，无需确认');
  if (!isPublished(post)) return told('这期内容还没有发出');
  if (value.version !== String(post.version))
    return told(`内容已更新到 v${post.version}，请看新的卡片后再确认`);
  return post.mustConfirm ? undefined : say('info', '这期内容不需要确认');
};

const isLate = ({ deadlineAt, state }: Broadcast, at: string): boolean =>
  state === 'closed' || (deadlineAt !== undefined && at > deadlineAt);

const toastFor = (post: Broadcast, { at, version }: Confirmation, isNew: boolean): CardReply['toast'] => {
  if (!isNew) return { type: 'info', content: `你已于 ${dayAndTime(at)} 确认 v${version}` };
  const content = isLate(post, at)
    ? `已确认（已过截止时间），已记录时间与版本 v${version}`
    : `已确认，已记录时间与版本 v${version}`;
  return { type: 'success', content };
};

type Confirming = {
  readonly post: Broadcast;
  readonly face: PostFace;
  readonly click: PostClick;
  readonly waiting: Waiting;
};
type Done = { readonly confirmed: Confirmation; readonly isNew: boolean };

/** What the row of whoever clicked says, and nobody else's. */
const record = async (
  { deliveries, now }: ConfirmDeps,
  post: Broadcast,
  person: string,
): Promise<Done | undefined> => {
  const key = { subject: personalSubject(post), recipient: person };
  const how = { at: now().toISOString(), version: post.version, via: 'card' } as const;
  if (await deliveries.recordConfirmed(key, how)) return { confirmed: how, isNew: true };
  const before = await deliveries.find(key);
  return before?.confirmed && { confirmed: before.confirmed, isNew: false };
};

/** Other copies of the same person: the post when a reminder was clicked, and the other way round. */
const refreshOthers = async (
  deps: ConfirmDeps,
  { click: { person }, ...of }: Confirming,
  { confirmed, except }: { readonly confirmed: Confirmation; readonly except: string | undefined },
): Promise<void> => {
  try {
    await showConfirmed(deps)({ ...of, confirmed }, person, except);
  } catch (error) {
    // The row says it; the next look at the post settles the cards.
    log.warn('copies_not_refreshed', errorFields(error));
  }
};

const answer = async (
  deps: ConfirmDeps,
  confirming: Confirming,
  { copy, done: { confirmed, isNew } }: { readonly copy: Delivery | undefined; readonly done: Done },
): Promise<CardReply> => {
  const { post, click, waiting } = confirming;
  const card = confirmedCopies({ ...confirming, confirmed }).find(({ subject }) => subject === copy?.subject);
  const toast = toastFor(post, confirmed, isNew);
  waiting.say(toast);
  await refreshOthers(deps, confirming, { confirmed, except: copy?.subject });
  // Last of all: what is recorded as shown must leave with the answer, and anything after it could make the answer late.
  const reply = await replyWith(deps, toast, { copy, card: card?.card, final: true, waiting });
  if (copy && !reply.card) await refreshOthers(deps, confirming, { confirmed, except: undefined });
  log.info('post_confirm_clicked', { post: post.broadcast, eventId: click.eventId, isNew });
  return reply;
};

/** 我已阅读并知悉: counts for whoever clicked, once, with time and version, wherever the card stands. */
export const confirmPost =
  (deps: ConfirmDeps) =>
  async (click: PostClick, waiting: Waiting): Promise<CardReply> => {
    const [post, copy] = await Promise.all([
      deps.broadcasts.find(click.value.post),
      findPostCopy(deps, click),
    ]);
    const account = deps.accounts.find(({ id }) => id === post?.account);
    const face = post && account && faceOf(post, account);
    if (!post || !face) return told('找不到这期内容');
    const objection = objectionTo(post, click);
    if (objection) return objection;
    // Before anything changes: a PATCH beside the answer is taken back.
    if (copy) await deps.deliveries.guardClick(copy, deps.now());
    const done = await record(deps, post, click.person);
    if (!done) return say('info', '你不在本文范围内，无需确认');
    return answer(deps, { post, face, click, waiting }, { copy, done });
  };
