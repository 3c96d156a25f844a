import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GatewayEvent } from '../../events/sign.ts';
import { seals } from '../../shared/seal.ts';
import { inbox } from '../../shared/store/inbox.ts';
import { localTables } from '../local.ts';
import {
  base64,
  callWith,
  legal,
  loadHandler,
  plain,
  type Recorded,
  readEvent,
  sealKey,
  secrets,
  zhida,
} from './calls.ts';

const tables = localTables();
let handle: Awaited<ReturnType<typeof loadHandler>>;
let output = '';

const recorded = (name: string): GatewayEvent => {
  const require = createRequire(import.meta.url);
  const path = require.resolve(`../../events/feishu-events/${name}.js`);
  Reflect.deleteProperty(require.cache, path);
  return require(path) as GatewayEvent;
};
const stored = async (): Promise<Record<string, unknown>[]> =>
  (await tables.documents().send(new ScanCommand({ TableName: tables.name('inbox') }))).Items ?? [];
const opened = async (id: string): Promise<unknown> => {
  const row = await inbox(tables.name('inbox')).find(id);
  return JSON.parse(seals([Buffer.from(sealKey, 'base64')]).open(row?.body ?? '')) as unknown;
};

beforeAll(async () => {
  handle = await loadHandler(tables);
});
beforeEach(() => {
  output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const secret of secrets) expect(output).not.toContain(secret);
});

describe('recorded events', () => {
  const names = readdirSync(new URL('../../events/feishu-events/plain', import.meta.url)).map((file) =>
    file.replace('.json', ''),
  );

  it.each(names)('%s is accepted twice and kept at most once', async (name) => {
    expect((await handle(recorded(name))).status).toBe(200);
    expect((await handle(recorded(name))).status).toBe(200);
    const { header, event, uuid } = plain(name) as Partial<Recorded>;
    const message = event?.['message'] as { message_id: string } | undefined;
    const id = message?.message_id ?? header?.['event_id'] ?? uuid ?? '';
    const rows = (await stored()).filter((row) => String(row['id']).endsWith(`#${id}`));
    expect(rows).toHaveLength(name === 'url-verification' ? 0 : 1);
  });

  it('each type leaves a receipt with its type, sender and time', async () => {
    for (const name of names) await handle(recorded(name));
    const rows = await stored();
    const byType = (type: string) => rows.filter((row) => row['eventType'] === type);
    expect(byType('im.message.message_read_v1')).toMatchObject([
      {
        id: `feishu:${zhida.appId}#5e3702a84e847582be8db7fb73283c02`,
        sender: 'zhida',
        source: 'feishu',
        state: 'received',
        work: 'event',
        eventAt: '2026-11-22T00:00:00.000Z',
      },
    ]);
    expect(byType('p2p_chat_create')).toMatchObject([
      { id: `feishu:${zhida.appId}#41b5f371157e3d5341b38b20396e77e3`, eventAt: '2026-11-22T00:00:04.717Z' },
    ]);
    expect(byType('im.chat.disbanded_v9')).toMatchObject([{ eventAt: '2026-11-22T00:00:10.000Z' }]);
    expect(byType('im.message.receive_v1').map((row) => [row['id'], row['sender']])).toEqual(
      expect.arrayContaining([
        [`feishu:${zhida.appId}#om_dev_question_1`, 'zhida'],
        [`feishu:${legal.appId}#om_dev_question_2`, 'legal'],
      ]),
    );
    for (const type of [
      'application.bot.menu_v6',
      'im.chat.member.bot.added_v1',
      'contact.user.deleted_v3',
    ]) {
      expect(byType(type)).toHaveLength(1);
    }
  });
});

