import type { Account } from '../../shared/broadcasts/account.ts';
import type { Meant } from '../../shared/broadcasts/audience.ts';
import type { Broadcast, Page } from '../../shared/broadcasts/broadcast.ts';
import { keepSnapshot, membersOf } from '../../shared/broadcasts/snapshot.ts';
import { errorFields, log } from '../../shared/log.ts';
import { approversOf } from './approvers.ts';
import { backToDraft, type Problem, problemOf, retrySoon } from './problem.ts';
import { audienceEmpty, meantBy } from './review.ts';
import { settleApprovals } from './settle-questions.ts';
import { again, type BroadcastDeps, type Next, rest, type Turn } from './turn.ts';
import { withRead } from './with-read.ts';

/** So long Feishu may be away before its editor has to look at it. */
const patienceMs = 30 * 60_000;

const deadlinePast = { code: 'deadline_past', message: '截止时间已过，没有发送。请修改截止时间后重新提交' };
const approverGone = {
  code: 'approver_left',
  message: '同意发送的审批人已离职或不再有审批权限，没有发送。请重新提交审批',
};
const feishuAway = { code: 'feishu_away', message: '飞书暂时无法访问，没有发送。请稍后重新提交' };
const articleChanged = {
  code: 'article_changed',
  message: '文章在审批之后被修改，没有发送。请确认新内容后重新提交审批',
};

const isPast = (iso: string | undefined, now: Date): boolean =>
  iso !== undefined && Date.parse(iso) <= now.getTime();

const mayStillAgree = async ({ people }: BroadcastDeps, turn: Turn): Promise<boolean> => {
  const approver = turn.broadcast.approved?.by.person;
  return approversOf(await people.listHere(), turn).some(({ person }) => person === approver);
};

/** What can be known to be wrong before anything is published or kept. */
const problemBefore = async (
  deps: BroadcastDeps,
  turn: Turn,
  { reachable }: Meant,
): Promise<Problem | undefined> => {
  if (isPast(turn.broadcast.deadlineAt, turn.now)) return deadlinePast;
  if (reachable.length === 0) return audienceEmpty;
  return (await mayStillAgree(deps, turn)) ? undefined : approverGone;
};

/** `wrong`: what to say, and what the post says of its article from now on. */
type Ready = { readonly page: Page } | { readonly wrong: Parameters<typeof backToDraft>[2] };

/** The page that everybody will see: what was approved, and nothing else. */
const pageFor = async ({ articles }: BroadcastDeps, { account, broadcast }: Turn): Promise<Ready> => {
  if (broadcast.article.kind === 'markdown') return { page: await articles.publish(account, broadcast) };
  const read = await articles.read(account, broadcast);
  const isSame = read.page.contentHash === broadcast.submitted?.contentHash;
  return isSame ? { page: read.page } : { wrong: { ...articleChanged, ...withRead(broadcast, read) } };
};

const subscribeIfOwned = async (
  { articles }: BroadcastDeps,
  account: Account,
  docToken: string,
): Promise<void> => {
  try {
    await articles.subscribe(account, docToken);
  } catch (error) {
    // Somebody else's document: who opened it is then asked of its list of readers.
    log.warn('reads_not_subscribed', { account: account.id, ...errorFields(error) });
  }
};

/** Who is meant is kept first, and `target` grows with the write that names it; rows are planned after that. */
const begin = async (
  deps: BroadcastDeps,
  { broadcast, account, now }: Turn,
  { page, meant }: { readonly page: Page; readonly meant: Meant },
): Promise<Next> => {
  await deps.broadcasts.recordDocument(page.docToken, broadcast.broadcast);
  await subscribeIfOwned(deps, account, page.docToken);
  const members = membersOf(meant);
  const snapshots = await keepSnapshot(deps.contents)(broadcast, members, now);
  const started: Broadcast = {
    ...broadcast,
    page,
    state: 'sending',
    startedAt: now.toISOString(),
    snapshots: [...snapshots],
    target: members.length,
  };
  await deps.broadcasts.change(broadcast, started, { step: 'started', now, wakes: false });
  return again;
};

const notReady = (deps: BroadcastDeps, turn: Turn, error: unknown): Promise<Next> => {
  const { broadcast, now } = turn;
  const dueAt = Date.parse(broadcast.scheduledAt ?? broadcast.changedAt);
  const problem = problemOf(error) ?? (now.getTime() - dueAt > patienceMs ? feishuAway : undefined);
  if (problem) return backToDraft(deps, turn, problem);
  log.warn('post_not_started', { broadcast: broadcast.broadcast, ...errorFields(error) });
  return Promise.resolve(retrySoon(now));
};

/** At its time: everything is checked once more, and only then is anything kept that sends. */
export const startPost =
  (deps: BroadcastDeps) =>
  async (turn: Turn): Promise<Next> => {
    const { broadcast, now } = turn;
    const { scheduledAt } = broadcast;
    if (scheduledAt !== undefined && !isPast(scheduledAt, now)) {
      await settleApprovals(deps, turn);
      return rest(new Date(scheduledAt));
    }
    const meant = await meantBy(deps, broadcast, now);
    const wrong = await problemBefore(deps, turn, meant);
    if (wrong) return backToDraft(deps, turn, wrong);
    try {
      const ready = await pageFor(deps, turn);
      return 'wrong' in ready
        ? await backToDraft(deps, turn, ready.wrong)
        : await begin(deps, turn, { page: ready.page, meant });
    } catch (error) {
      return notReady(deps, turn, error);
    }
  };
