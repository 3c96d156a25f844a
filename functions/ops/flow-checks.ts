import { addDays, dayOf } from '../../shared/calendar/day.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { ticketSources } from '../../shared/sources/source-event.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Inbox } from '../../shared/store/inbox.ts';
import type { Sightings } from '../../shared/store/sightings.ts';
import type { Window, Windows } from '../../shared/store/windows.ts';
import { broken, type Check, fine, list, unknown, warning } from './check.ts';
import { isFailedForGood } from './failed-deliveries.ts';

export type FlowDeps = {
  readonly releases: readonly Bundle[];
  readonly inbox: Inbox;
  readonly deliveries: Deliveries;
  readonly windows: Windows;
  readonly sightings: Pick<Sightings, 'lastOf'>;
  readonly mainSender: string;
};

const minutes = (count: number): number => count * 60_000;
const since = (iso: string, now: Date): number => Math.round((now.getTime() - Date.parse(iso)) / 60_000);

const receiptsCheck = async ({ inbox }: FlowDeps, now: Date): Promise<Check> => {
  const late = new Date(now.getTime() - minutes(2));
  const waiting = (await Promise.all([inbox.listOverdue(late), inbox.listOverdue(late, 'ticket')])).flat();
  if (waiting.length === 0) return fine('receipts.waiting', 'none for more than two minutes');
  return broken('receipts.waiting', {
    detail: `${waiting.length} wait for more than two minutes, the first is ${waiting[0] ?? ''}`,
    fix: 'read the log of event-worker (feishu:…) or ticket-worker (any other); the minute sweep repeats them',
  });
};

const deadCheck = async ({ inbox }: FlowDeps): Promise<Check> => {
  const sources = ['feishu', ...ticketSources];
  const dead = (await Promise.all(sources.map((source) => inbox.listDead(source)))).flat();
  if (dead.length === 0) return fine('receipts.dead', 'none');
  const reasons = [...new Set(dead.map(({ source, reason = '' }) => `${source} ${reason}`))];
  return broken('receipts.dead', {
    detail: `${dead.length}: ${list(reasons)}`,
    fix: 'mend the cause ({"do":"dead","source":…} lists them), then {"do":"replay","source":…,"confirm":true}',
  });
};

const dueCheck = async ({ deliveries }: FlowDeps, now: Date): Promise<Check> => {
  const [oldest] = await deliveries.listDue(now);
  const late = oldest ? since(oldest.dueAt, now) : 0;
  if (!oldest || late < 2)
    return fine('deliveries.due', oldest ? 'the oldest is less than 2 min late' : 'none');
  return broken('deliveries.due', {
    detail: `the oldest has been due for ${late} min: ${oldest.subject}`,
    fix: 'read the log of deliver (due_deliveries_swept); {"do":"why"} says what keeps it',
  });
};

const recentWindows = async ({ releases, windows }: FlowDeps, now: Date): Promise<readonly Window[]> => {
  const from = addDays(dayOf(now), -3);
  const found = await Promise.all(releases.map(({ id }) => windows.listRecent(id, 4)));
  return found.flat().filter(({ window }) => window >= from);
};

const failedCheck = async (deps: FlowDeps, now: Date): Promise<Check> => {
  const windows = await recentWindows(deps, now);
  const rows = await Promise.all(windows.map(({ subject }) => deps.deliveries.listOfSubject(subject)));
  const failed = rows.flat().filter(isFailedForGood);
  if (failed.length === 0) return fine('deliveries.failed', "none of the last three days' digests");
  const subjects = [...new Set(failed.map(({ subject }) => subject))];
  return warning('deliveries.failed', {
    detail: `${failed.length} failed for good: ${list(subjects)}`,
    fix: `{"do":"dead","subject":"${subjects[0] ?? ''}"} lists them, {"do":"resend",…} tries again`,
  });
};

/** What is armed, claimed or never was is late when its latest moment has passed for ten minutes. */
const windowsCheck = async (deps: FlowDeps, now: Date): Promise<Check> => {
  const windows = await recentWindows(deps, now);
  const late = windows.filter(
    ({ state, notAfter, releaseAt }) =>
      (state === 'armed' || state === 'claimed') &&
      now.getTime() - Math.max(Date.parse(notAfter), Date.parse(releaseAt)) > minutes(10),
  );
  const skipped = windows.filter(({ state }) => state === 'skipped');
  if (late.length > 0)
    return broken('windows.released', {
      detail: `not released: ${list(late.map(({ subject }) => subject))}`,
      fix: 'read the log of digest (digests_released_failed); {"do":"run"} of digest releases it by hand',
    });
  if (skipped.length === 0) return fine('windows.released', `${windows.length} in the last three days`);
  return warning('windows.released', {
    detail: list(skipped.map(({ subject, reason = '' }) => `${subject} skipped: ${reason}`)),
    fix: 'release it by hand if somebody still wants it: {"do":"run","id":"…","date":"…","confirm":true} of digest',
  });
};

const subscriptions: readonly (readonly [eventType: string, name: string])[] = [
  ['im.message.message_read_v1', '消息已读'],
  ['im.message.receive_v1', '接收消息'],
  ['application.bot.menu_v6', '机器人自定义菜单事件'],
  ['p2p_chat_create', '用户和机器人的会话首次被创建'],
  ['im.chat.member.bot.added_v1', '机器人进群'],
  ['contact.user.updated_v3', '员工信息被修改'],
];

const subscribe = (name: string): string =>
  `open.feishu.cn/app → 事件与回调 → 添加事件: ${name}, then publish a version`;

/** Cards that left long ago and not one read event: the subscription is missing, or nobody opens anything. */
const isMissed = async (deps: FlowDeps, now: Date): Promise<boolean> => {
  const sent = (await recentWindows(deps, now)).filter(({ finishedAt }) => finishedAt !== undefined);
  const old = sent.filter(({ finishedAt = '' }) => since(finishedAt, now) > 12 * 60);
  const rows = await Promise.all(old.map(({ subject }) => deps.deliveries.listOfSubject(subject)));
  return rows.flat().some(({ state }) => state === 'accepted');
};

const eventCheck =
  (deps: FlowDeps, now: Date) =>
  async ([eventType, name]: (typeof subscriptions)[number]): Promise<Check> => {
    const check = `events.${eventType}`;
    const last = await deps.sightings.lastOf(deps.mainSender, eventType);
    if (last !== undefined) return fine(check, `last seen ${last}`);
    const trouble = { detail: 'never seen', fix: subscribe(name) };
    const isRead = eventType === 'im.message.message_read_v1';
    if (isRead && (await isMissed(deps, now)))
      return broken(check, { ...trouble, detail: 'never seen, although cards left more than 12 h ago' });
    return unknown(check, trouble);
  };

/** What is on its way, and what stopped on its way. */
export const flowChecks = (deps: FlowDeps, now: Date): Promise<readonly Check[]> =>
  Promise.all([
    receiptsCheck(deps, now),
    deadCheck(deps),
    dueCheck(deps, now),
    failedCheck(deps, now),
    windowsCheck(deps, now),
    ...subscriptions.map(eventCheck(deps, now)),
  ]);
