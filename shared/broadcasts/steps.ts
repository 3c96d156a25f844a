import { ConflictError, InvalidInputError } from '../errors.ts';
import type { Who } from '../tickets/ticket.ts';
import type { Broadcast, BroadcastState } from './broadcast.ts';

/** What people do with a post. Everything else (sending → open → closed) happens by itself. */
export const steps = [
  'edit',
  'submit',
  'withdraw',
  'approve',
  'sendBack',
  'schedule',
  'start',
  'pause',
  'resume',
  'remind',
  'close',
  'cancel',
  'recall',
] as const;
export type Step = (typeof steps)[number];

const from: Readonly<Record<Step, readonly BroadcastState[]>> = {
  edit: ['draft'],
  submit: ['draft'],
  withdraw: ['in_review', 'approved', 'scheduled'],
  approve: ['in_review'],
  sendBack: ['in_review'],
  schedule: ['approved'],
  start: ['approved', 'scheduled'],
  pause: ['sending', 'open'],
  resume: ['paused'],
  remind: ['open'],
  close: ['open', 'paused'],
  cancel: ['draft', 'in_review', 'approved', 'scheduled'],
  recall: ['sending', 'paused', 'open', 'closed'],
};

/** As screens call them. */
export const stateNames: Readonly<Record<BroadcastState, string>> = {
  draft: '草稿',
  in_review: '待审批',
  approved: '已同意',
  scheduled: '已定时',
  sending: '发送中',
  paused: '已暂停',
  open: '已发出',
  closed: '已结束',
  cancelled: '已取消',
  recalled: '已撤回',
};
export const stepNames: Readonly<Record<Step, string>> = {
  edit: '修改',
  submit: '提交审批',
  withdraw: '撤回修改',
  approve: '同意',
  sendBack: '退回',
  schedule: '定时',
  start: '立即发送',
  pause: '暂停',
  resume: '继续',
  remind: '催未读',
  close: '结束',
  cancel: '取消',
  recall: '撤回',
};

export const stepsFrom = (state: BroadcastState): readonly Step[] =>
  steps.filter((step) => from[step].includes(state));

/** The steps of whoever writes; the others belong to the approvers; some to both. */
const editorSteps: readonly Step[] = [
  'edit',
  'submit',
  'withdraw',
  'cancel',
  'pause',
  'resume',
  'remind',
  'close',
  'recall',
];
const approverSteps: readonly Step[] = [
  'approve',
  'sendBack',
  'schedule',
  'start',
  'pause',
  'resume',
  'remind',
  'close',
  'recall',
];

export type Rights = { readonly isEditor: boolean; readonly isApprover: boolean };

type Actor = { readonly by: Who; readonly rights: Rights };

export const mayTake = (step: Step, { isEditor, isApprover }: Rights): boolean =>
  (isEditor && editorSteps.includes(step)) || (isApprover && approverSteps.includes(step));

const notNow = ({ broadcast, state }: Pick<Broadcast, 'broadcast' | 'state'>, step: Step): ConflictError => {
  const allowed = stepsFrom(state);
  const names = allowed.map((each) => stepNames[each]).join('、');
  const instead = names === '' ? '' : `；现在可以：${names}`;
  const message = `${broadcast} ${stateNames[state]}，不能${stepNames[step]}${instead}`;
  return new ConflictError('step_not_allowed', message, { details: { state, allowed } });
};

/** Throws `step_not_allowed` naming the steps that are, or `no_right`, or `own_approval`. Messages are Chinese: people read them in a toast. */
export const requireStep = (
  broadcast: Pick<Broadcast, 'broadcast' | 'state' | 'editors'>,
  step: Step,
  { by, rights }: Actor,
): void => {
  if (!mayTake(step, rights))
    throw new InvalidInputError('no_right', `无权限：${stepNames[step]}只能由该订阅号的编辑或审批人操作`);
  if (step === 'approve' && broadcast.editors.some(({ person }) => person === by.person))
    throw new InvalidInputError('own_approval', '不能审批自己起草或修改过的内容');
  if (!from[step].includes(broadcast.state)) throw notNow(broadcast, step);
};
