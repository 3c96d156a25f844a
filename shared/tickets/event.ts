import * as z from 'zod';
import {
  askKinds,
  assignmentWays,
  attachmentSchema,
  categorySchema,
  clockKinds,
  prioritySchema,
  resolutionSchema,
  sourceLinkSchema,
  ticketStateSchema,
  whoSchema,
} from './ticket.ts';

/** Who did it. `via` tells where a person did it: the share closed without another system counts cards, Base and chat. */
export const bySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('source'), source: z.string() }),
  z.object({
    kind: z.literal('person'),
    who: whoSchema,
    via: z.enum(['card', 'base', 'chat', 'ops', 'page']),
  }),
  z.object({ kind: z.literal('rule'), rule: z.string() }),
]);
export type By = z.output<typeof bySchema>;

const opened = z.object({
  do: z.literal('opened'),
  kind: z.enum(['case', 'child', 'batch']),
  openedAt: z.string(),
  receivedAt: z.string(),
  source: sourceLinkSchema.optional(),
  parent: z.string().optional(),
  ask: z.enum(askKinds).optional(),
  cases: z.array(z.string()).default([]),
  orderIds: z.array(z.string()).default([]),
  skuIds: z.array(z.string()).default([]),
  productName: z.string().optional(),
  batchNo: z.string().optional(),
  expiry: z.string().optional(),
  amountFen: z.int().optional(),
  logistics: z.string().optional(),
  buyerRefs: z.array(z.string()).default([]),
  content: z.string().default(''),
  health: z.array(z.string()).default([]),
  attachments: z.array(attachmentSchema).default([]),
  category: categorySchema.optional(),
  because: z.string().default(''),
  priority: prioritySchema,
  team: z.string(),
  /** The customer waits for an answer from now on; a form that nobody talks in doesn't. */
  awaitsReply: z.boolean().default(true),
});

/** What can happen to a ticket. Facts only: what follows for state and clocks is `applyEvent`'s. */
export const changeSchema = z.discriminatedUnion('do', [
  opened,
  /** A newer version of the case at its source, or another source of the same case. */
  z.object({
    do: z.literal('source_changed'),
    source: sourceLinkSchema,
    orderIds: z.array(z.string()).default([]),
    skuIds: z.array(z.string()).default([]),
    batchNo: z.string().optional(),
    productName: z.string().optional(),
    expiry: z.string().optional(),
    amountFen: z.int().optional(),
    buyerRefs: z.array(z.string()).default([]),
    logistics: z.string().optional(),
  }),
  z.object({
    do: z.literal('said'),
    /** When it was said, at its source. */
    at: z.string(),
    speaker: z.enum(['customer', 'agent', 'bot', 'colleague']),
    text: z.string(),
    health: z.array(z.string()).default([]),
    attachments: z.array(attachmentSchema).default([]),
  }),
  z.object({
    do: z.literal('classified'),
    category: categorySchema.optional(),
    priority: prioritySchema,
    team: z.string(),
    because: z.string(),
  }),
  z.object({
    do: z.literal('assigned'),
    to: whoSchema,
    how: z.enum(assignmentWays),
    because: z.string().default(''),
  }),
  z.object({ do: z.literal('unassigned'), because: z.string() }),
  z.object({ do: z.literal('assignment_failed'), because: z.string() }),
  /** in_progress, waiting_customer: what the owner says it is. */
  z.object({ do: z.literal('state'), to: ticketStateSchema, because: z.string().default('') }),
  z.object({ do: z.literal('responded'), because: z.string() }),
  z.object({
    do: z.literal('child_opened'),
    child: z.string(),
    ask: z.enum(askKinds),
    team: z.string(),
    words: z.string().default(''),
  }),
  z.object({ do: z.literal('child_ended'), child: z.string(), finding: z.string() }),
  z.object({ do: z.literal('resolved'), resolution: resolutionSchema, closedHere: z.boolean().optional() }),
  z.object({ do: z.literal('closed'), because: z.string() }),
  z.object({ do: z.literal('reopened'), because: z.string() }),
  z.object({ do: z.literal('priority'), to: prioritySchema, because: z.string() }),
  z.object({ do: z.literal('raised'), reason: z.string() }),
  z.object({ do: z.literal('rung'), rung: z.string(), to: z.array(z.string()).default([]) }),
  z.object({ do: z.literal('breached'), clock: z.enum(clockKinds), at: z.string() }),
  z.object({ do: z.literal('noted'), text: z.string(), attachments: z.array(attachmentSchema).default([]) }),
  z.object({ do: z.literal('note_set'), text: z.string() }),
  z.object({ do: z.literal('merged_into'), into: z.string(), because: z.string() }),
  z.object({
    do: z.literal('absorbed'),
    ticket: z.string(),
    sources: z.array(sourceLinkSchema),
    /** What only the other knew: given back when they are split. */
    orderIds: z.array(z.string()).default([]),
    skuIds: z.array(z.string()).default([]),
    buyerRefs: z.array(z.string()).default([]),
    because: z.string(),
  }),
  /** The merge is taken back: both go on as they would have without it. */
  z.object({ do: z.literal('split_off'), because: z.string() }),
  z.object({
    do: z.literal('gave_back'),
    ticket: z.string(),
    sources: z.array(z.object({ source: z.string(), caseId: z.string() })),
    orderIds: z.array(z.string()).default([]),
    skuIds: z.array(z.string()).default([]),
    buyerRefs: z.array(z.string()).default([]),
  }),
  z.object({ do: z.literal('batch_joined'), batch: z.string(), priority: prioritySchema.optional() }),
  z.object({ do: z.literal('case_joined'), ticket: z.string() }),
  /** Settings or a calendar changed: the clocks are computed anew from the spans. */
  z.object({ do: z.literal('rules_changed'), version: z.string() }),
  /** Its row in Base was deleted by hand and is there again. */
  z.object({ do: z.literal('row_restored') }),
]);
export type TicketChange = z.output<typeof changeSchema>;
export type ChangeInput = z.input<typeof changeSchema>;

/** One row of the history: never changed, never deleted before the ticket. */
export const ticketEventSchema = z.object({
  ticket: z.string(),
  /** `history#00001`: the number is the ticket's version after it. */
  item: z.string(),
  at: z.string(),
  by: bySchema,
  change: changeSchema,
});
export type TicketEvent = z.output<typeof ticketEventSchema>;

export const historyItem = (version: number): string => `history#${String(version).padStart(5, '0')}`;
