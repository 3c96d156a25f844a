import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { ticketEvent } from '../../events/ticket-intake/sign.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { seals } from '../../shared/seal.ts';
import { readReceipt } from '../../shared/sources/read-receipt.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { localAccounts, type PushingSource } from '../../simulator/sources/accounts.ts';
import { sealKey } from '../ingress/calls.ts';
import { localTables } from '../local.ts';
import { base64, callWith, loadIntake, type TicketCall } from './calls.ts';

const tables = localTables();
const runs = 1_500;

const sources: fc.Arbitrary<PushingSource> = fc.constantFrom('youzan', 'doudian', 'qiyu', 'wecom', 'app');
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '数据', '__proto__', '\u0000', '<xml><Encrypt>x</Encrypt></xml>'),
);
const fieldNames = fc.constantFrom(
  ...['type', 'msg', 'msg_id', 'msgId', 'tag', 'data', 'kdt_id', 'uid', 'content', 'msgType', 'timestamp'],
  ...['staffId', 'sessionId', 'aftersale_id', 'refund_id', 'version', 'status', 'feedbackId', 'closeReason'],
);
const value = fc.oneof(
  text,
  fc.jsonValue(),
  fc.bigInt().map(String),
  fc.constantFrom('200', 200, 'MSG', 'trade_refund_BuyerCreated', 'feedback.created', '%', '%7B%7D'),
);
const object = fc.dictionary(fieldNames, value).map((fields) => JSON.stringify(fields));
const body = fc.oneof(
  text,
  fc.json(),
  object,
  fc.array(object, { maxLength: 3 }).map((each) => `[${each.join(',')}]`),
);
const eventType = fc.oneof(fc.constantFrom('MSG', 'SESSION_START', 'SESSION_END'), text);

const signed = fc
  .record({ source: sources, body, eventType, webhookId: fc.constantFrom('msg_1', 'msg_2') })
  .map((message) => callWith(message));
const query = fc.dictionary(
  fc.constantFrom('time', 'checksum', 'eventType', 'msg_signature', 'timestamp', 'nonce', 'echostr'),
  text,
);
const headerNames = fc.constantFrom(
  ...['event-sign', 'Event-Sign', 'app-id', 'client-id', 'webhook-id', 'webhook-timestamp', '__proto__'],
  ...['webhook-signature', 'content-type'],
);
const unsigned = fc
  .record({
    source: fc.oneof(sources, text),
    body,
    headers: fc.dictionary(headerNames, text),
    query,
    method: fc.constantFrom('GET', 'POST'),
  })
  .map(({ source, query: asked, method, ...part }) =>
    ticketEvent(source, { ...part, query: new URLSearchParams(asked).toString() }, method),
  );
/** A good call with one thing that its signature covers replaced. */
const forged = fc.tuple(signed, fc.constantFrom('body', 'signature'), text).map(([call, what, other]) => {
  if (what === 'body') {
    // WeCom signs what it encrypts, and nothing around it.
    const body = call.rawPath.endsWith('wecom')
      ? call.body.replace('<Encrypt><![CDATA[', '<Encrypt><![CDATA[A')
      : `${call.body}${other}x`;
    return { ...call, body };
  }
  const changed = (each: string): string =>
    each.replace(/[0-9a-f](?=[^0-9a-f]*$)/, (x) => (x === '0' ? '1' : '0'));
  const { headers, rawQueryString } = call;
  const names = ['event-sign', 'webhook-signature'];
  return {
    ...call,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, each]) => [name, names.includes(name) ? changed(each) : each]),
    ),
    rawQueryString: rawQueryString.replace(
      /(checksum|msg_signature)=(\w+)/,
      (_all, name: string, sign: string) => `${name}=${changed(sign)}`,
    ),
  };
});

const stored = async () => {
  const { Items = [] } = await tables.documents().send(new ScanCommand({ TableName: tables.name('inbox') }));
  return Items.map(({ id }) => String(id));
};

it(`${runs} generated calls get an answer below 500; what was signed is kept and read or buried, the rest leaves no row`, async () => {
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
  const handle = await loadIntake(tables);
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  const kinds = fc.oneof(
    signed.map((call) => ({ kind: 'signed', call })),
    unsigned.map((call) => ({ kind: 'unsigned', call })),
    forged.map((call) => ({ kind: 'forged', call })),
  );
  try {
    await fc.assert(
      fc.asyncProperty(kinds, fc.boolean(), async ({ kind, call }, encoded) => {
        const sent: TicketCall = encoded ? base64(call) : call;
        const { status } = await handle(sent);
        count(`${kind} ${status}`);
        expect(status).toBeLessThan(500);
        if (kind === 'signed') expect(status).toBe(200);
        else expect([401, 404]).toContain(status);
      }),
      { numRuns: runs },
    );
  } finally {
    vi.restoreAllMocks();
  }
  // The generator reaches every kind of answer, or it proves nothing.
  expect([...seen.keys()].sort()).toEqual(['forged 401', 'signed 200', 'unsigned 401', 'unsigned 404']);
  const rows = await stored();
  expect(rows.length).toBeLessThanOrEqual(seen.get('signed 200') ?? 0);
  const { open } = seals([Buffer.from(sealKey, 'base64')]);
  const store = inbox(tables.name('inbox'));
  for (const id of rows) {
    const receipt = await store.find(id);
    if (!receipt) throw new Error(`no receipt ${id}`);
    try {
      count(readReceipt(receipt, open(receipt.body ?? '')).kind);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInputError);
      count('buried');
    }
  }
  expect(seen.get('events')).toBeGreaterThan(0);
  expect(seen.get('buried')).toBeGreaterThan(0);
  for (const { secret } of [
    localAccounts.youzan,
    localAccounts.doudian,
    localAccounts.qiyu,
    localAccounts.app,
  ]) {
    expect(output).not.toContain(secret);
  }
}, 60_000);
