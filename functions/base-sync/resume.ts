import type { BaseRecord } from '../../shared/feishu/bitable-records.ts';
import { dataOf } from '../../shared/feishu/outcome.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import { numberColumn } from '../../shared/tickets/base-fields.ts';
import { readRow } from '../../shared/tickets/base-record.ts';
import type { ProjectDeps } from './project.ts';
import { keepHome, type Ready } from './set-up.ts';

/** Longer than a try that nobody heard the end of may go on. */
const settledAfterMs = 60_000;
/** Conditions of one search (open.feishu.cn/document/docs/bitable-v1/app-table-record/search). */
const mostConditions = 50;

type Creating = NonNullable<Ready['creating']>;

const lookFor = async (
  { bitable, hands }: ProjectDeps,
  { appToken }: Ready,
  { tableId, tickets }: Creating,
): Promise<readonly BaseRecord[]> => {
  const found: BaseRecord[] = [];
  for (let from = 0; from < tickets.length; from += mostConditions) {
    const anyOf = tickets
      .slice(from, from + mostConditions)
      .map((ticket) => ({ field: numberColumn, operator: 'is', value: [ticket] }));
    found.push(...dataOf(await hands(() => bitable.searchRecords({ appToken, tableId }, { anyOf }))));
  }
  return found;
};

/** What the row shows is read from Base: the next projection brings what has changed since. */
const adopt = async (
  { rows, now }: ProjectDeps,
  tableId: string,
  { recordId, fields }: BaseRecord,
): Promise<void> => {
  const shown = readRow(fields);
  const ticket = shown[numberColumn];
  if (typeof ticket !== 'string') return;
  const before = await rows.find(ticket);
  if (before?.place?.tableId === tableId) return;
  const count = (before?.count ?? 0) + 1;
  const place = { tableId, recordId };
  await rows.keepRecord(recordId, ticket);
  const { hint, place: former } = before ?? {};
  const due = { baseShard: 'time', baseAt: now().toISOString() } as const;
  await rows.put({ ticket, item: 'base', count, version: 0, place, former, shown, hint, ...due }, before);
};

/**
 * Rows whose creation nobody heard the end of are looked for before any is created, so that no ticket stands twice. Until
 * it is certain that no try is on its way, nothing is created.
 */
export const resumeCreating = async (deps: ProjectDeps, home: Ready): Promise<Ready> => {
  const { creating } = home;
  if (!creating || deps.now().getTime() - Date.parse(creating.at) < settledAfterMs) return home;
  const found = await lookFor(deps, home, creating);
  await someAtOnce(found, (record) => adopt(deps, creating.tableId, record));
  return keepHome(deps, home, { creating: undefined });
};
