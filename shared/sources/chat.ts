import * as z from 'zod/mini';
import { parse, parseJson } from '../parse.ts';
import { fenOfYuan, oneOrNone, type RawEvent } from './fields.ts';
import type { Letter } from './source.ts';

const field = (longest: number) => z.optional(z.string().check(z.maxLength(longest)));

/** The form 提交客诉 in the chat, as its receipt keeps it. */
export const chatSubmissionSchema = z.object({
  /** What the customer said, as a colleague tells it. */
  content: z.string().check(z.minLength(1), z.maxLength(4_000)),
  orderId: field(200),
  productName: field(120),
  batchNo: field(60),
  phone: field(30),
  channel: field(60),
  /** In yuan, as it was typed. */
  amount: field(20),
  /** union_id of who handed it in. */
  submittedBy: z.string(),
});

const filled = (text = ''): string | undefined => (text.trim() === '' ? undefined : text.trim());

/** A colleague's complaint form. Its id is that of the click, which a repeat shares. */
export const readChat = ({ id, body, receivedAt }: Letter): readonly RawEvent[] => {
  const form = parse(chatSubmissionSchema, parseJson(body));
  return [
    {
      source: 'chat',
      eventId: id,
      caseId: id,
      version: receivedAt.getTime(),
      kind: 'complaint',
      what: 'opened',
      occurredAt: receivedAt.toISOString(),
      shopName: filled(form.channel),
      orderIds: oneOrNone(filled(form.orderId)),
      productName: filled(form.productName),
      batchNo: filled(form.batchNo),
      amountFen: fenOfYuan(form.amount?.trim() ?? ''),
      content: form.content,
      buyerPhone: filled(form.phone),
    },
  ];
};
