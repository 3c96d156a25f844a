import type { Delivery } from '../store/delivery.ts';

/**
 * target = unsent + queued + sent + read + confirmed + failed + excluded, at every instant: `target` grows before rows are
 * planned, so whoever has no row yet is unsent, as is whoever has one that was suppressed: nothing was sent, though it was
 * meant for them. For whom it was only rehearsed it wasn't meant: they are excluded.
 */
export type Identity = {
  readonly target: number;
  readonly unsent: number;
  readonly queued: number;
  readonly sent: number;
  readonly read: number;
  readonly confirmed: number;
  readonly failed: number;
  readonly excluded: number;
};

/** Four levels that are never mixed: 已送达, 已读卡片, 打开文章, 已确认. */
export type Levels = {
  readonly delivered: number;
  readonly readCard: number;
  readonly opened: number;
  readonly confirmed: number;
};

type Row = Pick<Delivery, 'state' | 'dueAt' | 'reason' | 'code' | 'messageId' | 'readAt' | 'openedAt'>;
export type Place = Exclude<keyof Identity, 'target'>;

/** A sender in rehearsal lets nothing out to whoever isn't on its list. */
const isRehearsed = ({ state, reason }: Pick<Row, 'state' | 'reason'>): boolean =>
  state === 'suppressed' && reason === 'rehearsal';

const placeOfState: Readonly<Record<Delivery['state'], Place>> = {
  planned: 'queued',
  claimed: 'queued',
  held: 'queued',
  accepted: 'sent',
  read: 'read',
  confirmed: 'confirmed',
  failed: 'failed',
  suppressed: 'unsent',
  excluded: 'excluded',
};

/** Where one row stands; a failed one that will be tried again is still queued. */
export const placeOf = (row: Pick<Row, 'state' | 'dueAt' | 'reason'>): Place => {
  if (row.state === 'failed' && row.dueAt !== undefined) return 'queued';
  return isRehearsed(row) ? 'excluded' : placeOfState[row.state];
};

/** Rows must be read before the target: it only grows. */
export const identityOf = (target: number, rows: readonly Row[]): Identity => {
  const unplanned = target - rows.length;
  const counts = { unsent: unplanned, queued: 0, sent: 0, read: 0, confirmed: 0, failed: 0, excluded: 0 };
  for (const row of rows) counts[placeOf(row)] += 1;
  return { target, ...counts };
};

export const levelsOf = (rows: readonly Row[]): Levels => ({
  delivered: rows.filter(({ messageId }) => messageId !== undefined).length,
  readCard: rows.filter(({ readAt }) => readAt !== undefined).length,
  opened: rows.filter(({ openedAt }) => openedAt !== undefined).length,
  confirmed: rows.filter(({ state }) => state === 'confirmed').length,
});

/**
 * Reasons for which nothing can reach somebody: the directory's, and what Feishu answers for a person outside the app's
 * availability (230013), who has left (230029) or doesn't take messages of the bot (230053).
 * open.feishu.cn/document/server-docs/im-v1/message/create
 */
const unreachable: readonly string[] = [
  'not_activated',
  'out_of_scope',
  'unknown_person',
  '230013',
  '230029',
  '230053',
];

/** 不可触达, never 未读. */
export const isUnreachable = (row: Pick<Row, 'state' | 'dueAt' | 'reason' | 'code'>): boolean => {
  const place = placeOf(row);
  if (place === 'excluded') return unreachable.includes(row.reason ?? '');
  return place === 'failed' && unreachable.includes(row.code ?? '');
};

const isDone = (row: Row, mustConfirm: boolean): boolean =>
  row.state === 'confirmed' || (!mustConfirm && (row.readAt !== undefined || row.openedAt !== undefined));

/** Whom the ladder still asks: it reached them, or will, and they haven't done what is wanted of them. */
export const isWaitedFor = (row: Row, mustConfirm: boolean): boolean =>
  !isDone(row, mustConfirm) && !['unsent', 'failed', 'excluded'].includes(placeOf(row));

/** It was meant for them, they can be reached, and it never came: nobody may say that everybody is done. */
export const isLeftOut = (row: Row): boolean =>
  placeOf(row) === 'unsent' || (placeOf(row) === 'failed' && !isUnreachable(row));
