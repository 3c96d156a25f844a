/** One row of the ledger. Its life: planned → claimed → accepted → read, or held, failed, suppressed, excluded. */
import * as z from 'zod';

const versionSchema = z.object({
  version: z.number().int(),
  hash: z.string(),
  /** Nothing will follow it: economy skips the others. */
  final: z.boolean().optional(),
});

const deliveryStates = [
  'planned',
  'claimed',
  'accepted',
  'read',
  'confirmed',
  'held',
  'failed',
  'suppressed',
  'excluded',
] as const;

/**
 * `p0` passes quiet hours and every limit · `p1` passes the limits of attention and of the budget · `mustConfirm` passes
 * the budget · `scheduled` is a digest's card · `reply` answers what the person has just asked.
 */
export const urgencySchema = z.enum(['p0', 'p1', 'mustConfirm', 'scheduled', 'reply']);
export type Urgency = z.output<typeof urgencySchema>;

export const deliverySchema = z.object({
  subject: z.string(),
  recipient: z.string(),
  state: z.enum(deliveryStates),
  sender: z.string(),
  /** Absent: whoever planned it sends it, or `deliver`. `bulk`: the one drainer does, in order. */
  lane: z.literal('bulk').optional(),
  /** How much it may disturb; absent: an ordinary message. */
  urgency: urgencySchema.optional(),
  receiveIdType: z.enum(['union_id', 'chat_id', 'open_id']),
  receiveId: z.string(),
  /** What should be on the screen. */
  wanted: versionSchema.optional(),
  /** What a try that has left pinned: a repeat sends this, never what is wanted now. */
  sending: versionSchema.optional(),
  /** What Feishu has accepted. */
  shown: versionSchema.optional(),
  generation: z.number().int(),
  /** The fence of a claim: each one is a new attempt. */
  attempt: z.number().int(),
  /** Setbacks so far; they make the pauses longer. */
  tries: z.number().int().optional(),
  leaseUntil: z.string().optional(),
  firstTriedAt: z.string().optional(),
  /** When the thing happened that this tells about; the start of event → accepted. */
  eventAt: z.string(),
  plannedAt: z.string(),
  /** After this nobody wants it any more. */
  validUntil: z.string().optional(),
  acceptedAt: z.string().optional(),
  readAt: z.string().optional(),
  /** When the article that it is about was opened for the first time. */
  openedAt: z.string().optional(),
  /** When its person said that they have read it, which version they said that of, and where. */
  confirmed: z
    .object({ at: z.string(), version: z.number().int(), via: z.enum(['card', 'page']) })
    .optional(),
  /** An older PATCH may still be on its way: the next one that is accepted is repeated one lease later. */
  unsettled: z.boolean().optional(),
  /** When that repeat is due. */
  confirmAt: z.string().optional(),
  /** What is shown may not change before: Feishu takes a card back that is updated while its click is answered. */
  refreshAfter: z.string().optional(),
  /** 加急 in the app belongs to it, once, after it was accepted. */
  buzz: z.boolean().optional(),
  /** When that was tried; it is never tried again unless Feishu refused it for now. */
  buzzedAt: z.string().optional(),
  /** When it was put at the top of its chat. */
  pinnedAt: z.string().optional(),
  /** Why what is shown can't change any more: recalled, too old, … */
  frozen: z.string().optional(),
  messageId: z.string().optional(),
  chatId: z.string().optional(),
  /** Feishu's code or ours, of the last try that didn't end well. */
  code: z.string().optional(),
  reason: z.string().optional(),
  /** Which steps of the degrade ladder the card went through. */
  degraded: z.string().optional(),
  /** Its person is at work by a dated rota till then: the usual quiet hours don't count before. */
  atWorkUntil: z.string().optional(),
  /** Versions of the settings that decided (mode, calendar, definition). */
  decidedBy: z.record(z.string(), z.string()).optional(),
  daySubject: z.string(),
  dueShard: z.string().optional(),
  dueAt: z.string().optional(),
});
export type Delivery = z.output<typeof deliverySchema>;
export type Confirmation = NonNullable<Delivery['confirmed']>;
export type DeliveryKey = Pick<Delivery, 'subject' | 'recipient'>;

/** `work` wakes a stream: `deliver` sends or refreshes it, `bulk` calls the drainer. */
export type DeliveryRow = Delivery & { readonly work?: 'now' | 'bulk' };
export type AcceptedFacts = {
  readonly messageId: string;
  readonly chatId?: string | undefined;
  readonly at: Date;
};
export type Setback = {
  readonly code: string;
  /** When to try again; absent: never, the row is final. */
  readonly retryAt?: Date | undefined;
  /** It waits for an administrator, not for its turn: `code` is also its reason. */
  readonly held?: boolean;
  /** The request may have been carried out: keep the pin, so that the repeat is the same request. */
  readonly outcomeUnknown?: boolean;
};
/** With `until` the row is held till then, without it is suppressed for good. */
export type SetAside = { readonly reason: string; readonly now: Date; readonly until?: Date };
