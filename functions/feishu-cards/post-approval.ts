import type { Act } from '../../shared/broadcasts/apply-step.ts';
import { approvalOutcome } from '../../shared/broadcasts/approval-card.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import type { Outcome } from '../../shared/broadcasts/settled-card.ts';
import { readReason, readSendTime, type Submitted } from '../../shared/broadcasts/submitted-form.ts';
import { ConflictError, InvalidInputError } from '../../shared/errors.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { replyWith, settledCopy, wantCard } from './broadcast-copy.ts';
import type { CardReply } from './in-time.ts';
import { type Perform, type PostActDeps, type PostClicker, takeSteps } from './post-steps.ts';

const refreshOne = async (deps: PostActDeps, row: Delivery, outcome: Outcome): Promise<void> => {
  const card = await settledCopy(deps, row, outcome);
  if (card) await wantCard(deps, row, { card, final: true });
};

/** The other approvers have nothing to do any more. */
const refreshOthers = async (
  deps: PostActDeps,
  { click, by }: PostClicker,
  { outcome, isOwnShown }: { readonly outcome: Outcome; readonly isOwnShown: boolean },
): Promise<void> => {
  try {
    const asked = await deps.deliveries.listOfSubject(click.value.subject);
    const others = asked.filter(({ recipient }) => recipient !== by.person || !isOwnShown);
    await Promise.all(others.map((row) => refreshOne(deps, row, outcome)));
  } catch (error) {
    // What was decided stands; their click is told by whom.
    log.warn('copies_not_refreshed', errorFields(error));
  }
};

const answer = async (
  deps: PostActDeps,
  clicker: PostClicker,
  { post, toast }: { readonly post: Broadcast; readonly toast: CardReply['toast'] },
): Promise<CardReply> => {
  const outcome = approvalOutcome(post);
  if (!outcome) return { toast };
  const { copy, waiting } = clicker;
  waiting.say(toast);
  const card = await settledCopy(deps, copy, outcome);
  await refreshOthers(deps, clicker, { outcome, isOwnShown: true });
  // Last of all: what is recorded as shown must leave with the answer, and anything after it could make the answer late.
  const reply = await replyWith(deps, toast, { copy, card, final: true, waiting });
  if (!reply.card) await refreshOthers(deps, clicker, { outcome, isOwnShown: false });
  return reply;
};

/** Somebody was faster, or it isn't the same any more: whoever clicked is told by whom, and their card with them. */
const tooLate = async (deps: PostActDeps, clicker: PostClicker, error: unknown): Promise<CardReply> => {
  const post =
    error instanceof ConflictError ? await deps.broadcasts.find(clicker.click.value.post) : undefined;
  const outcome = post && approvalOutcome(post);
  if (!post || !outcome) throw error;
  return answer(deps, clicker, { post, toast: { type: 'warning', content: outcome.words } });
};

const decide = async (
  deps: PostActDeps,
  clicker: PostClicker,
  { acts, words }: { readonly acts: readonly Act[]; readonly words: string },
): Promise<CardReply> => {
  let post: Broadcast;
  try {
    post = await takeSteps(deps, clicker, acts);
  } catch (error) {
    return tooLate(deps, clicker, error);
  }
  return answer(deps, clicker, { post, toast: { type: 'success', content: words } });
};

/** Throws `form_incomplete` with what to fix, and nothing has changed. */
const required = <T>(submitted: Submitted<T>): T => {
  if (submitted.kind === 'problem') throw new InvalidInputError('form_incomplete', submitted.problem);
  return submitted.value;
};

/** Of two at once one wins; the other is told by whom. */
export const approve =
  (when: 'schedule' | 'now'): Perform =>
  (deps, clicker) => {
    if (when === 'now')
      return decide(deps, clicker, {
        acts: [{ step: 'approve' }, { step: 'start' }],
        words: '已同意，马上开始发送',
      });
    const at = required(readSendTime(clicker.click.form, deps.now()));
    return decide(deps, clicker, {
      acts: [{ step: 'approve' }, { step: 'schedule', at }],
      words: `已同意，${dayAndTime(at.toISOString())} 发送`,
    });
  };

export const sendBack: Perform = (deps, clicker) => {
  const reason = required(readReason(clicker.click.form));
  return decide(deps, clicker, { acts: [{ step: 'sendBack', reason }], words: '已退回，编辑会收到理由' });
};
