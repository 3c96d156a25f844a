import type { Delivery } from '../store/delivery.ts';
import { isUnreachable, type Levels, levelsOf, placeOf } from './reach.ts';
import { type DepartmentReach, departmentsOf } from './report-departments.ts';
import { type Timeline, type Times, timelineOf, timesOf } from './report-times.ts';
import type { SnapshotMember } from './snapshot.ts';

export type ReportRow = Pick<
  Delivery,
  | 'recipient'
  | 'state'
  | 'dueAt'
  | 'reason'
  | 'code'
  | 'messageId'
  | 'acceptedAt'
  | 'readAt'
  | 'openedAt'
  | 'confirmed'
>;

/** 应触达 = 已确认 + 已读 + 未读 + 不可触达 + 已豁免 + 未发送 + 待发送 + 发送失败: each row stands in exactly one of them. */
export const standings = [
  'confirmed',
  'read',
  'unread',
  'unreachable',
  'exempt',
  'unsent',
  'waiting',
  'failed',
] as const;
export type Standing = (typeof standings)[number];
export type Sum = Readonly<Record<Standing, number>> & { readonly target: number };

/** Whoever has opened the article has seen the card that led there, whether Feishu told us or not. */
export const standingOf = (row: ReportRow): Standing => {
  if (isUnreachable(row)) return 'unreachable';
  const place = placeOf(row);
  if (place === 'sent') return (row.readAt ?? row.openedAt) ? 'read' : 'unread';
  if (place === 'queued') return 'waiting';
  return place === 'excluded' ? 'exempt' : place;
};

/** `target` is read after the rows: it only grows. Whoever has no row yet waits for theirs. */
export const sumOf = (target: number, rows: readonly ReportRow[]): Sum => {
  const counts = {
    confirmed: 0,
    read: 0,
    unread: 0,
    unreachable: 0,
    exempt: 0,
    unsent: 0,
    waiting: 0,
    failed: 0,
  };
  for (const row of rows) counts[standingOf(row)] += 1;
  const whole = Math.max(target, rows.length);
  return { ...counts, waiting: counts.waiting + whole - rows.length, target: whole };
};

const words = (mustConfirm: boolean): Readonly<Record<Standing, string>> => ({
  confirmed: '已确认',
  read: mustConfirm ? '已读未确认' : '已读',
  unread: '未读',
  unreachable: '不可触达',
  exempt: '已豁免',
  unsent: '未发送',
  waiting: '待发送',
  failed: '发送失败',
});

/** Shown also when 0: that nobody is missing from the sum is what it says. */
const always = (mustConfirm: boolean): readonly Standing[] =>
  mustConfirm
    ? ['confirmed', 'read', 'unread', 'unreachable', 'exempt']
    : ['read', 'unread', 'unreachable', 'exempt'];

/** 应触达 300 = 已确认 248 + 已读未确认 23 + 未读 25 + 不可触达 4 + 已豁免 0. */
export const sumLine = (sum: Sum, mustConfirm: boolean): string => {
  const shown = standings.filter((each) => sum[each] > 0 || always(mustConfirm).includes(each));
  const names = words(mustConfirm);
  return `应触达 ${sum.target} = ${shown.map((each) => `${names[each]} ${sum[each]}`).join(' + ')}`;
};

/** Whom something can reach and who is not let off: what 触达率 counts from. */
const reachable = ({ target, unreachable, exempt }: Sum): number => target - unreachable - exempt;

export type Rate = { readonly reached: number; readonly of: number };
export const rateOf = (sum: Sum): Rate => ({ reached: sum.read + sum.confirmed, of: reachable(sum) });

/** 触达率 91.6%: 100 % is said of all and of nothing less; 「—」 of nobody. */
export const rateWords = ({ reached, of }: Rate): string => {
  if (of === 0) return '—';
  const tenths = Math.round((reached / of) * 1000);
  return `${((reached < of ? Math.min(tenths, 999) : tenths) / 10).toFixed(1)}%`;
};

export type Reason = { readonly reason: string; readonly people: number };

const reasonsOf = (rows: readonly ReportRow[], wanted: Standing): readonly Reason[] => {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (standingOf(row) !== wanted) continue;
    const reason = placeOf(row) === 'failed' ? row.code : row.reason;
    counts.set(reason ?? '', (counts.get(reason ?? '') ?? 0) + 1);
  }
  return [...counts].map(([reason, people]) => ({ reason, people })).toSorted((a, b) => b.people - a.people);
};

export type Report = {
  readonly mustConfirm: boolean;
  readonly sum: Sum;
  readonly rate: Rate;
  readonly levels: Levels;
  readonly departments: readonly DepartmentReach[];
  readonly times: { readonly read: Times; readonly confirmed: Times };
  readonly timeline: Timeline;
  readonly unreachable: readonly Reason[];
  readonly exempt: readonly Reason[];
  readonly unsent: readonly Reason[];
};

export type Reported = {
  readonly startedAt: string | undefined;
  readonly mustConfirm: boolean;
  readonly target: number;
  readonly rows: readonly ReportRow[];
  /** Everybody who is meant: where they stand in the company. */
  readonly members: readonly SnapshotMember[];
};

/** Joiners are counted before they get their rows: until then they are missing in their department. */
const unplanned = ({ rows, members }: Reported): readonly ReportRow[] => {
  const planned = new Set(rows.map(({ recipient }) => recipient));
  return members
    .filter(({ person }) => !planned.has(person))
    .map(({ person }) => ({ recipient: person, state: 'planned' }));
};

/** Says only what the rows say, so that the same rows make the same report whenever it is made. */
export const reportOf = (reported: Reported): Report => {
  const { startedAt, mustConfirm, target, rows, members } = reported;
  const sum = sumOf(target, rows);
  const counted = rows.filter((row) => !['unreachable', 'exempt'].includes(standingOf(row)));
  const course = { startedAt, rows: counted, of: reachable(sum) };
  return {
    mustConfirm,
    sum,
    rate: rateOf(sum),
    levels: levelsOf(rows),
    departments: departmentsOf({ mustConfirm, rows: [...counted, ...unplanned(reported)], members }),
    times: timesOf(course),
    timeline: timelineOf(course),
    unreachable: reasonsOf(rows, 'unreachable'),
    exempt: reasonsOf(rows, 'exempt'),
    unsent: reasonsOf(rows, 'unsent'),
  };
};
