import { AppError, codeOf } from '../../shared/errors.ts';
import { errorFields, log } from '../../shared/log.ts';
import { parseJson } from '../../shared/parse.ts';
import type { Inbox, Receipt } from '../../shared/store/inbox.ts';
import type { Sightings } from '../../shared/store/sightings.ts';
import { type Reacted, type ReactionDeps, reactions } from './reactions.ts';

export type WorkDeps = ReactionDeps & {
  readonly inbox: Inbox;
  readonly open: (sealed: string) => string;
  readonly sightings: Pick<Sightings, 'record'>;
};

/** Tries before a receipt that keeps failing is dead; the sweep makes them a minute apart, then longer. */
const maxAttempts = 6;
const pauseMs = (attempts: number): number => 30_000 * 2 ** attempts;

const eventOf = (text: string): unknown => {
  const body = parseJson(text);
  return typeof body === 'object' && body !== null && 'event' in body ? body.event : undefined;
};

const react = async (deps: WorkDeps, receipt: Receipt): Promise<Reacted> => {
  const reaction = reactions.get(receipt.eventType);
  if (!reaction) return { kind: 'done', reason: 'unknown_event_type' };
  return reaction(deps, {
    id: receipt.id,
    sender: receipt.sender ?? '',
    eventType: receipt.eventType,
    at: new Date(receipt.eventAt ?? receipt.receivedAt),
    event: eventOf(deps.open(receipt.body ?? '')),
  });
};

/** What repeating can't mend ends here; the rest is tried again until the tries are used up. */
const isHopeless = (error: unknown): boolean => error instanceof AppError && !error.retryable;

const settle = async (deps: WorkDeps, receipt: Receipt, reacted: Reacted): Promise<void> => {
  const { kind, reason } = reacted;
  if (kind === 'done') return deps.inbox.finish(receipt.id, reason);
  // A read of a message that isn't ours (sent by hand, or before we came) stays unknown for ever: nothing to mend.
  if (receipt.attempts >= maxAttempts) return deps.inbox.finish(receipt.id, reason);
  const at = new Date(deps.now().getTime() + pauseMs(receipt.attempts));
  return deps.inbox.postpone(receipt.id, at, reason);
};

const setBack = async (deps: WorkDeps, receipt: Receipt, error: unknown): Promise<void> => {
  log.warn('reaction_failed', { id: receipt.id, attempts: receipt.attempts, ...errorFields(error) });
  if (isHopeless(error) || receipt.attempts >= maxAttempts) return deps.inbox.bury(receipt, codeOf(error));
  const at = new Date(deps.now().getTime() + pauseMs(receipt.attempts));
  return deps.inbox.postpone(receipt.id, at, codeOf(error));
};

/** So that the doctor can tell a subscription that is missing from one that is quiet; nothing else depends on it. */
const recordSighting = async (
  { sightings }: WorkDeps,
  { sender, eventType, receivedAt }: Receipt,
): Promise<void> => {
  if (sender === undefined) return;
  try {
    await sightings.record(sender, eventType, new Date(receivedAt));
  } catch (error) {
    log.warn('sighting_not_written', errorFields(error));
  }
};

/** Takes one receipt and ends its try: done, to be repeated, or dead with a reason. Never throws for its content. */
export const workOffReceipt =
  (deps: WorkDeps) =>
  async (id: string): Promise<void> => {
    const receipt = await deps.inbox.take(id, deps.now());
    if (!receipt) return;
    // Whoever took it so often never came to an end: it may be what ends them.
    if (receipt.attempts > maxAttempts) return deps.inbox.bury(receipt, 'never_finished');
    try {
      await settle(deps, receipt, await react(deps, receipt));
    } catch (error) {
      await setBack(deps, receipt, error);
    }
    await recordSighting(deps, receipt);
  };

/** Well below the function's time-out of 60 s: the next minute takes the rest. */
const sweepMs = 40_000;

/** What a stream lost: receipts still `received` a minute after they came, in their order. */
export const sweepReceipts =
  (deps: WorkDeps) =>
  async (now: Date): Promise<{ overdue: number }> => {
    const overdue = await deps.inbox.listOverdue(now);
    for (const id of overdue) {
      if (deps.now().getTime() - now.getTime() > sweepMs) break;
      await workOffReceipt(deps)(id);
    }
    return { overdue: overdue.length };
  };
