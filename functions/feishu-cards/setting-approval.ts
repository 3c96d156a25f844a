import * as z from 'zod/mini';
import { clockTime } from '../../shared/calendar/day.ts';
import { log } from '../../shared/log.ts';
import { type Review, reviewReceipt, reviewSubject } from '../../shared/settings/review.ts';
import { type ReviewAct, reviewActs } from '../../shared/settings/review-card.ts';
import type { Reviews } from '../../shared/store/reviews.ts';
import { type CardReply, inTime, say } from './in-time.ts';

const clickSchema = z.object({
  header: z.object({ event_id: z.string() }),
  event: z.object({
    operator: z.object({ union_id: z.string() }),
    action: z.object({
      value: z.object({ do: z.enum(reviewActs), sheet: z.string(), subject: z.string() }),
    }),
  }),
});

export type SettingClick = {
  readonly eventId: string;
  /** union_id. */
  readonly person: string;
  readonly act: ReviewAct;
  readonly sheet: string;
  readonly subject: string;
};

/** `undefined` when the click is about something else. */
export const readSettingClick = (payload: unknown): SettingClick | undefined => {
  const found = z.safeParse(clickSchema, payload).data;
  if (!found) return undefined;
  const { operator, action } = found.event;
  const { do: act, sheet, subject } = action.value;
  return { eventId: found.header.event_id, person: operator.union_id, act, sheet, subject };
};

export type SettingClickDeps = {
  readonly reviews: Pick<Reviews, 'find' | 'write'>;
  readonly seal: (text: string) => string;
  readonly answerWithinMs: number;
  readonly now: () => Date;
};
type Clicked = SettingClick & { readonly sender: string };

const outcomes: Readonly<Record<Review['state'], string>> = {
  open: '',
  approved: '同意',
  returned: '退回',
  withdrawn: '撤回',
};

const saidAlready = ({ state, answer }: Review, person: string): CardReply => {
  if (!answer) return say('info', '这次修改已撤回，无需处理');
  const { by, at } = answer;
  const what = outcomes[state];
  return by.person === person
    ? say('info', `已${what}`)
    : say('warning', `${by.name} 已于 ${clockTime(new Date(at))} ${what}`);
};

/** Who may not answer, and why. */
const objectionTo = (review: Review, { person, subject }: SettingClick): CardReply | undefined => {
  if (reviewSubject(review) !== subject) return say('warning', '这次修改已有新的版本，请看新的卡片');
  if (review.state !== 'open') return saidAlready(review, person);
  if (review.editors.some((editor) => editor.person === person))
    return say('warning', '无权限：不能复核自己的修改');
  if (!review.asked.some((asked) => asked.person === person))
    return say('warning', '无权限：仅复核人可以操作');
  return undefined;
};

/** The answer with the receipt that has it applied and the cards changed, in one write. */
const answer = async (deps: SettingClickDeps, click: Clicked): Promise<CardReply> => {
  const found = await deps.reviews.find(click.sheet);
  if (!found) return say('warning', '找不到这次修改，可能已经撤回');
  const { review, version } = found;
  const objection = objectionTo(review, click);
  if (objection) return objection;
  const state = click.act === 'approveSetting' ? 'approved' : 'returned';
  const by = review.asked.find((asked) => asked.person === click.person) ?? {
    person: click.person,
    name: '',
  };
  const now = deps.now();
  const answered: Review = { ...review, state, answer: { by, at: now.toISOString() } };
  const receipt = reviewReceipt({ seal: deps.seal, sender: click.sender }, answered, now);
  if (!(await deps.reviews.write(answered, version, { by: click.person, now, receipt })))
    return say('warning', '有人同时在操作，请再点一次');
  log.info('setting_review', { sheet: click.sheet, state });
  return say('success', state === 'approved' ? '已同意，10 秒内生效' : '已退回，原来的值仍然有效');
};

/** A second person's answer to a risky change of settings; the cards change a moment later. */
export const answerSettingClick =
  (deps: SettingClickDeps) =>
  (click: Clicked): Promise<CardReply> =>
    inTime(deps.answerWithinMs)(click, () => answer(deps, click));
