import { clockTime, dayOf } from '../calendar/day.ts';
import type { Who } from '../tickets/ticket.ts';
import type { Decision } from './decide.ts';
import { type Known, nameOf } from './known.ts';
import type { Proposal, Refusal } from './review.ts';
import type { Answer, ReadRow } from './sheet.ts';

export type Answering = {
  readonly decision: Decision;
  /** The version that is in force once the decision is applied. */
  readonly version: number;
  /** The records that were touched, and by whom (union_id) if it was a person. */
  readonly editors: ReadonlyMap<string, string | undefined>;
  /** Who was asked about what waits. */
  readonly asked: readonly Who[];
  readonly known: Known;
};

const inForceWord = '已生效';
const offWord = '已停用';

const stamp = ({ known, editors }: Answering, id: string): string => {
  const editor = editors.get(id);
  const at = `${dayOf(known.now)} ${clockTime(known.now)}`;
  return editor === undefined ? at : `${at} · ${nameOf(known, editor)}`;
};

const wrong = (answering: Answering, { id }: ReadRow, problems: readonly string[]): Answer => {
  const isStill = answering.decision.after.some((kept) => kept.id === id);
  const still = isStill ? '。原来的值仍然有效' : '';
  return { status: '未生效', note: `${problems.join('；')}${still}`, changed: stamp(answering, id) };
};

const sentBack = (answering: Answering, id: string, { answer }: Refusal): Answer => ({
  status: '未生效',
  note: `${answer.by.name} 退回了这次修改，原来的值仍然有效。请改回，或修改后再试`,
  changed: stamp(answering, id),
});

const waits = (answering: Answering, id: string, { reasons }: Proposal): Answer => {
  const { asked } = answering;
  const whom =
    asked.length > 0
      ? `已发给 ${asked.map(({ name }) => name).join('、')}，其中一人同意后生效`
      : '没有可以复核的人，请联系管理员';
  return { status: '待复核', note: `${reasons.join('；')}。${whom}`, changed: stamp(answering, id) };
};

/** Also after a crash between the new version and its answer: who has touched a row is told what counts now. */
const counts = (answering: Answering, { id, shown }: ReadRow): Answer => {
  const { decision, editors, version } = answering;
  const isNew = editors.has(id) || decision.applied.some((change) => change.id === id);
  const status = `${inForceWord} v${version}`;
  if (isNew) return { status, note: '', changed: stamp(answering, id) };
  return { ...shown, status: shown.status.startsWith(inForceWord) ? shown.status : status, note: '' };
};

const off = (answering: Answering, { id, shown }: ReadRow): Answer => {
  const { decision, version } = answering;
  if (decision.applied.some((change) => change.id === id))
    return { status: `${offWord} v${version}`, note: '', changed: stamp(answering, id) };
  if (shown.status.startsWith(offWord)) return { ...shown, note: '' };
  return { ...shown, status: '未启用', note: '填好后勾选「启用」' };
};

const answerOf = (answering: Answering, read: ReadRow): Answer => {
  const { decision } = answering;
  const problems = decision.problems.get(read.id);
  if (problems) return wrong(answering, read, problems);
  const refusal = decision.refused.find(({ change }) => change.id === read.id);
  if (refusal) return sentBack(answering, read.id, refusal);
  const { waiting } = decision;
  if (waiting?.changes.some(({ id }) => id === read.id) === true) return waits(answering, read.id, waiting);
  return read.isOn && !read.isBlank ? counts(answering, read) : off(answering, read);
};

/** The time alone is no news, or each look at the table would be a change of it. */
const isNews = (answer: Answer, shown: Answer): boolean =>
  answer.status !== shown.status || answer.note !== shown.note;

/** What each row says in 生效状态, 说明 and 最后修改, where it doesn't say so already. */
export const answersOf = (
  answering: Answering,
): readonly { readonly id: string; readonly answer: Answer }[] =>
  answering.decision.read
    .filter(({ isBlank, shown }) => !isBlank || shown.status !== '')
    .map((read) => ({ read, answer: answerOf(answering, read) }))
    .filter(({ read, answer }) => isNews(answer, read.shown))
    .map(({ read, answer }) => ({ id: read.id, answer }));
