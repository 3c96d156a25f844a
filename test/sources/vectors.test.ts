import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { app } from '../../shared/sources/app.ts';
import { doudian } from '../../shared/sources/doudian.ts';
import { qiyu } from '../../shared/sources/qiyu.ts';
import type { PushSource } from '../../shared/sources/source.ts';
import { wecom } from '../../shared/sources/wecom.ts';
import { youzan } from '../../shared/sources/youzan.ts';

type Request = Parameters<PushSource['open']>[0];
const request = (body: string, part: Partial<Request> = {}): Request => ({
  bytes: Buffer.from(body),
  rawBody: body,
  headers: {},
  path: {},
  rawPath: '/tickets/any',
  method: 'POST',
  query: new URLSearchParams(),
  ...part,
});
const refusal = (open: () => unknown): string => {
  try {
    open();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'accepted';
};
const now = new Date('2026-11-23T02:00:00Z');

describe('Youzan', () => {
  const [account, secret] = ['c0ffee0000000001', 'deadbeefdeadbeefdeadbeefdeadbeef'];
  const body =
    '{"client_id":"c0ffee0000000001","kdt_id":56232,"type":"trade_refund_BuyerCreated","msg_id":"6dc15f0b-8682-4812-b635-ab66e199f330","version":1621946649,"msg":"%7B%22refund_id%22%3A%22202209011552353952310720%22%2C%22update_time%22%3A%222022-09-01+15%3A52%3A36%22%7D"}';
  const sign = '78f0b15ed0d840b2da3b97ab70946e8e';
  const source = youzan([{ account, secrets: ['replaced-lately', secret] }]);

  it('opens the vector, by either of two secrets', () => {
    expect(source.open(request(body, { headers: { 'event-sign': sign } }), now)).toEqual({
      kind: 'message',
      account,
      id: '6dc15f0b-8682-4812-b635-ab66e199f330',
      eventType: 'trade_refund_BuyerCreated',
      body,
    });
  });

  it('refuses a changed byte, another client and a missing signature', () => {
    const open = (text: string, headers: Request['headers']) => () =>
      source.open(request(text, { headers }), now);
    expect(refusal(open(`${body} `, { 'event-sign': sign }))).toBe('signature_invalid');
    expect(refusal(open(body, {}))).toBe('signature_missing');
    const other = youzan([{ account: 'c0ffee0000000002', secrets: [secret] }]);
    expect(refusal(() => other.open(request(body, { headers: { 'event-sign': sign } }), now))).toBe(
      'signature_invalid',
    );
  });
});

describe('Doudian', () => {
  const [account, secret] = ['7000000000000000001', '00000000-aaaa-bbbb-cccc-000000000001'];
  const body =
    '[{"tag":"200","msg_id":"m-1","data":{"aftersale_id":7001,"p_id":4705288465508532862,"shop_id":95250,"aftersale_status":6,"aftersale_type":0,"refund_amount":13200,"reason_code":15,"apply_time":1618990587}}]';
  const sign = '64599fd24363f617423c41b3ec8345ba';
  const source = doudian([{ account, secrets: [secret] }]);
  const open = (headers: Request['headers']) => source.open(request(body, { headers }), now);

  it('opens the vector', () => {
    expect(open({ 'event-sign': sign, 'app-id': account })).toEqual({
      kind: 'message',
      account,
      id: 'm-1',
      eventType: '200',
      body,
    });
  });

  it('refuses another app-id under the same signature', () => {
    expect(refusal(() => open({ 'event-sign': sign, 'app-id': '7000000000000000002' }))).toBe(
      'signature_invalid',
    );
    expect(refusal(() => open({ 'event-sign': sign }))).toBe('signature_missing');
  });
});

describe('Qiyu', () => {
  const body =
    '{"uid":"user1","content":"2222","staffId":143,"timeStamp":1463216914316,"staffName":"lantian","msgId":"8ca1c9fb30c40aa6cc390844e2756fac","msgType":"TEXT"}';
  const checksum = 'e72d303b9b695123338f37a0b633602e5859f90b';
  const source = qiyu([{ account: 'key', secrets: ['TESTSECRET0000000000000000000000'] }]);
  const sentAt = 1_463_217_187;
  const open = (at: number, sum = checksum) =>
    source.open(
      request(body, {
        query: new URLSearchParams({ eventType: 'MSG', time: String(sentAt), checksum: sum }),
      }),
      new Date(at * 1000),
    );

  it('opens the vector within five minutes, either way', () => {
    const opened = { kind: 'message', account: 'key', id: '8ca1c9fb30c40aa6cc390844e2756fac', body };
    for (const shift of [-300, 0, 300]) expect(open(sentAt + shift)).toMatchObject(opened);
  });

  it('refuses it later, and a changed checksum', () => {
    for (const shift of [-301, 301]) expect(refusal(() => open(sentAt + shift))).toBe('time_out_of_window');
    expect(refusal(() => open(sentAt, checksum.replace('e', 'f')))).toBe('signature_invalid');
  });
});

describe('WeCom', () => {
  const corpId = 'wx5823bf96d3bd56c7';
  const encodingAesKey = Buffer.from('jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C=', 'base64');
  const source = wecom([{ account: corpId, secrets: [{ token: 'QDG6eK', encodingAesKey }] }]);
  const echostr = 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==';
  const query = (change: Record<string, string> = {}) =>
    new URLSearchParams({
      msg_signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
      timestamp: '1409659589',
      nonce: '263014780',
      echostr,
      ...change,
    });

  it("answers the address check of WeCom's own sample", () => {
    expect(source.open(request('', { method: 'GET', query: query() }), now)).toEqual({
      kind: 'answer',
      reply: { text: '1616140317555161061' },
    });
  });

  it('opens the same text as a body and takes no other receiver', () => {
    const body = `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><Encrypt><![CDATA[${echostr}]]></Encrypt></xml>`;
    expect(source.open(request(body, { query: query() }), now)).toMatchObject({
      kind: 'message',
      account: corpId,
      eventType: 'unreadable',
      body: '1616140317555161061',
    });
    const other = wecom([{ account: 'wx0000000000000000', secrets: [{ token: 'QDG6eK', encodingAesKey }] }]);
    expect(refusal(() => other.open(request(body, { query: query() }), now))).toBe('body_undecryptable');
  });

  it('refuses a changed nonce, a changed text and a missing signature', () => {
    const open = (change: Record<string, string>) => () =>
      source.open(request('', { method: 'GET', query: query(change) }), now);
    expect(refusal(open({ nonce: '263014781' }))).toBe('signature_invalid');
    expect(refusal(open({ echostr: echostr.replace('P9', 'P8') }))).toBe('signature_invalid');
    expect(refusal(() => source.open(request('<xml/>', { query: query() }), now))).toBe('signature_missing');
    expect(refusal(() => source.open(request('<xml/>'), now))).toBe('signature_missing');
  });
});

describe('the app', () => {
  it('opens the sample of Standard Webhooks', () => {
    const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    const other = Buffer.alloc(24, 1);
    const source = app([
      { account: 'other', secrets: [other] },
      { account: 'mint', secrets: [other, key] },
    ]);
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const at = new Date(1_614_265_330_000);
    expect(source.open(request('{"test": 2432232314}', { headers }), at)).toMatchObject({
      account: 'mint',
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      eventType: 'unreadable',
    });
    expect(refusal(() => source.open(request('{"test": 2432232315}', { headers }), at))).toBe(
      'webhook_signature_invalid',
    );
  });
});
