import * as z from 'zod/mini';
import { InvalidInputError } from '../errors.ts';
import { parse } from '../parse.ts';
import {
  fenOfYuan,
  idText,
  moment,
  momentOf,
  oneOrNone,
  parseExactJson,
  type RawEvent,
  wholeNumber,
  words,
} from './fields.ts';
import type { Letter } from './source.ts';

const bodySchema = z.object({
  type: z.string(),
  kdt_id: idText,
  kdt_name: z.optional(words(60)),
  msg_id: z.optional(z.string()),
  version: z.optional(wholeNumber),
  status: z.optional(z.string()),
  msg: z.union([z.string(), z.record(z.string(), z.unknown())]),
});
type Push = z.output<typeof bodySchema>;

/**
 * `item_title`, `sku_no`, `buyer_id`, `refund_desc` and `timeout_time` are our assumption: the pushes name no goods and
 * no deadline, and a shop whose tool adds them saves a call per case.
 */
const refundSchema = z.object({
  refund_id: idText,
  tid: z.optional(idText),
  refund_type: z.optional(z.string()),
  refund_reason: z.optional(idText),
  refund_reason_desc: z.optional(words(200)),
  refunded_fee: z.optional(z.union([z.string(), z.number()])),
  update_time: z.optional(moment),
  status: z.optional(z.string()),
  item_title: z.optional(words(120)),
  sku_no: z.optional(idText),
  buyer_id: z.optional(idText),
  refund_desc: z.optional(words(4_000)),
  timeout_time: z.optional(moment),
});
type Refund = z.output<typeof refundSchema>;

/** The old family sends `+` or `%20` for a blank, the new one an object. Throws `message_unreadable`. */
const contentOf = (msg: Push['msg']): unknown => {
  if (typeof msg !== 'string') return msg;
  try {
    return parseExactJson(decodeURIComponent(msg.replaceAll('+', '%20')));
  } catch (cause) {
    throw new InvalidInputError('message_unreadable', 'msg is not URL-encoded JSON', { cause });
  }
};

const opens = new Set(['BuyerCreated', 'RefundCreated', 'RefundSellerCreated']);
const ends = new Set(['RefundSuccess', 'RefundClosed', 'SysRefund', 'Success', 'Closed']);

const whatOf = (type: string, state: string | undefined): RawEvent['what'] => {
  const event = type.split('_').at(-1) ?? '';
  // In the old family a seller who agrees to a refund alone has ended it: no RefundSuccess follows.
  const isOldEnd = type === 'trade_refund_RefundSellerAgree' && state !== 'WAIT_BUYER_RETURN_GOODS';
  if (ends.has(event) || isOldEnd || state === 'SUCCESS' || state === 'CLOSED') return 'ended';
  return opens.has(event) ? 'opened' : 'changed';
};

const kinds: Readonly<Record<string, RawEvent['kind']>> = {
  REFUND_ONLY: 'refund',
  REFUND_AND_RETURN: 'return',
  EXCHANGE_GOODS_FLOW: 'exchange',
};

const states: Readonly<Record<string, string>> = {
  WAIT_SELLER_AGREE: '等待商家同意',
  WAIT_BUYER_RETURN_GOODS: '等待买家退货',
  WAIT_SELLER_CONFIRM_GOODS: '等待商家收货',
  SELLER_REFUSE_BUYER: '商家已拒绝',
  SELLER_REFUSE_BUYER_RETURN_GOODS: '商家未收到货',
  SUCCESS: '退款成功',
  CLOSED: '退款关闭',
};

/** A time that orders events of one second: the platform's clock knows no milliseconds. */
const rank = { opened: 0, changed: 1, message: 1, ended: 2 } as const;

const factsOf = (refund: Refund): Partial<RawEvent> => ({
  orderIds: oneOrNone(refund.tid),
  skuIds: oneOrNone(refund.sku_no),
  productName: refund.item_title,
  amountFen: fenOfYuan(String(refund.refunded_fee ?? '')),
  reasonCode: refund.refund_reason,
  reasonText: refund.refund_reason_desc,
  content: refund.refund_desc,
  buyerId: refund.buyer_id,
});

const stateOf = (state: string | undefined): string | undefined =>
  state === undefined ? undefined : (states[state] ?? state);

const changedAt = (push: Push, refund: Refund): Date | undefined =>
  momentOf(refund.update_time) ?? momentOf(push.version);

const eventOf = (push: Push, refund: Refund, receivedAt: Date): RawEvent => {
  const state = refund.status ?? push.status;
  const what = whatOf(push.type, state);
  const at = changedAt(push, refund) ?? receivedAt;
  return {
    ...factsOf(refund),
    source: 'youzan',
    eventId: push.msg_id ?? `${push.type}:${refund.refund_id}:${at.getTime()}`,
    caseId: refund.refund_id,
    version: at.getTime() + rank[what],
    kind: kinds[refund.refund_type ?? ''] ?? 'refund',
    what,
    occurredAt: at.toISOString(),
    shopId: push.kdt_id,
    shopName: push.kdt_name,
    sourceState: stateOf(state),
    sourceDeadlineAt: what === 'ended' ? undefined : momentOf(refund.timeout_time)?.toISOString(),
  };
};

/** A push about a refund; any other has nothing for after-sales. */
export const readYouzan = ({ body, receivedAt }: Letter): readonly RawEvent[] => {
  const push = parse(bodySchema, parseExactJson(body));
  if (!/^(?:trade_refund_|youzan_trade_Refund)/.test(push.type)) return [];
  return [eventOf(push, parse(refundSchema, contentOf(push.msg)), receivedAt)];
};
