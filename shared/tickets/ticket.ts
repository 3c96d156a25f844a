import * as z from 'zod';
import { ticketKinds, ticketSources } from '../sources/source-event.ts';

export const priorities = ['P0', 'P1', 'P2', 'P3'] as const;
export const prioritySchema = z.enum(priorities);
export type Priority = z.output<typeof prioritySchema>;

/**
 * new (no rule knew its category) / triaged (category and team known) → assigned → in_progress ⇄ waiting_customer ⇄
 * waiting_internal (a child is open) → resolved → closed. `reopened` begins another cycle in `assigned` or `triaged`;
 * `merged` stands for another ticket until it is split off again.
 */
export const ticketStates = [
  'new',
  'triaged',
  'assigned',
  'in_progress',
  'waiting_customer',
  'waiting_internal',
  'resolved',
  'closed',
  'merged',
] as const;
export const ticketStateSchema = z.enum(ticketStates);
export type TicketState = z.output<typeof ticketStateSchema>;

export const clockKinds = ['firstResponse', 'nextResponse', 'resolution', 'platform'] as const;
export type ClockKind = (typeof clockKinds)[number];

export const whoSchema = z.object({ person: z.string(), name: z.string() });
/** Somebody by union_id, and by the name that stands on cards. */
export type Who = z.output<typeof whoSchema>;

export const categorySchema = z.object({
  /** 一级: 食品安全. */
  group: z.string(),
  /** 二级: 异物. */
  name: z.string(),
});
export type Category = z.output<typeof categorySchema>;

/** The case as one source knows it. */
export const sourceLinkSchema = z.object({
  source: z.enum(ticketSources),
  caseId: z.string(),
  kind: z.enum(ticketKinds),
  /** Of the newest event; an older one changes nothing. */
  version: z.number(),
  shopId: z.string().optional(),
  shopName: z.string().optional(),
  /** In the source's own words. */
  sourceState: z.string().optional(),
  ended: z.boolean(),
  /** When we learned that it ended there; its platform clock stops then. */
  endedAt: z.string().optional(),
  deadlineAt: z.string().optional(),
  /** The agent there, by the source's number: 原接待客服. */
  agentId: z.string().optional(),
});
export type SourceLink = z.output<typeof sourceLinkSchema>;

/** Since when it is in this state: what the clocks are computed from, so that pauses outlive every change. */
export const spanSchema = z.object({
  at: z.string(),
  state: ticketStateSchema,
  priority: prioritySchema,
  cycle: z.number().int(),
});
export type TicketSpan = z.output<typeof spanSchema>;

/** A clock as its rules saw it last. Minutes are those of its calendar. */
export const clockSchema = z.object({
  startedAt: z.string(),
  budgetMinutes: z.number(),
  /** Absent while it is paused: nobody knows then when it will be due. */
  dueAt: z.string().optional(),
  /** Which calendar counts, `wall` for natural time. */
  calendar: z.string(),
  stoppedAt: z.string().optional(),
  /** The first moment at which it was late; a breach is never undone. */
  breachedAt: z.string().optional(),
  /** The calendar's year is not loaded: recomputed when it is. */
  provisional: z.boolean().optional(),
});
export type Clock = z.output<typeof clockSchema>;

export const clocksSchema = z.partialRecord(z.enum(clockKinds), clockSchema);
export type Clocks = z.output<typeof clocksSchema>;

export const responsibles = ['仓库', '物流', '产品', '客服', '客户', '平台'] as const;
export const measures = ['补发', '退款', '换货', '赔付', '解释'] as const;

export const resolutionSchema = z.object({
  at: z.string(),
  /** `source`: the platform ended it. */
  by: z.enum(['person', 'source', 'rule']),
  who: whoSchema.optional(),
  /** 二级类别. */
  cause: z.string().optional(),
  measure: z.enum(measures).optional(),
  amountFen: z.int().optional(),
  responsible: z.enum(responsibles).optional(),
  note: z.string().optional(),
});
export type Resolution = z.output<typeof resolutionSchema>;

export const assignmentWays = [
  'sourceAgent',
  'roundRobin',
  'duty',
  'claim',
  'takeOver',
  'transfer',
  'base',
  'reopened',
] as const;

export const askKinds = ['warehouse', 'product', 'qa', 'legal'] as const;
/** 请仓储核实, 请产品协助, 请品控判定, 请法务. */
export type AskKind = (typeof askKinds)[number];

export const childSchema = z.object({
  ticket: z.string(),
  ask: z.enum(askKinds),
  team: z.string(),
  open: z.boolean(),
  /** What they found: 确认漏发, 未发现异常, 查不到, or words. */
  finding: z.string().optional(),
  endedAt: z.string().optional(),
});
export type Child = z.output<typeof childSchema>;

