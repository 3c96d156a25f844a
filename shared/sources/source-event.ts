import * as z from 'zod';

/** Where a case comes from: shops, service systems, the company's own app, a file, a colleague in the chat. */
export const ticketSources = ['youzan', 'doudian', 'qiyu', 'wecom', 'app', 'import', 'chat'] as const;
export type TicketSource = (typeof ticketSources)[number];

/** How a source is called on screens. */
export const sourceNames: Readonly<Record<TicketSource, string>> = {
  youzan: '有赞',
  doudian: '抖音',
  qiyu: '七鱼客服',
  wecom: '微信客服',
  app: '薄荷 App',
  import: '表格导入',
  chat: '同事提交',
};

export const ticketKinds = [
  'refund',
  'return',
  'exchange',
  'complaint',
  'consult',
  'call',
  'feedback',
] as const;

const moment = z.iso.datetime();
const text = (longest: number) => z.string().max(longest);

/**
 * What one event of a source says, in our words but with nothing taken out: it exists only between the sealed body and
 * the masked ticket. Ids are text, because 19 digits don't survive a number.
 */
export const sourceEventSchema = z.object({
  source: z.enum(ticketSources),
  /** The same for every repeat of the event. */
  eventId: z.string().min(1),
  /** The source's own number of the case: a refund, an after-sales order, a conversation, a feedback. */
  caseId: z.string().min(1),
  /** Grows with every change of the case at its source; milliseconds or a revision number, compared only within the case. */
  version: z.number(),
  kind: z.enum(ticketKinds),
  /** `ended`: the source has closed the case itself, whatever we think. */
  what: z.enum(['opened', 'changed', 'message', 'ended']),
  occurredAt: moment,
  shopId: z.string().optional(),
  shopName: text(60).optional(),
  orderIds: z.array(z.string()).default([]),
  skuIds: z.array(z.string()).default([]),
  productName: text(120).optional(),
  batchNo: z.string().optional(),
  /** YYYY-MM-DD. */
  expiry: z.string().optional(),
  amountFen: z.int().optional(),
  reasonCode: z.string().optional(),
  reasonText: text(200).optional(),
  /** What the customer wrote. */
  content: text(4_000).default(''),
  /** Of a message. */
  speaker: z.enum(['customer', 'agent', 'bot']).optional(),
  /** The source's number of the agent who looks after it there. */
  agentId: z.string().optional(),
  /** What identifies the buyer across systems, as the source writes it: a phone, else the source's own buyer id. */
  buyerPhone: z.string().optional(),
  buyerId: z.string().optional(),
  /** The state in the source's own words. */
  sourceState: z.string().optional(),
  /** When the platform decides by itself (refunds automatically, sides with the buyer), if nobody does anything. */
  sourceDeadlineAt: moment.optional(),
  logistics: text(120).optional(),
  attachments: z.array(z.object({ kind: z.enum(['image', 'audio', 'file']), url: z.string() })).default([]),
});
export type SourceEvent = z.output<typeof sourceEventSchema>;