describe('feishu-events', () => {
  it('keeps the event sealed, whole, in Chinese and without its token', async () => {
    await handle(recorded('legal-receive-text'));
    const { header, ...rest } = plain('legal-receive-text');
    const kept: Record<string, string> = { ...header };
    Reflect.deleteProperty(kept, 'token');
    expect(await opened(`feishu:${legal.appId}#om_dev_question_2`)).toEqual({ ...rest, header: kept });
    expect(JSON.stringify(await stored())).not.toContain('帮助');
  });

  it('reads a base64 body as UTF-8 and hashes its bytes', async () => {
    const text = readEvent({ event_id: 'base64-1' }, { note: '数据截至昨日 24:00 · 𠮷' });
    expect(await handle(base64(callWith(text)))).toEqual({ status: 200, json: {} });
    expect(await opened(`feishu:${zhida.appId}#base64-1`)).toMatchObject({
      event: { note: '数据截至昨日 24:00 · 𠮷' },
    });
  });

  it('takes header names in any case', async () => {
    const call = callWith(readEvent({ event_id: 'case-1' }));
    const headers = Object.fromEntries(Object.entries(call.headers).map(([k, v]) => [k.toUpperCase(), v]));
    expect((await handle({ ...call, headers })).status).toBe(200);
  });

  it('answers the address check of each sender within its second and stores nothing', async () => {
    const before = (await stored()).length;
    const started = performance.now();
    expect(await handle(recorded('url-verification'))).toEqual({
      status: 200,
      json: { challenge: 'ajls384kdjx98XX' },
    });
    expect(performance.now() - started).toBeLessThan(1000);
    const ofLegal = JSON.stringify({ type: 'url_verification', token: 'dev-token-legal', challenge: 'c-2' });
    const call = callWith(ofLegal, { encryptKey: 'dev-encrypt-key-legal' });
    expect((await handle({ ...call, headers: {} })).json).toEqual({ challenge: 'c-2' });
    expect(await stored()).toHaveLength(before);
  });

  it('is 200 and one row for the same event under two nonces, and for the same message under two event ids', async () => {
    const text = readEvent({ event_id: 'twice-1' });
    const [first, again] = [await handle(callWith(text)), await handle(callWith(text))];
    expect([first.status, again.status]).toEqual([200, 200]);
    await handle(recorded('receive-text'));
    await handle(recorded('receive-text-again'));
    const ids = (await stored()).map((row) => String(row['id']));
    expect(ids.filter((id) => id.endsWith('twice-1'))).toHaveLength(1);
    expect(ids.filter((id) => id.endsWith('om_dev_question_1'))).toHaveLength(1);
  });

  it('the same event id of two apps is two rows', async () => {
    await handle(callWith(readEvent({ event_id: 'same-1' })));
    const ofLegal = readEvent({ event_id: 'same-1', app_id: legal.appId, token: 'dev-token-legal' });
    expect((await handle(callWith(ofLegal, { encryptKey: 'dev-encrypt-key-legal' }))).status).toBe(200);
    expect((await stored()).filter((row) => String(row['id']).endsWith('#same-1'))).toHaveLength(2);
  });

  it('keeps an event whose time cannot be read, with the time of its arrival', async () => {
    await handle(callWith(readEvent({ event_id: 'time-1', create_time: 'yesterday' })));
    const row = await inbox(tables.name('inbox')).find(`feishu:${zhida.appId}#time-1`);
    expect(row?.eventAt).toBe(row?.receivedAt);
  });
});

