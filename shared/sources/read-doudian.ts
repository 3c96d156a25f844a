import * as z from 'zod/mini';
import { parse } from '../parse.ts';
import { batchSchema, type Message, messageIdOf } from './doudian.ts';
import {
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

const seconds = z.optional(moment);

/**
 * `status_deadline` comes with tag 209 (售后超时时长变更). `reason_text`, `remark`, `product_name`, `sku_id` and `open_id`
 * are our assumption: the pushes carry a reason's number and no words, and a shop whose tool adds them saves a call per case.
 */
const refundSchema = z.object({
  aftersale_id: idText,
  shop_id: z.optional(idText),
  p_id: z.optional(idText),
  s_id: z.optional(idText),
  aftersale_type: z.optional(wholeNumber),
  aftersale_status: z.optional(wholeNumber),
  refund_amount: z.optional(wholeNumber),
  reason_code: z.optional(idText),
  apply_time: seconds,
  agree_time: seconds,
  return_time: seconds,
  refuse_time: seconds,
  success_time: seconds,
  close_time: seconds,
  modify_time: seconds,
  update_time: seconds,
  status_deadline: seconds,
  reason_text: z.optional(words(200)),
  remark: z.optional(words(4_000)),
  product_name: z.optional(words(120)),
  sku_id: z.optional(idText),
  open_id: z.optional(idText),
});
type Refund = z.output<typeof refundSchema>;

const refundTags = /^2\d\d$/;
const opened = '200';
const ended = new Set(['206', '207']);

/** 售后成功, 售后关闭 */
const endStates = new Set([12, 28]);

const whatOf = (tag: string, state: number | undefined): RawEvent['what'] => {
  if (ended.has(tag) || (state !== undefined && endStates.has(state))) return 'ended';
  return tag === opened ? 'opened' : 'changed';
};

const states: Readonly<Record<number, string>> = {
  6: '待商家处理',
  7: '待买家退货',
  11: '待商家收货',
  12: '售后成功',
  13: '换货补寄待买家收货',
  27: '商家已拒绝申请',
  28: '售后关闭',
  29: '商家已拒绝退款',
};

/** 0 退货退款, 1 已发货仅退款, 2 未发货仅退款, 3 换货 */
const kinds: Readonly<Record<number, RawEvent['kind']>> = {
  0: 'return',
  1: 'refund',
  2: 'refund',
  3: 'exchange',
};

const momentsOf = (refund: Refund): readonly Date[] =>
  [
    refund.apply_time,
    refund.agree_time,
    refund.return_time,
    refund.refuse_time,
    refund.success_time,
    refund.close_time,
    refund.modify_time,
    refund.update_time,
  ].flatMap((value) => momentOf(value) ?? []);

/** A time that orders events of one second: the platform's clock knows no milliseconds. */
const rank = { opened: 0, changed: 1, message: 1, ended: 2 } as const;

const orderIdsOf = ({ p_id: parent, s_id: child }: Refund): string[] => [
  ...new Set([parent, child].filter((id) => id !== undefined && id !== '0').map(String)),
];

const factsOf = (refund: Refund): Partial<RawEvent> => ({
  shopId: refund.shop_id,
  orderIds: orderIdsOf(refund),
  skuIds: oneOrNone(refund.sku_id),
  productName: refund.product_name,
  amountFen: refund.refund_amount,
  reasonCode: refund.reason_code,
  reasonText: refund.reason_text,
  content: refund.remark,
  buyerId: refund.open_id,
});

const stateOf = (state: number | undefined): string | undefined =>
  state === undefined ? undefined : (states[state] ?? `状态 ${state}`);

/** The latest of the times that it names. */
const changedMs = (refund: Refund, receivedAt: Date): number => {
  const moments = momentsOf(refund).map((at) => at.getTime());
  return moments.length > 0 ? Math.max(...moments) : receivedAt.getTime();
};

const dataOf = ({ data }: Message): unknown => (typeof data === 'string' ? parseExactJson(data) : data);

const eventOf = (message: Message, receivedAt: Date): RawEvent => {
  const refund = parse(refundSchema, dataOf(message));
  const what = whatOf(message.tag, refund.aftersale_status);
  const atMs = changedMs(refund, receivedAt);
  return {
    ...factsOf(refund),
    source: 'doudian',
    eventId: messageIdOf(message) ?? `${message.tag}:${refund.aftersale_id}:${atMs}`,
    caseId: refund.aftersale_id,
    version: atMs + rank[what],
    kind: kinds[refund.aftersale_type ?? 1] ?? 'refund',
    what,
    occurredAt: new Date(atMs).toISOString(),
    sourceState: stateOf(refund.aftersale_status),
    sourceDeadlineAt: what === 'ended' ? undefined : momentOf(refund.status_deadline)?.toISOString(),
  };
};

/** The refunds of a batch, in its order; other tags (orders, goods) have nothing for after-sales. */
export const readDoudian = ({ body, receivedAt }: Letter): readonly RawEvent[] =>
  parse(batchSchema, parseExactJson(body))
    .filter(({ tag }) => refundTags.test(tag))
    .map((message) => eventOf(message, receivedAt));
