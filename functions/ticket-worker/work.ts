import { codeOf, InvalidInputError } from '../../shared/errors.ts';
import { errorFields, log } from '../../shared/log.ts';
import { readReceipt } from '../../shared/sources/read-receipt.ts';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import type { Inbox, Receipt } from '../../shared/store/inbox.ts';
import type { Ingested } from './ingest.ts';
import type { Waiting } from './pull.ts';

export type WorkDeps = {
  readonly inbox: Pick<Inbox, 'take' | 'finish' | 'postpone' | 'bury' | 'listOverdue'>;
  readonly open: (sealed: string) => string;
  readonly ingest: (event: SourceEvent, receivedAt: string) => Promise<Ingested>;
  readonly pull: (waiting: Waiting, each: (event: SourceEvent) => Promise<void>) => Promise<void>;
  readonly now: () => Date;
};

/** Tries before a receipt that keeps failing is dead; the sweep makes them a minute apart, then longer. */
const maxAttempts = 8;
const pauseMs = (attempts: number): number => 15_000 * 2 ** attempts;

/** What it led to, and how many tickets: never what it says. */
const workOff = async (deps: WorkDeps, receipt: Receipt): Promise<string> => {
  const read = readReceipt(receipt, deps.open(receipt.body ?? ''));
  const done: string[] = [];
  const work = async (event: SourceEvent): Promise<void> => {
    const { ticket, did } = await deps.ingest(event, receipt.receivedAt);
    done.push(`${did} ${ticket}`);
  };
  if (read.kind === 'pull') await deps.pull(read, work);
  else for (const event of read.events) await work(event);
  if (done.length === 0) return read.kind === 'pull' ? 'nothing_to_pull' : 'not_after_sales';
  return done.slice(0, 3).join(', ');
};

/** Nothing that repeating could mend: it says what nobody can read, or a key is missing. */
const isHopeless = (error: unknown): boolean => error instanceof InvalidInputError;

const setBack = async (deps: WorkDeps, receipt: Receipt, error: unknown): Promise<void> => {
  const { id, attempts } = receipt;
  const reason = codeOf(error);
  log.warn('ticket_receipt_failed', { id, attempts, ...errorFields(error) });
  if (isHopeless(error) || attempts >= maxAttempts) return deps.inbox.bury(receipt, reason);
  return deps.inbox.postpone(id, new Date(deps.now().getTime() + pauseMs(attempts)), reason);
};

/**
 * Takes one receipt and ends its try: done (its sealed body goes), to be repeated, or dead with a reason. Never throws
 * for its content.
 */
export const workOffReceipt =
  (deps: WorkDeps) =>
  async (id: string): Promise<void> => {
    const receipt = await deps.inbox.take(id, deps.now());
    if (!receipt) return;
    // Whoever took it so often never came to an end: it may be what ends them.
    if (receipt.attempts > maxAttempts) return deps.inbox.bury(receipt, 'never_finished');
    try {
      await deps.inbox.finish(receipt.id, await workOff(deps, receipt));
    } catch (error) {
      await setBack(deps, receipt, error);
    }
  };

/** Well below the function's time-out of 60 s: the next minute takes the rest. */
const sweepMs = 40_000;

/** What a stream lost: receipts still `received` a minute after they came, in their order. */
export const sweepReceipts =
  (deps: WorkDeps) =>
  async (now: Date): Promise<{ overdue: number }> => {
    const overdue = await deps.inbox.listOverdue(now, 'ticket');
    for (const id of overdue) {
      if (deps.now().getTime() - now.getTime() > sweepMs) break;
      await workOffReceipt(deps)(id);
    }
    return { overdue: overdue.length };
  };