export const attachmentSchema = z.object({
  at: z.string(),
  by: whoSchema.optional(),
  kind: z.enum(['image', 'audio', 'file', 'text']),
  /** Of Feishu: message id and key; or the source's address. Never shown in groups. */
  messageId: z.string().optional(),
  key: z.string().optional(),
  url: z.string().optional(),
});
export type Attachment = z.output<typeof attachmentSchema>;

/** One cycle: from opening or reopening to its resolution. Moments, so that numbers are computed and never kept. */
export const cycleSchema = z.object({
  cycle: z.number().int(),
  openedAt: z.string(),
  firstRespondedAt: z.string().optional(),
  resolvedAt: z.string().optional(),
  owner: whoSchema.optional(),
});
export type Cycle = z.output<typeof cycleSchema>;

/** A ticket as its history makes it; `applyEvent` is the only writer of these fields. Times are UTC ISO strings. */
export const ticketSchema = z.object({
  /** T-20261123-0142; a child is T-20261123-0142-1; a batch event (批次事件) is B-20261123-0003. */
  ticket: z.string(),
  item: z.literal('ticket'),
  /** The number of its history rows. */
  version: z.number().int(),
  kind: z.enum(['case', 'child', 'batch']),
  ask: z.enum(askKinds).optional(),
  parent: z.string().optional(),
  children: z.array(childSchema).default([]),
  /** The batch event that it belongs to. */
  batch: z.string().optional(),
  /** Of a batch event: its cases. */
  cases: z.array(z.string()).default([]),
  state: ticketStateSchema,
  cycle: z.number().int(),
  priority: prioritySchema,
  category: categorySchema.optional(),
  /** Which rule and which words decided; stands on 为什么. */
  because: z.string().default(''),
  /** An id of the teams in force. */
  team: z.string(),
  owner: whoSchema.optional(),
  /** Since when it is theirs, and how it became so. */
  ownedSince: z.string().optional(),
  ownedBy: z.enum(assignmentWays).optional(),
  /** Since when it has no owner although a rule looked for one. */
  assignmentFailedAt: z.string().optional(),
  /** How often it was given to somebody: half of the subject of their card. */
  assignments: z.number().int().default(0),
  sources: z.array(sourceLinkSchema).default([]),
  orderIds: z.array(z.string()).default([]),
  skuIds: z.array(z.string()).default([]),
  productName: z.string().optional(),
  batchNo: z.string().optional(),
  expiry: z.string().optional(),
  amountFen: z.int().optional(),
  logistics: z.string().optional(),
  /** HMACs: join keys, never shown. */
  buyerRefs: z.array(z.string()).default([]),
  /** Masked. */
  content: z.string().default(''),
  /** Masked, newest last, at most 20. */
  messages: z
    .array(
      z.object({
        at: z.string(),
        speaker: z.enum(['customer', 'agent', 'bot', 'colleague']),
        text: z.string(),
      }),
    )
    .default([]),
  /** Statements about health: 过敏, 身体不适, 就医, 孕期 … Only the owner, QA and legal see the words in full. */
  health: z.array(z.string()).default([]),
  attachments: z.array(attachmentSchema).default([]),
  /** When the customer turned to us. */
  openedAt: z.string(),
  receivedAt: z.string(),
  changedAt: z.string(),
  /** The first customer message that nobody has answered. */
  waitingSince: z.string().optional(),
  spans: z.array(spanSchema),
  cycles: z.array(cycleSchema),
  clocks: clocksSchema.default({}),
  /** `<cycle>:<clock>` → the first moment at which it was late. */
  breaches: z.record(z.string(), z.string()).default({}),
  /** `<cycle>:<clock>:<rung>` → when it was fired, and whom it tells (union_ids). */
  rungs: z.record(z.string(), z.object({ at: z.string(), to: z.array(z.string()) })).default({}),
  /** 升级处理 by hand: to whom it was raised. */
  raised: z.array(z.object({ at: z.string(), by: whoSchema, reason: z.string() })).default([]),
  resolution: resolutionSchema.optional(),
  mergedInto: z.string().optional(),
  /** Tickets that it stands for. */
  merged: z.array(z.string()).default([]),
  /** What a person wrote in Base: 备注. */
  note: z.string().default(''),
  /** The version of the settings by which its clocks run. */
  rulesVersion: z.string().default('default'),
  /** Share closed without opening another system: false once somebody said that they had to. */
  closedHere: z.boolean().optional(),
});
export type Ticket = z.output<typeof ticketSchema>;

const ended: ReadonlySet<TicketState> = new Set(['resolved', 'closed', 'merged']);
export const isOpen = ({ state }: Pick<Ticket, 'state'>): boolean => !ended.has(state);
