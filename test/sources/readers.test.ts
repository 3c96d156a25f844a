import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../shared/errors.ts';
import { chatSubmissionSchema } from '../../shared/sources/chat.ts';
import { cut, fenOfYuan, momentOf, parseExactJson } from '../../shared/sources/fields.ts';
import { readReceipt } from '../../shared/sources/read-receipt.ts';
import type { SourceEvent } from '../../shared/sources/source-event.ts';

const receivedAt = '2026-11-23T02:00:00.000Z';
type Head = { readonly source: string; readonly eventType?: string; readonly id?: string };
const read = ({ source, eventType = 'x', id = 'own-id' }: Head, body: string): readonly SourceEvent[] => {
  const receipt = {
    id: `${source}:account#${id}`,
    source,
    sender: 'account',
    eventType,
    receivedAt,
    state: 'received' as const,
    attempts: 0,
  };
  const said = readReceipt(receipt, body);
  if (said.kind === 'pull') throw new Error('it waits at WeCom');
  return said.events;
};
const one = (head: Head, body: string): SourceEvent => {
  const [event, ...others] = read(head, body);
  if (!event || others.length > 0) throw new Error(`${others.length + 1} events`);
  return event;
};

describe('fields', () => {
  it('keep whole numbers of any length', () => {
    expect(parseExactJson('{"a":4705288465508532862,"b":[9007199254740993,-9007199254740993]}')).toEqual({
      a: '4705288465508532862',
      b: ['9007199254740993', '-9007199254740993'],
    });
    expect(parseExactJson('{"a":9007199254740991,"b":13.25,"c":"4705288465508532862"}')).toEqual({
      a: 9_007_199_254_740_991,
      b: 13.25,
      c: '4705288465508532862',
    });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (id) => {
        expect(String((parseExactJson(`{"id":${id}}`) as { id: unknown }).id)).toBe(String(id));
      }),
    );
  });

  it('make fen of yuan exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (fen) => {
        const text = `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
        expect(fenOfYuan(text)).toBe(fen);
      }),
    );
    expect(['132', '132.5', '0.01', '1,320.00', '19.990'].map(fenOfYuan)).toEqual([
      13_200, 13_250, 1, 132_000, 1_999,
    ]);
    expect(['', '-1', '1.005', '1e3', '五', '.5', ' 1'].map(fenOfYuan)).toEqual(Array(7).fill(undefined));
  });

  it('read seconds, milliseconds and clocks in China', () => {
    const at = '2022-09-01T07:52:36.000Z';
    for (const value of ['2022-09-01 15:52:36', '2022/9/1 15:52:36', 1_662_018_756, '1662018756000']) {
      expect(momentOf(value)?.toISOString()).toBe(at);
    }
    for (const value of ['', '2022-02-30 10:00', '2022-13-01', '1662', 'now', undefined]) {
      expect(momentOf(value)).toBeUndefined();
    }
  });

  it('never cut a character in half', () => {
    expect(cut('ab𠮷', 3)).toBe('ab');
    expect(cut('ab𠮷', 4)).toBe('ab𠮷');
  });
});

describe('Youzan', () => {
  const refund = {
    tid: 'E20260323',
    refund_id: '202209011552353952310720',
    refund_type: 'REFUND_AND_RETURN',
    refund_reason_desc: '商品 破损/少件',
    refunded_fee: '132.10',
    update_time: '2022-09-01 15:52:36',
  };
  const push = (type: string, msg: unknown, more: object = {}) =>
    JSON.stringify({
      kdt_id: 56_232,
      kdt_name: '店',
      type,
      msg_id: 'm-1',
      version: 1_621_946_649,
      msg,
      ...more,
    });
  const plus = (value: object) => encodeURIComponent(JSON.stringify(value)).replaceAll('%20', '+');
  const percent = (value: object) => encodeURIComponent(JSON.stringify(value));

  it.each([
    ['a blank as +', push('trade_refund_BuyerCreated', plus(refund))],
    ['a blank as %20', push('trade_refund_BuyerCreated', percent(refund))],
    ['an object', push('youzan_trade_RefundCreated', refund)],
  ])('writes %s', (_form, body) => {
    expect(one({ source: 'youzan' }, body)).toMatchObject({
      source: 'youzan',
      eventId: 'm-1',
      caseId: '202209011552353952310720',
      kind: 'return',
      what: 'opened',
      occurredAt: '2022-09-01T07:52:36.000Z',
      shopId: '56232',
      shopName: '店',
      orderIds: ['E20260323'],
      amountFen: 13_210,
      reasonText: '商品 破损/少件',
    });
  });

  it('a + that was meant stays one', () => {
    const body = push('trade_refund_BuyerCreated', percent({ ...refund, refund_desc: '1+1 少发' }));
    expect(one({ source: 'youzan' }, body).content).toBe('1+1 少发');
  });

  it.each([
    ['trade_refund_BuyerCreated', {}, 'opened'],
    ['trade_refund_RefundSellerAgreeReturnGoods', {}, 'changed'],
    ['trade_refund_YouzanInterApplied', {}, 'changed'],
    ['trade_refund_RefundSuccess', {}, 'ended'],
    ['trade_refund_RefundClosed', {}, 'ended'],
    ['trade_refund_SysRefund', {}, 'ended'],
    ['trade_refund_RefundSellerAgree', {}, 'ended'],
    ['trade_refund_RefundSellerAgree', { status: 'WAIT_BUYER_RETURN_GOODS' }, 'changed'],
    ['youzan_trade_RefundCreated', {}, 'opened'],
    ['youzan_trade_RefundSellerAgree', {}, 'changed'],
    ['youzan_trade_RefundSuccess', {}, 'ended'],
    ['youzan_trade_RefundClosed', {}, 'ended'],
    ['youzan_trade_RefundSellerAgree', { status: 'SUCCESS' }, 'ended'],
  ])('%s %j is %s', (type, more, what) => {
    expect(one({ source: 'youzan' }, push(type, { ...refund, ...more })).what).toBe(what);
  });

  it('puts what happened in one second into its order, and gives no deadline to what has ended', () => {
    const version = (type: string) => one({ source: 'youzan' }, push(type, refund)).version;
    expect(version('youzan_trade_RefundCreated')).toBeLessThan(version('youzan_trade_RefundSellerAgree'));
    expect(version('youzan_trade_RefundSellerAgree')).toBeLessThan(version('youzan_trade_RefundSuccess'));
    const timed = { ...refund, timeout_time: '2022-09-03 15:52:36' };
    const deadline = (type: string) => one({ source: 'youzan' }, push(type, timed)).sourceDeadlineAt;
    expect(deadline('youzan_trade_RefundCreated')).toBe('2022-09-03T07:52:36.000Z');
    expect(deadline('youzan_trade_RefundSuccess')).toBeUndefined();
  });

  it('says nothing of orders, and is unreadable with half an escape', () => {
    expect(read({ source: 'youzan' }, push('trade_TradeClose', '%7B%7D'))).toEqual([]);
    expect(() => read({ source: 'youzan' }, push('trade_refund_BuyerCreated', '%7'))).toThrow(
      InvalidInputError,
    );
  });
});

describe('Doudian', () => {
  const data =
    '{"aftersale_id":7312345678901234567,"p_id":4705288465508532862,"s_id":4705288465508532863,"shop_id":95250,"aftersale_status":6,"aftersale_type":0,"refund_amount":13200,"reason_code":15,"apply_time":1618990587}';

  it.each([
    ['a number and an object', `[{"tag":200,"msgId":"m-1","data":${data}}]`],
    ['text and text', `[{"tag":"200","msg_id":"m-1","data":${JSON.stringify(data)}}]`],
  ])('writes %s', (_form, body) => {
    expect(one({ source: 'doudian' }, body)).toMatchObject({
      source: 'doudian',
      eventId: 'm-1',
      caseId: '7312345678901234567',
      kind: 'return',
      what: 'opened',
      occurredAt: '2021-04-21T07:36:27.000Z',
      shopId: '95250',
      orderIds: ['4705288465508532862', '4705288465508532863'],
      amountFen: 13_200,
      reasonCode: '15',
      sourceState: '待商家处理',
    });
  });

  it('reads a batch in its order and leaves out what is no refund', () => {
    const body = `[{"tag":"100","data":{}},{"tag":"200","msg_id":"a","data":${data}},{"tag":206,"msg_id":"b","data":${data.replace('apply_time', 'success_time')}}]`;
    const events = read({ source: 'doudian' }, body);
    expect(events.map(({ eventId, what }) => `${eventId} ${what}`)).toEqual(['a opened', 'b ended']);
    expect(events[0]?.version).toBeLessThan(events[1]?.version ?? 0);
  });

  it.each([
    ['200', 6, 'opened'],
    ['201', 12, 'ended'],
    ['204', 29, 'changed'],
    ['206', 12, 'ended'],
    ['207', 28, 'ended'],
    ['208', 6, 'changed'],
  ])('tag %s in state %i is %s', (tag, state, what) => {
    const changed = data.replace('"aftersale_status":6', `"aftersale_status":${state}`);
    expect(one({ source: 'doudian' }, `[{"tag":"${tag}","data":${changed}}]`).what).toBe(what);
  });

  it('learns the deadline from tag 209', () => {
    const deadline = data.replace('apply_time', 'status_deadline');
    expect(one({ source: 'doudian' }, `[{"tag":"209","msg_id":"d","data":${deadline}}]`)).toMatchObject({
      what: 'changed',
      sourceDeadlineAt: '2021-04-21T07:36:27.000Z',
      occurredAt: receivedAt,
    });
  });
});

describe('Qiyu', () => {
  const message = (more: object) =>
    JSON.stringify({
      uid: 'u-1',
      msgId: 'q-1',
      msgType: 'TEXT',
      content: '漏粉了',
      timeStamp: 1_463_216_914_316,
      ...more,
    });

  it.each([
    ['a customer', {}, 'customer', undefined],
    ['an agent', { staffId: 143, staffType: 1 }, 'agent', '143'],
    ['an agent whose type is not told', { staffId: 143 }, 'agent', '143'],
    ['a robot', { staffId: 9, staffType: 0 }, 'bot', undefined],
    ['a robot without a number of its own', { staffId: -1 }, 'bot', undefined],
  ])('lets %s speak', (...row) => {
    const [, more, speaker, agentId] = row;
    const event = one({ source: 'qiyu', eventType: 'MSG' }, message(more));
    expect(event).toMatchObject({ caseId: 'u-1', what: 'message', content: '漏粉了', speaker });
    expect(event.agentId).toBe(agentId);
  });

  it('shows a picture, written as an object or as text', () => {
    const content = { url: 'https://img.example.com/1.jpg', w: 1 };
    for (const form of [content, JSON.stringify(content)]) {
      const picture = message({ msgType: 'PICTURE', content: form });
      expect(one({ source: 'qiyu', eventType: 'MSG' }, picture)).toMatchObject({
        content: '[图片]',
        attachments: [{ kind: 'image', url: content.url }],
      });
    }
  });

  it.each([
    ['SESSION_START', { staffId: 1 }, 'changed', '会话中'],
    ['SESSION_END', { staffId: 1, staffType: 1, closeReason: 0 }, 'ended', '客服已关闭会话'],
    ['SESSION_END', { staffId: 1, staffType: 0, closeReason: 0 }, 'changed', '客服已关闭会话'],
    ['SESSION_END', { staffId: 1, closeReason: 2 }, 'changed', '客户长时间未回复，会话自动关闭'],
    ['SESSION_END', { staffId: 1, closeReason: 5 }, 'changed', '会话已转接'],
  ])('%s %j is %s', (...row) => {
    const [eventType, more, what, sourceState] = row;
    const body = JSON.stringify({ uid: 'u-1', sessionId: 62_927, ...more });
    expect(one({ source: 'qiyu', eventType }, body)).toMatchObject({ caseId: 'u-1', what, sourceState });
  });

  it('says nothing with an invitation to rate, and is unreadable as another type than it is', () => {
    expect(read({ source: 'qiyu', eventType: 'EVA_INVITATION' }, '{}')).toEqual([]);
    expect(() => read({ source: 'qiyu', eventType: 'SESSION_END' }, message({}))).toThrow(InvalidInputError);
  });
});

describe('the app', () => {
  const body = (type: string, data: object = {}) =>
    JSON.stringify({ type, timestamp: '2026-11-23T09:35:00+08:00', data: { feedbackId: 'fb-1', ...data } });

  it('tells everything that it knows', () => {
    const data = {
      kind: 'complaint',
      userId: 'u',
      phone: '13800138000',
      content: '起疹子',
      skuIds: ['PB-201'],
      batchNo: '20261012',
      expiry: '2027-10-11',
      amountFen: 5_990,
      deadlineAt: '2026-11-24T09:35:00+08:00',
      images: ['https://img.example.com/1.jpg'],
    };
    expect(one({ source: 'app', id: 'msg_1' }, body('feedback.created', data))).toMatchObject({
      eventId: 'msg_1',
      caseId: 'fb-1',
      kind: 'complaint',
      what: 'opened',
      occurredAt: '2026-11-23T01:35:00.000Z',
      buyerPhone: '13800138000',
      batchNo: '20261012',
      expiry: '2027-10-11',
      sourceDeadlineAt: '2026-11-24T01:35:00.000Z',
      attachments: [{ kind: 'image', url: 'https://img.example.com/1.jpg' }],
    });
  });

  it('speaks for the customer unless it says otherwise', () => {
    const message = (data: object) => one({ source: 'app' }, body('feedback.message', data)).speaker;
    expect([message({}), message({ from: 'agent' })]).toEqual(['customer', 'agent']);
    expect(one({ source: 'app' }, body('feedback.closed')).what).toBe('ended');
  });

  it('is unreadable with a word that it has not agreed upon', () => {
    expect(() => read({ source: 'app' }, body('feedback.deleted'))).toThrow(InvalidInputError);
  });

  it('loses the end of what is too long, not the case', () => {
    const long = one({ source: 'app' }, body('feedback.created', { content: '长'.repeat(9_000) }));
    expect(long.content).toHaveLength(4_000);
  });
});

describe('a colleague', () => {
  it('hands in a form whose blank fields stay away', () => {
    const form = chatSubmissionSchema.parse({
      content: '客户说少发一袋',
      orderId: ' 4705288465508532862 ',
      amount: '59.9',
      phone: '',
      submittedBy: 'on_1',
    });
    const event = one({ source: 'chat', id: 'click-1' }, JSON.stringify(form));
    expect(event).toMatchObject({
      source: 'chat',
      eventId: 'click-1',
      caseId: 'click-1',
      kind: 'complaint',
      what: 'opened',
      occurredAt: receivedAt,
      orderIds: ['4705288465508532862'],
      amountFen: 5_990,
    });
    expect(event.buyerPhone).toBeUndefined();
  });
});

it('a source without a reader is unreadable', () => {
  expect(() => read({ source: 'tmall' }, '{}')).toThrow(InvalidInputError);
});