describe('bad input', () => {
  const good = (): GatewayEvent => callWith(readEvent({ event_id: 'bad-input' }));
  const withHeaders = (headers: Record<string, string>): GatewayEvent => {
    const call = good();
    return { ...call, headers: { ...call.headers, ...headers } };
  };
  const without = (name: string): GatewayEvent => withHeaders({ [name]: '' });
  const withBody = (body: string): GatewayEvent => ({ ...good(), body });
  const stale = new Date(Date.now() - 6 * 60_000);
  const early = new Date(Date.now() + 6 * 60_000);
  const zhidaKey = 'dev-encrypt-key-zhida';
  const noHeader = JSON.stringify({ schema: '2.0', event: { message_id_list: [] } });
  const bigEvent = (bytes: number): GatewayEvent =>
    callWith(readEvent({ event_id: 'bad-input' }, { padding: 'x'.repeat(bytes) }));

  it.each<[string, () => GatewayEvent, [number, string]]>([
    [
      'a bad signature',
      () => withHeaders({ 'x-lark-signature': '0'.repeat(64) }),
      [401, 'signature_invalid'],
    ],
    [
      'a signature that is not hex',
      () => withHeaders({ 'x-lark-signature': '数据' }),
      [401, 'signature_invalid'],
    ],
    ['a changed nonce', () => withHeaders({ 'x-lark-request-nonce': 'other' }), [401, 'signature_invalid']],
    ['another key', () => callWith(readEvent(), { encryptKey: 'another' }), [401, 'signature_invalid']],
    ['an empty key', () => callWith(readEvent(), { encryptKey: '' }), [401, 'signature_invalid']],
    ['no signature', () => without('x-lark-signature'), [401, 'headers_missing']],
    ['no timestamp', () => without('x-lark-request-timestamp'), [401, 'headers_missing']],
    ['no nonce', () => without('x-lark-request-nonce'), [401, 'headers_missing']],
    [
      'an old timestamp',
      () => callWith(readEvent(), { encryptKey: zhidaKey, at: stale }),
      [401, 'timestamp_out_of_window'],
    ],
    [
      'an early timestamp',
      () => callWith(readEvent(), { encryptKey: zhidaKey, at: early }),
      [401, 'timestamp_out_of_window'],
    ],
    ['a wrong token', () => callWith(readEvent({ token: 'dev-token-legal' })), [401, 'token_invalid']],
    ['an empty token', () => callWith(readEvent({ token: '' })), [401, 'token_invalid']],
    ['another app id', () => callWith(readEvent({ app_id: 'cli_other' })), [401, 'app_invalid']],
    [
      'the app id of another sender',
      () => callWith(readEvent({ app_id: legal.appId })),
      [401, 'app_invalid'],
    ],
    ['a truncated body', () => withBody(good().body.slice(0, 40)), [400, 'invalid_json']],
    [
      'a body that lost its end',
      () => withBody(good().body.replace(/.{30}"\}$/, '"}')),
      [401, 'signature_invalid'],
    ],
    ['an empty body', () => withBody(''), [400, 'invalid_json']],
    ['text', () => withBody('hello'), [400, 'invalid_json']],
    ['JSON null', () => withBody('null'), [400, 'not_encrypted']],
    ['a plaintext event', () => withBody(readEvent()), [400, 'not_encrypted']],
    ['encrypt that is not text', () => withBody('{"encrypt":1}'), [400, 'not_encrypted']],
    ['an event without header', () => callWith(noHeader), [400, 'invalid_input']],
    ['a header without event id', () => callWith(readEvent({ event_id: undefined })), [400, 'invalid_input']],
    ['an empty event id', () => callWith(readEvent({ event_id: '' })), [400, 'invalid_input']],
    [
      'an endless event id',
      () => callWith(readEvent({ event_id: 'x'.repeat(3000) })),
      [400, 'invalid_input'],
    ],
    ['signed text that is not JSON', () => callWith('hello'), [400, 'body_undecryptable']],
    ['signed JSON null', () => callWith('null'), [400, 'invalid_input']],
    ['6 MB', () => withBody('x'.repeat(6 * 1024 * 1024)), [413, 'payload_too_large']],
    ['6 MB in base64', () => base64(withBody('x'.repeat(6 * 1024 * 1024))), [413, 'payload_too_large']],
    ['half a million Chinese characters', () => withBody('数'.repeat(500_000)), [413, 'payload_too_large']],
    ['an event above what a row holds', () => bigEvent(400 * 1024), [413, 'payload_too_large']],
  ])('%s: a stable code, nothing stored', async (_, call, [status, code]) => {
    const before = (await stored()).length;
    const reply = await handle(call());
    expect({ status: reply.status, code: reply.json['code'] }).toEqual({ status, code });
    expect(await stored()).toHaveLength(before);
    expect(output).toContain(`"code":"${code}"`);
    expect(output).not.toContain('message_id_list');
  });

  it('a body that is signed but was not encrypted with the key is undecryptable', async () => {
    const { createHash } = await import('node:crypto');
    const call = withBody(JSON.stringify({ encrypt: Buffer.alloc(48, 7).toString('base64') }));
    const stamp = call.headers['x-lark-request-timestamp'] ?? '';
    const nonce = call.headers['x-lark-request-nonce'] ?? '';
    const signature = createHash('sha256')
      .update(stamp + nonce + zhidaKey + call.body)
      .digest('hex');
    const reply = await handle({ ...call, headers: { ...call.headers, 'x-lark-signature': signature } });
    expect(reply).toMatchObject({ status: 400, json: { code: 'body_undecryptable' } });
  });

  it('an event just below the limit is kept', async () => {
    const text = readEvent({ event_id: 'large-1' }, { padding: 'x'.repeat(224 * 1024) });
    expect((await handle(callWith(text))).status).toBe(200);
  });

  it('is 5xx without a reason when DynamoDB fails, so that Feishu repeats the event', async () => {
    const broken = await loadHandler(tables, [zhida], { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' });
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = tables.endpoint();
    expect(await broken(good())).toEqual({ status: 500, json: { code: 'internal' } });
    expect(output).toContain('"code":"store_unavailable"');
  });
});

describe('without what proves a sender it refuses to start', () => {
  it.each<[string, unknown]>([
    ['no sender', []],
    ['no encrypt key', [{ ...zhida, encryptKeys: [] }]],
    ['an empty encrypt key', [{ ...zhida, encryptKeys: [''] }]],
    ['a missing encrypt key', [{ ...zhida, encryptKeys: undefined }]],
    ['an empty second key', [{ ...zhida, encryptKeys: ['dev-encrypt-key-zhida', ''] }]],
    ['three keys', [{ ...zhida, encryptKeys: ['a', 'b', 'c'] }]],
    ['an unresolved secret', [{ ...zhida, encryptKeys: ['{{resolve:secretsmanager:feishu}}'] }]],
    ['no token', [{ ...zhida, verificationTokens: [] }]],
    ['no app id', [{ ...zhida, appId: '' }]],
  ])('%s', async (_, senders) => {
    const load = loadHandler(tables, senders);
    await expect(load).rejects.toMatchObject({ name: 'InvalidConfigError', code: 'invalid_config' });
    await expect(load).rejects.toThrow(/^environment: FEISHU_CALLBACK_KEYS/);
  });
});
