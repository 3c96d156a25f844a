import { codeOf } from './errors.ts';
import { errorFields, log } from './log.ts';
import type { Inbox, InboxWork, Receipt } from './store/inbox.ts';

/** `again`: it can't be told yet; it is tried until its tries are used up, and then it is done all the same. */
export type ReceiptEnding = { readonly kind: 'done' | 'again'; readonly reason: string };

export type ReceiptDeps = {
  readonly inbox: Pick<Inbox, 'take' | 'finish' | 'postpone' | 'bury' | 'listOverdue'>;
  readonly now: () => Date;
};

/** How one kind of receipt is worked off. */
export type ReceiptWork = {
  readonly kind: InboxWork;
  /** Tries before a receipt that keeps failing is dead. */
  readonly maxAttempts: (receipt: Receipt) => number;
  /** Before the second try is twice that, and it doubles; the sweep comes once a minute. */
  readonly pauseMs: number;
  /** What repeating can't mend ends at once. */
  readonly isHopeless: (error: unknown) => boolean;
  readonly run: (receipt: Receipt) => Promise<ReceiptEnding>;
};

const laterThan = ({ now }: ReceiptDeps, { pauseMs }: ReceiptWork, { attempts }: Receipt): Date =>
  new Date(now().getTime() + pauseMs * 2 ** attempts);

const settle = async (
  deps: ReceiptDeps,
  work: ReceiptWork,
  { receipt, ending }: { readonly receipt: Receipt; readonly ending: ReceiptEnding },
): Promise<void> => {
  const { kind, reason } = ending;
  if (kind === 'done' || receipt.attempts >= work.maxAttempts(receipt))
    return deps.inbox.finish(receipt.id, reason);
  return deps.inbox.postpone(receipt.id, laterThan(deps, work, receipt), reason);
};

const setBack = async (
  deps: ReceiptDeps,
  work: ReceiptWork,
  { receipt, error }: { readonly receipt: Receipt; readonly error: unknown },
): Promise<void> => {
  const { id, attempts } = receipt;
  log.warn('receipt_failed', { id, attempts, ...errorFields(error) });
  if (work.isHopeless(error) || attempts >= work.maxAttempts(receipt))
    return deps.inbox.bury(receipt, codeOf(error));
  return deps.inbox.postpone(id, laterThan(deps, work, receipt), codeOf(error));
};

/**
 * Takes one receipt and ends its try: done (its sealed body goes), to be repeated, or dead with a reason. Never throws
 * for its content. Returns the receipt that it worked on; `undefined` when there was none to take, or nobody may any more.
 */
export const workOff =
  (deps: ReceiptDeps, work: ReceiptWork) =>
  async (id: string): Promise<Receipt | undefined> => {
    const receipt = await deps.inbox.take(id, deps.now());
    if (!receipt) return undefined;
    // Whoever took it so often never came to an end: it may be what ends them.
    if (receipt.attempts > work.maxAttempts(receipt)) {
      await deps.inbox.bury(receipt, 'never_finished');
      return undefined;
    }
    try {
      await settle(deps, work, { receipt, ending: await work.run(receipt) });
    } catch (error) {
      await setBack(deps, work, { receipt, error });
    }
    return receipt;
  };

/** Well below the workers' time-outs of a minute: the next minute takes the rest. */
const sweepMs = 40_000;

/** What a stream lost: receipts still `received` a minute after they came, in their order. */
export const sweepOverdue =
  ({ inbox, now: clock }: ReceiptDeps, kind: InboxWork, one: (id: string) => Promise<unknown>) =>
  async (now: Date): Promise<{ overdue: number }> => {
    const overdue = await inbox.listOverdue(now, kind);
    for (const id of overdue) {
      if (clock().getTime() - now.getTime() > sweepMs) break;
      await one(id);
    }
    return { overdue: overdue.length };
  };
