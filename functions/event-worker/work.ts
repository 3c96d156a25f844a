import { AppError } from '../../shared/errors.ts';
import { errorFields, log } from '../../shared/log.ts';
import { parseJson } from '../../shared/parse.ts';
import { type ReceiptWork, sweepOverdue, workOff } from '../../shared/receipts.ts';
import type { Inbox, Receipt } from '../../shared/store/inbox.ts';
import type { Sightings } from '../../shared/store/sightings.ts';
import { type Reacted, type ReactionDeps, reactions } from './reactions.ts';

export type WorkDeps = ReactionDeps & {
  readonly inbox: Inbox;
  readonly open: (sealed: string) => string;
  readonly sightings: Pick<Sightings, 'record'>;
};

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

/**
 * Half an hour: a read of a message that isn't ours (sent by hand, or before we came) stays unknown for ever, and an answer
 * that came after the hour of its uuid could come twice. What is only recorded may wait four hours, through
 * an outage of one or two.
 */
const maxAttempts = ({ eventType }: Receipt): number => (eventType.startsWith('contact.') ? 9 : 6);

const workOf = (deps: WorkDeps): ReceiptWork => ({
  kind: 'event',
  maxAttempts,
  pauseMs: 30_000,
  isHopeless: (error) => error instanceof AppError && !error.retryable,
  run: (receipt) => react(deps, receipt),
});

export const workOffReceipt =
  (deps: WorkDeps) =>
  async (id: string): Promise<void> => {
    const receipt = await workOff(deps, workOf(deps))(id);
    if (receipt) await recordSighting(deps, receipt);
  };

export const sweepReceipts = (deps: WorkDeps): ((now: Date) => Promise<{ overdue: number }>) =>
  sweepOverdue(deps, 'event', workOffReceipt(deps));
