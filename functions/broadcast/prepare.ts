import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { departmentsIn } from '../../shared/broadcasts/departments.ts';
import { errorFields, log } from '../../shared/log.ts';
import { backToDraft, problemOf, retrySoon } from './problem.ts';
import { settleApprovals } from './settle-questions.ts';
import { editorsOf, showTo, tellEditors, tellOfProblem } from './tell.ts';
import { again, type BroadcastDeps, type Next, type ReadPage, rest, type Turn } from './turn.ts';
import { withRead } from './with-read.ts';

const record = async ({ broadcasts }: BroadcastDeps, turn: Turn, read: ReadPage): Promise<Next> => {
  const { broadcast, now } = turn;
  const after: Broadcast = { ...broadcast, ...withRead(broadcast, read) };
  await broadcasts.change(broadcast, after, { step: 'read', now, wakes: false });
  return again;
};

const readArticle = async (deps: BroadcastDeps, turn: Turn): Promise<Next> => {
  try {
    return await record(deps, turn, await deps.articles.read(turn.account, turn.broadcast));
  } catch (error) {
    const problem = problemOf(error);
    if (problem) return backToDraft(deps, turn, problem);
    log.warn('article_not_read', { broadcast: turn.broadcast.broadcast, ...errorFields(error) });
    return retrySoon(turn.now);
  }
};

const tellOfReturn = async (deps: BroadcastDeps, turn: Turn): Promise<void> => {
  const { sentBack } = turn.broadcast;
  if (!sentBack) return;
  const text = `${sentBack.by.name} 退回了内容：${sentBack.reason}`;
  await tellEditors(deps, turn, { what: `sent-back-${Date.parse(sentBack.at)}`, title: '内容被退回', text });
};

/** Who works on it last has the form; the others see it in the list of the account. */
const showForm = async (deps: BroadcastDeps, turn: Turn): Promise<void> => {
  const { account, broadcast } = turn;
  const people = editorsOf(broadcast).slice(-1);
  const departments = departmentsIn(await deps.people.listHere());
  await showTo(deps, turn, {
    people,
    what: 'form',
    build: (place) => deps.cards.form({ account, broadcast, departments }, place),
  });
};

/** A draft: its article is read once, its editor gets the form, or is told what is wrong. */
export const prepareDraft =
  (deps: BroadcastDeps) =>
  async (turn: Turn): Promise<Next> => {
    const { page, problem } = turn.broadcast;
    if (!page && !problem) return readArticle(deps, turn);
    await tellOfProblem(deps, turn);
    await tellOfReturn(deps, turn);
    if (!problem) await settleApprovals(deps, turn);
    if (page) await showForm(deps, turn);
    return rest();
  };
