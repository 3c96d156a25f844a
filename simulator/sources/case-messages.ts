import type { Message } from './sign.ts';

/** What happened to one buyer, whatever system they tell it to. */
export type Story = {
  /** Number within the day; every id is made of it. */
  readonly number: number;
  readonly product: { readonly sku: string; readonly name: string };
  readonly orderId: string;
  readonly buyer: string;
  readonly phone: string;
  readonly kind: 'refund' | 'return' | 'exchange' | 'complaint' | 'consult' | 'feedback';
  readonly reason: string;
  readonly text: string;
  readonly amountFen: number;
  readonly batchNo?: string;
};

const digits = (value: number, length: number): string => String(value).padStart(length, '0');

/** 19 digits as a bare JSON number, as Doudian writes them: `JSON.parse` must not be trusted with it. */
const withBareIds = (value: unknown): string => JSON.stringify(value).replaceAll(/"#(\d+)"/g, '$1');

const wallClock = (at: Date): string =>
  new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

const aftersaleTypes: Readonly<Record<string, number>> = { return: 0, refund: 1, exchange: 3 };

const doudianTags = {
  created: ['200', 6, 'apply_time'],
  modified: ['208', 6, 'modify_time'],
  deadline: ['209', 6, 'update_time'],
  success: ['206', 12, 'success_time'],
  closed: ['207', 28, 'close_time'],
} as const;

/** One push of Doudian about one after-sales order. */
export const doudianMessage = (
  story: Story,
  step: keyof typeof doudianTags,
  times: { at: Date; deadline?: Date },
): Message => {
  const [tag, state, time] = doudianTags[step];
  const data = {
    aftersale_id: `#7312345678${digits(story.number, 9)}`,
    p_id: `#${story.orderId}`,
    s_id: `#${story.orderId}`,
    shop_id: 95250,
    aftersale_status: state,
    aftersale_type: aftersaleTypes[story.kind] ?? 1,
    refund_amount: story.amountFen,
    refund_post_amount: 0,
    refund_voucher_num: 0,
    reason_code: 15,
    [time]: seconds(times.at),
    ...(times.deadline && { status_deadline: seconds(times.deadline) }),
    reason_text: story.reason,
    remark: story.text,
    product_name: story.product.name,
    sku_id: story.product.sku,
    open_id: story.buyer,
  };
  // The console shows data as an object, the SDKs read a text: both occur.
  const isText = story.number % 2 === 0;
  const message = { tag, msg_id: `dy-${story.number}-${step}`, data: isText ? withBareIds(data) : data };
  return { source: 'doudian', body: withBareIds([message]) };
};

const youzanSteps = {
  created: ['trade_refund_BuyerCreated', 'youzan_trade_RefundCreated', 'WAIT_SELLER_AGREE'],
  success: ['trade_refund_RefundSuccess', 'youzan_trade_RefundSuccess', 'SUCCESS'],
  closed: ['trade_refund_RefundClosed', 'youzan_trade_RefundClosed', 'CLOSED'],
} as const;

const refundTypes: Readonly<Record<string, string>> = {
  return: 'REFUND_AND_RETURN',
  refund: 'REFUND_ONLY',
  exchange: 'EXCHANGE_GOODS_FLOW',
};

/** `+` for a blank, as Youzan's real messages of 2022 have it. */
const urlEncoded = (value: object): string =>
  encodeURIComponent(JSON.stringify(value)).replaceAll('%20', '+');

/** One push of Youzan: shops of the old kind send the old family, others the new one. */
export const youzanMessage = (
  story: Story,
  step: keyof typeof youzanSteps,
  times: { at: Date; deadline?: Date },
): Message => {
  const [old, next, status] = youzanSteps[step];
  const isOld = story.number % 2 === 0;
  const msg = {
    tid: story.orderId,
    refund_id: `2026${digits(story.number, 20)}`,
    oids: [`31${digits(story.number, 17)}`],
    refund_type: refundTypes[story.kind] ?? 'REFUND_ONLY',
    refund_reason_desc: story.reason,
    refunded_fee: `${Math.floor(story.amountFen / 100)}.${digits(story.amountFen % 100, 2)}`,
    version: times.at.getTime(),
    update_time: wallClock(times.at),
    item_title: story.product.name,
    sku_no: story.product.sku,
    buyer_id: story.buyer,
    refund_desc: story.text,
    ...(times.deadline && { timeout_time: wallClock(times.deadline) }),
  };
  const push = {
    client_id: 'c0ffee0000000001',
    kdt_id: 56232,
    kdt_name: '薄荷健康有赞店',
    root_kdt_id: 56232,
    id: story.orderId,
    type: isOld ? old : next,
    status,
    msg: isOld ? urlEncoded(msg) : msg,
    msg_id: `yz-${story.number}-${step}`,
    version: seconds(times.at),
    sendCount: 0,
    test: false,
    mode: 1,
  };
  return { source: 'youzan', body: JSON.stringify(push) };
};

export type Speaker = { readonly who: 'customer' | 'agent'; readonly number: number; readonly text: string };

/** One message of a conversation in Qiyu; the page has told it which order is looked at. */
export const qiyuMessage = (story: Story, speaker: Speaker, at: Date): Message => {
  const said = {
    uid: story.buyer,
    content: speaker.text,
    timeStamp: at.getTime(),
    msgId: `qy${digits(story.number, 8)}${digits(speaker.number, 4)}`,
    msgType: 'TEXT',
  };
  const page = {
    mobile: story.phone,
    orderId: story.orderId,
    skuId: story.product.sku,
    productName: story.product.name,
  };
  const body = speaker.who === 'agent' ? { ...said, staffId: 143, staffName: '客服' } : { ...said, ...page };
  return { source: 'qiyu', eventType: 'MSG', body: JSON.stringify(body) };
};

/** The agent has closed the conversation. */
export const qiyuEnd = (story: Story): Message => ({
  source: 'qiyu',
  eventType: 'SESSION_END',
  body: JSON.stringify({
    code: 200,
    uid: story.buyer,
    sessionId: 60_000 + story.number,
    staffId: 143,
    staffName: '客服',
    staffType: 1,
    closeReason: 0,
  }),
});

const appTypes = { created: 'feedback.created', message: 'feedback.message', closed: 'feedback.closed' };

/** One message of the company's own app. */
export const appMessage = (
  story: Story,
  step: keyof typeof appTypes,
  said: { at: Date; text: string },
): Message => ({
  source: 'app',
  webhookId: `msg_app_${story.number}_${step}_${said.at.getTime()}`,
  body: JSON.stringify({
    type: appTypes[step],
    timestamp: said.at.toISOString(),
    data: {
      feedbackId: `fb-${digits(story.number, 6)}`,
      kind: story.kind,
      userId: story.buyer,
      phone: story.phone,
      content: said.text,
      reason: story.reason,
      orderIds: [story.orderId],
      skuIds: [story.product.sku],
      productName: story.product.name,
      ...(story.batchNo && { batchNo: story.batchNo }),
    },
  }),
});
