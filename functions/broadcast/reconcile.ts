import type { Account } from '../../shared/broadcasts/account.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { isEconomy } from '../../shared/delivery/budget-level.ts';
import type { Budget } from '../../shared/delivery/call-budget.ts';
import type { MessageReader } from '../../shared/feishu/messages.ts';
import type { Outcome } from '../../shared/feishu/outcome.ts';
import { log } from '../../shared/log.ts';
import type { Cursors } from '../../shared/store/cursors.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { type DoneDeps, recordDone } from './record-done.ts';

export type ReconcileDeps = DoneDeps & {
  readonly deliveries: Pick<Deliveries, 'recordRead'>;
  readonly accounts: readonly Account[];
  readonly budget: Pick<Budget, 'standing'>;
  readonly cursors: Cursors;
  /** Who has read a message of this account's sender. */
  readonly readersOf: (account: Account, messageId: string) => Promise<Outcome<readonly MessageReader[]>>;
  readonly sleep: (ms: number) => Promise<void>;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** After the 7th day Feishu doesn't say any more (230033). */
const days = [1, 3, 6] as const;
/** The figures of the end wait for it. */
export const lastReadersMark = 'reconciled-close';
const lastDay = 7;
/** 40 a second of the 50, and fewer than 1000 in a minute that may begin right after another. */
const atOnce = 20;
const pauseMs = 500;
const perLook = 480;

type Look = { readonly account: Account; readonly broadcast: Broadcast; readonly now: Date };
type Pass = Look & { readonly mark: string; readonly rows: readonly Delivery[] };

const isUnread = ({ state, messageId }: Delivery): boolean => state === 'accepted' && messageId !== undefined;

/** Feishu refuses everybody's, not this one's: what is left of the pass would be refused, too. */
const isHopeless = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'refused' && !outcome.final && !outcome.retryable;

const askOne = async (
  deps: ReconcileDeps,
  { account }: Pass,
  row: Delivery,
): Promise<'read' | 'unread' | 'stop'> => {
  const outcome = await deps.readersOf(account, row.messageId ?? '');
  if (isHopeless(outcome)) return 'stop';
  if (outcome.kind !== 'ok') {
    log.warn('readers_unknown', { subject: row.subject, reason: outcome.reason });
    return 'unread';
  }
  const reader = outcome.data.find(({ unionId }) => unionId === row.recipient);
  if (!reader) return 'unread';
  await deps.deliveries.recordRead(row, reader.readAt);
  return 'read';
};

const inOrder = (rows: readonly Delivery[]): readonly Delivery[] =>
  rows.toSorted((a, b) => (a.recipient < b.recipient ? -1 : 1));

/** From where the last look ended; `true` when everybody was asked about, or nobody can be. */
const askAll = async (deps: ReconcileDeps, pass: Pass): Promise<boolean> => {
  const cursor = `readers:${pass.broadcast.broadcast}:${pass.mark}`;
  const from = await deps.cursors.find(cursor);
  const open = inOrder(pass.rows.filter((row) => isUnread(row) && row.recipient > (from ?? '')));
  const asked = open.slice(0, perLook);
  for (let start = 0; start < asked.length; start += atOnce) {
    const answers = await Promise.all(
      asked.slice(start, start + atOnce).map((row) => askOne(deps, pass, row)),
    );
    if (answers.includes('stop')) return true;
    await deps.sleep(pauseMs);
  }
  const last = asked.at(-1);
  if (last) await deps.cursors.move(cursor, from, last.recipient);
  return asked.length === open.length;
};

const markOf = (day: number): string => `reconciled-${day}`;

const nextPassAt = ({ done }: Broadcast, openedAt: number, now: Date): Date | undefined => {
  const coming = days.filter((day) => !done.includes(markOf(day)) && openedAt + day * dayMs > now.getTime());
  return coming[0] === undefined ? undefined : new Date(openedAt + coming[0] * dayMs);
};

/** `undefined`: the pass is over, or it is too late for any. The last one isn't waited for in an economy of calls. */
const passUntil = async (deps: ReconcileDeps, pass: Pass, openedForMs: number): Promise<Date | undefined> => {
  const { now, mark } = pass;
  if (openedForMs >= lastDay * dayMs) return undefined;
  if (isEconomy((await deps.budget.standing(now)).level))
    return mark === lastReadersMark ? undefined : new Date(now.getTime() + hourMs);
  return (await askAll(deps, pass)) ? undefined : new Date(now.getTime() + minuteMs);
};

const dueOf = ({ state, done }: Broadcast, openedForMs: number): readonly string[] => {
  const due =
    state === 'closed' ? [lastReadersMark] : days.filter((day) => openedForMs >= day * dayMs).map(markOf);
  return due.filter((mark) => !done.includes(mark));
};

/**
 * Cards whose read events were lost: on days 1, 3 and 6 after everybody was tried, and when the post has closed, Feishu is
 * asked about each that is still unread. In an economy of calls it waits. When it wants the next look.
 */
export const reconcile =
  (deps: ReconcileDeps) =>
  async (broadcast: Broadcast, rows: readonly Delivery[], now: Date): Promise<Date | undefined> => {
    const account = deps.accounts.find(({ id }) => id === broadcast.account);
    const { state, openedAt } = broadcast;
    if (!account || (state !== 'open' && state !== 'closed')) return undefined;
    // Ended by hand before everybody was tried.
    const from = Date.parse(openedAt ?? now.toISOString());
    const openedForMs = now.getTime() - from;
    const fresh = dueOf(broadcast, openedForMs);
    const mark = fresh.at(-1);
    if (mark !== undefined) {
      const until = await passUntil(deps, { account, broadcast, now, mark, rows }, openedForMs);
      if (until) return until;
      await recordDone(deps)(broadcast, fresh, now);
    }
    return state === 'closed' ? undefined : nextPassAt(broadcast, from, now);
  };
