import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { isPublished } from '../../shared/broadcasts/reading-list.ts';
import { type Report, reportOf } from '../../shared/broadcasts/report.ts';
import { readMembers } from '../../shared/broadcasts/snapshot.ts';
import { NotFoundError } from '../../shared/errors.ts';
import type { WorkbenchDeps } from './app.ts';
import type { Viewer } from './session.ts';

export type Reported = {
  readonly account: Account;
  readonly broadcast: Broadcast;
  readonly report: Report;
};

/** Throws `unknown_post`, also for whoever may not see it: that there is one is none of their business. */
export const findReportable = async (
  { broadcasts }: WorkbenchDeps,
  { mayReport }: Viewer,
  id: string,
): Promise<{ readonly account: Account; readonly broadcast: Broadcast }> => {
  const broadcast = await broadcasts.find(id);
  const account = mayReport.find((each) => each.id === broadcast?.account);
  if (!broadcast || !account || !isPublished(broadcast))
    throw new NotFoundError('unknown_post', '没有这份报告，或者你不是该订阅号的编辑、审批人。');
  return { broadcast, account };
};

/** The figures of a post as its rows are now. */
export const findReport = async (deps: WorkbenchDeps, viewer: Viewer, id: string): Promise<Reported> => {
  const { account, broadcast: before } = await findReportable(deps, viewer, id);
  const rows = await deps.deliveries.listOfSubject(personalSubject(before));
  // Read after the rows: the target only grows.
  const broadcast = (await deps.broadcasts.find(id)) ?? before;
  const members = await readMembers(deps.contents)(broadcast);
  const { startedAt, mustConfirm, target } = broadcast;
  const report = reportOf({ startedAt, mustConfirm, target, rows, members });
  return { account, broadcast, report };
};
