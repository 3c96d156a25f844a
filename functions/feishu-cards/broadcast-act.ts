import type { Act } from '../../shared/broadcasts/apply-step.ts';
import type { PostAct } from '../../shared/broadcasts/card-values.ts';
import { AppError } from '../../shared/errors.ts';
import { log } from '../../shared/log.ts';
import type { Person } from '../../shared/store/people.ts';
import { findPostCopy } from './broadcast-copy.ts';
import { chooseAccount } from './broadcast-draft.ts';
import { confirmPost } from './confirm.ts';
import { type CardReply, inTime, say, type Waiting } from './in-time.ts';
import { approve, sendBack } from './post-approval.ts';
import { cancel, preview, submit, withdraw } from './post-form.ts';
import { type ClickedPost, type Perform, type PostActDeps, takeSteps } from './post-steps.ts';

/** Of the report: its card follows by itself. */
const plainStep =
  (words: string, act: (by: Person) => Act): Perform =>
  async (deps, clicker) => {
    await takeSteps(deps, clicker, [act(clicker.by)]);
    return say('success', words);
  };

const performers: Readonly<Record<Exclude<PostAct, 'confirmPost'>, Perform>> = {
  draftPost: chooseAccount,
  previewPost: preview,
  submitPost: submit,
  withdrawPost: withdraw,
  cancelPost: cancel,
  approveSchedule: approve('schedule'),
  approveNow: approve('now'),
  sendBackPost: sendBack,
  pausePost: plainStep('已暂停：还没发出的不再发送', ({ name }) => ({
    step: 'pause',
    reason: `${name} 在报告卡上暂停`,
  })),
  resumePost: plainStep('已继续', () => ({ step: 'resume' })),
  remindPost: plainStep('已开始催未读：只提醒还没完成的人', () => ({ step: 'remind' })),
};

/** Whoever reads them can do something about it; everything else is ours. */
const isForPeople = (error: unknown): error is AppError =>
  error instanceof AppError && error.status < 500 && error.code !== 'invalid_input';

const perform = async (deps: PostActDeps, click: ClickedPost, waiting: Waiting): Promise<CardReply> => {
  const act = click.value.do;
  if (act === 'confirmPost') return confirmPost(deps)(click, waiting);
  const [copy, people] = await Promise.all([findPostCopy(deps, click), deps.people()]);
  const by = people.find(({ person }) => person === click.person);
  if (!by) return say('warning', '通讯录里没有你，无法操作');
  // Before anything changes: the function `broadcast` may be faster with the same card.
  if (copy) await deps.deliveries.guardClick(copy, deps.now());
  try {
    return await performers[act](deps, { click, by, copy, waiting });
  } catch (error) {
    if (!isForPeople(error)) throw error;
    return say('warning', error.message);
  }
};

/** One click on a card of a post, one write under a condition: durable before it is answered. */
export const actOnPostInTime =
  (deps: PostActDeps) =>
  (click: ClickedPost): Promise<CardReply> =>
    inTime(deps.answerWithinMs)(click, async (waiting) => {
      const reply = await perform(deps, click, waiting);
      const { eventId, value } = click;
      log.info('post_action', { eventId, post: value.post, do: value.do, kind: reply.toast.type });
      return reply;
    });
