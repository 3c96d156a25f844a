import type { Account } from '../../shared/broadcasts/account.ts';
import type { Readers } from '../../shared/broadcasts/article-readers.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { isEconomy } from '../../shared/delivery/budget-level.ts';
import type { Budget } from '../../shared/delivery/call-budget.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { type DoneDeps, recordFound } from './record-done.ts';

export type ViewDeps = DoneDeps & {
  readonly deliveries: Pick<Deliveries, 'recordOpened'>;
  readonly accounts: readonly Account[];
  readonly budget: Pick<Budget, 'standing'>;
  /** Who has opened the article: one call for 50 people. */
  readonly viewsOf: (account: Account, docToken: string) => Promise<Readers>;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Those of an hour and of a day come before the reports of the same moments; later ones as the readers of cards do. */
const passes = [
  { mark: 'views-1h', afterMs: hourMs },
  { mark: 'views-1d', afterMs: dayMs },
  { mark: 'views-3d', afterMs: 3 * dayMs },
  { mark: 'views-6d', afterMs: 6 * dayMs },
] as const;
const closeMark = 'views-close';

type Due = { readonly marks: readonly string[]; readonly next?: Date | undefined };

const dueOf = ({ state, done }: Broadcast, startedAt: number, now: Date): Due => {
  if (state === 'closed') return { marks: [closeMark].filter((mark) => !done.includes(mark)) };
  const times = passes.map(({ mark, afterMs }) => ({ mark, at: startedAt + afterMs }));
  return {
    marks: times.flatMap(({ mark, at }) => (at <= now.getTime() && !done.includes(mark) ? [mark] : [])),
    next: times.flatMap(({ at }) => (at > now.getTime() ? [new Date(at)] : [])).at(0),
  };
};

/** Feishu names whole seconds: what happened in the second of the start may have come after it. */
const secondOf = (iso: string): string => new Date(Math.floor(Date.parse(iso) / 1000) * 1000).toISOString();

/** Whoever opened it before it was sent hasn't opened it because of that. */
const openedOf = (startedAt: string, rows: readonly Delivery[], { readers = [] }: Readers) => {
  const since = secondOf(startedAt);
  const views = new Map(readers.map(({ unionId, lastViewAt }) => [unionId, lastViewAt]));
  return rows.flatMap((row) => {
    const at = views.get(row.recipient);
    const isNew = at !== undefined && at >= since && row.openedAt === undefined;
    return isNew ? [{ row, at: new Date(at) }] : [];
  });
};

type Look = { readonly broadcast: Broadcast; readonly startedAt: string; readonly rows: readonly Delivery[] };

/** When Feishu was asked, or that it doesn't say; `undefined`: it may say later, the figure stays as old as it is. */
const recordViews = async (
  deps: ViewDeps,
  { broadcast, startedAt, rows }: Look,
  now: Date,
): Promise<Broadcast['views']> => {
  const account = deps.accounts.find(({ id }) => id === broadcast.account);
  if (!account || !broadcast.page) return undefined;
  try {
    const found = await deps.viewsOf(account, broadcast.page.docToken);
    for (const { row, at } of openedOf(startedAt, rows, found)) await deps.deliveries.recordOpened(row, at);
    return { at: now.toISOString(), ...(!found.readers && { refused: found.reason }) };
  } catch (error) {
    // The next pass asks again.
    log.warn('views_unknown', { broadcast: broadcast.broadcast, ...errorFields(error) });
    return undefined;
  }
};

const isAsked = ({ state }: Broadcast): boolean => ['sending', 'open', 'closed'].includes(state);

/**
 * Who has opened the article, of a document that a person owns: Feishu sends its read events to the owning app only, so its
 * list is read after an hour, a day, three and six, and when the post has closed. An economy of calls puts it off for an
 * hour, and does without the last one. When it wants the next look.
 */
export const askForViews =
  (deps: ViewDeps) =>
  async (broadcast: Broadcast, rows: readonly Delivery[], now: Date): Promise<Date | undefined> => {
    const { startedAt, state } = broadcast;
    if (startedAt === undefined || !isAsked(broadcast)) return undefined;
    const { marks, next } = dueOf(broadcast, Date.parse(startedAt), now);
    if (marks.length === 0) return next;
    const isSaving = isEconomy((await deps.budget.standing(now)).level);
    if (isSaving && state !== 'closed') return new Date(now.getTime() + hourMs);
    const views = isSaving ? undefined : await recordViews(deps, { broadcast, startedAt, rows }, now);
    await recordFound(deps)(broadcast, { marks, found: views && { views } }, now);
    return next;
  };
