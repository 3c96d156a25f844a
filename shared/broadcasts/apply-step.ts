import { InvalidInputError } from '../errors.ts';
import type { Who } from '../tickets/ticket.ts';
import type { Audience } from './account.ts';
import type { Article, Broadcast } from './broadcast.ts';
import type { Step } from './steps.ts';

/** What an editor may change of a draft. */
export type Draft = {
  readonly article?: Article;
  readonly title?: string;
  readonly summary?: string;
  readonly concerns?: string;
  readonly mustConfirm?: boolean;
  /** `null`: no deadline. */
  readonly deadlineAt?: string | null;
  readonly audience?: Audience;
};

/** Steps that say everything by their name. */
type PlainStep = Exclude<Step, 'edit' | 'schedule' | 'sendBack' | 'pause' | 'recall'>;

export type Act =
  | { readonly step: 'edit'; readonly draft: Draft }
  | { readonly step: 'schedule'; readonly at: Date }
  | { readonly step: 'sendBack' | 'pause' | 'recall'; readonly reason: string }
  | { readonly step: PlainStep };

type Actor = { readonly by: Who; readonly now: Date };

const withEditor = (editors: readonly Who[], by: Who): Who[] => [
  ...editors.filter(({ person }) => person !== by.person),
  by,
];

const edit = (broadcast: Broadcast, draft: Draft, { by }: Actor): Broadcast => {
  const { deadlineAt, ...said } = draft;
  // Another article has to be read first.
  const page = draft.article ? undefined : broadcast.page;
  const deadline = deadlineAt === undefined ? broadcast.deadlineAt : (deadlineAt ?? undefined);
  return {
    ...broadcast,
    ...said,
    page,
    deadlineAt: deadline,
    problem: undefined,
    editors: withEditor(broadcast.editors, by),
  };
};

/** The deadline and the time of sending are checked where they are said, and again where they count. */
const requireFuture = (iso: string | undefined, now: Date): void => {
  if (iso !== undefined && Date.parse(iso) <= now.getTime())
    throw new InvalidInputError('deadline_past', '截止时间已过，请改为将来的时间');
};

const submit = (broadcast: Broadcast, { by, now }: Actor): Broadcast => {
  const { page, summary, deadlineAt } = broadcast;
  if (!page) throw new InvalidInputError('article_unread', '文章还没有读到，请稍等或重新发送文档链接');
  if (summary.trim() === '') throw new InvalidInputError('summary_missing', '请填写摘要');
  requireFuture(deadlineAt, now);
  const submitted = { by, at: now.toISOString(), contentHash: page.contentHash };
  return { ...broadcast, state: 'in_review', submitted, sentBack: undefined };
};

const schedule = (broadcast: Broadcast, at: Date, { now }: Actor): Broadcast => {
  if (at.getTime() < now.getTime())
    throw new InvalidInputError('time_past', '发送时间已过，请改为将来的时间');
  if (broadcast.deadlineAt !== undefined && at.toISOString() >= broadcast.deadlineAt)
    throw new InvalidInputError('deadline_past', '发送时间晚于截止时间，请先修改截止时间');
  return { ...broadcast, state: 'scheduled', scheduledAt: at.toISOString() };
};

const pause = (broadcast: Broadcast, reason: string, { by, now }: Actor): Broadcast => {
  const from = broadcast.state === 'sending' ? 'sending' : 'open';
  return { ...broadcast, state: 'paused', paused: { at: now.toISOString(), from, reason, by } };
};

const closeByHand = (broadcast: Broadcast, { now }: Actor): Broadcast => ({
  ...broadcast,
  state: 'closed',
  paused: undefined,
  closedAt: now.toISOString(),
  closedBecause: 'by_hand',
});

const backToDraft = (broadcast: Broadcast): Broadcast => ({
  ...broadcast,
  state: 'draft',
  submitted: undefined,
  approved: undefined,
  scheduledAt: undefined,
});

const approve = (broadcast: Broadcast, { by, now }: Actor): Broadcast => {
  requireFuture(broadcast.deadlineAt, now);
  return { ...broadcast, state: 'approved', approved: { by, at: now.toISOString() } };
};

const plain: Readonly<Record<PlainStep, (broadcast: Broadcast, actor: Actor) => Broadcast>> = {
  submit,
  withdraw: backToDraft,
  approve,
  start: (broadcast, actor) => schedule(broadcast, actor.now, actor),
  resume: (broadcast) => ({ ...broadcast, state: broadcast.paused?.from ?? 'open', paused: undefined }),
  remind: (broadcast) => ({ ...broadcast, reminded: broadcast.reminded + 1 }),
  close: closeByHand,
  cancel: (broadcast) => ({ ...broadcast, state: 'cancelled' }),
};

const recall = (broadcast: Broadcast, reason: string, { by, now }: Actor): Broadcast => ({
  ...broadcast,
  state: 'recalled',
  paused: undefined,
  recalled: { by, at: now.toISOString(), reason },
});

/** The post after a step that `requireStep` has allowed. Throws `invalid_input` kinds whose message is Chinese: people read it. */
export const applyStep = (broadcast: Broadcast, act: Act, actor: Actor): Broadcast => {
  switch (act.step) {
    case 'edit':
      return edit(broadcast, act.draft, actor);
    case 'sendBack': {
      const sentBack = { by: actor.by, at: actor.now.toISOString(), reason: act.reason };
      return { ...backToDraft(broadcast), sentBack };
    }
    case 'schedule':
      return schedule(broadcast, act.at, actor);
    case 'pause':
      return pause(broadcast, act.reason, actor);
    case 'recall':
      return recall(broadcast, act.reason, actor);
    default:
      return plain[act.step](broadcast, actor);
  }
};
