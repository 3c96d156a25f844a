import * as z from 'zod/mini';
import { parse } from '../parse.ts';
import { idText, parseExactJson, type RawEvent, words } from './fields.ts';
import type { Letter } from './source.ts';

const moment = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((text) => new Date(text)),
);
const ids = z.optional(z.array(idText).check(z.maxLength(50)));

const dataSchema = z.object({
  feedbackId: idText,
  kind: z.optional(z.enum(['refund', 'return', 'exchange', 'complaint', 'consult', 'call', 'feedback'])),
  userId: z.optional(idText),
  phone: z.optional(z.string()),
  content: z.optional(words(4_000)),
  reason: z.optional(words(200)),
  orderIds: ids,
  skuIds: ids,
  productName: z.optional(words(120)),
  batchNo: z.optional(z.string()),
  expiry: z.optional(z.iso.date()),
  amountFen: z.optional(z.int()),
  from: z.optional(z.enum(['customer', 'agent', 'bot'])),
  agentId: z.optional(idText),
  status: z.optional(z.string()),
  /** When the app promised the customer an answer. */
  deadlineAt: z.optional(moment),
  images: z.optional(z.array(z.url()).check(z.maxLength(20))),
});
const messageSchema = z.object({
  type: z.enum(['feedback.created', 'feedback.updated', 'feedback.message', 'feedback.closed']),
  timestamp: moment,
  data: dataSchema,
});
type Data = z.output<typeof dataSchema>;

const whats = {
  'feedback.created': 'opened',
  'feedback.updated': 'changed',
  'feedback.message': 'message',
  'feedback.closed': 'ended',
} as const;

const factsOf = (data: Data): Partial<RawEvent> => ({
  orderIds: data.orderIds,
  skuIds: data.skuIds,
  productName: data.productName,
  batchNo: data.batchNo,
  expiry: data.expiry,
  amountFen: data.amountFen,
  content: data.content,
  reasonText: data.reason,
  agentId: data.agentId,
  buyerPhone: data.phone,
  buyerId: data.userId,
  sourceState: data.status,
  attachments: data.images?.map((url) => ({ kind: 'image', url })),
});

/** Any other `type` is refused as unreadable: the app is ours, so a word that we don't know is a mistake. */
export const readApp = ({ id, body, account }: Letter): readonly RawEvent[] => {
  const { type, timestamp, data } = parse(messageSchema, parseExactJson(body));
  const what = whats[type];
  return [
    {
      ...factsOf(data),
      source: 'app',
      eventId: id,
      caseId: data.feedbackId,
      version: timestamp.getTime(),
      kind: data.kind ?? 'feedback',
      what,
      occurredAt: timestamp.toISOString(),
      shopId: account,
      speaker: what === 'message' ? (data.from ?? 'customer') : data.from,
      sourceDeadlineAt: what === 'ended' ? undefined : data.deadlineAt?.toISOString(),
    },
  ];
};
