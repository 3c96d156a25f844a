import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { type FeishuClient, type FeishuRequest, feishuClient } from '../../shared/feishu/client.ts';
import { deliveryUuid, feishuMessages } from '../../shared/feishu/messages.ts';
import { patientClient } from '../../shared/feishu/patience.ts';
import { manualClock } from '../../simulator/clock.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { quietApps } from './quiet-apps.ts';

const appId = 'cli_a1zhida00000001';
const appSecret = 'dev-secret-zhida';
const MESSAGES = '/open-apis/im/v1/messages';
const CREATE = `POST ${MESSAGES}`;
const card = JSON.stringify({
  schema: '2.0',
  body: { elements: [{ tag: 'markdown', content: '秘密正文' }] },
});

/** Everything that the test's process says while it runs. */
const listen = (): (() => string) => {
  const said: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      said.push(String(chunk));
      return true;
    });
  }
  for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      said.push(JSON.stringify(parts));
    });
  }
  return () => said.join('\n');
};

let heard: () => string;
beforeEach(() => {
  heard = listen();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('the client against the simulator', () => {
  const clock = manualClock(Date.parse('2026-11-23T00:30:00Z'));
  let feishu: FeishuSimulator;
  let client: FeishuClient;
  let tokenRequests: number;
  let uuids = 0;

  beforeAll(async () => {
    feishu = await startFeishu({ clock, apps: quietApps });
  });
  afterAll(() => feishu.close());
  beforeEach(async () => {
    // Past every rate window and the life of every token.
    await clock.advance(3 * 60 * 60_000);
    feishu.tenant.faults.set([]);
    tokenRequests = 0;
    const issue = feishu.tenant.tokens.issue;
    vi.spyOn(feishu.tenant.tokens, 'issue').mockImplementation((app) => {
      tokenRequests += 1;
      return issue(app);
    });
    client = feishuClient({ appId, appSecret, domain: feishu.url, now: clock.now, timeoutMs: 2000 });
  });

  const personOf = (index: number): string => feishu.tenant.company.people[index]?.unionId ?? '';
  const send = (index = 0, uuid = deliveryUuid(appId, 'client', (uuids += 1))) =>
    feishuMessages(client).sendCard({ receiveIdType: 'union_id', receiveId: personOf(index), uuid, card });

  it('makes one token request for ten concurrent cold calls', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) => send(index)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array.from({ length: 10 }, () => 'ok'));
    expect(tokenRequests).toBe(1);
  });

  it('asks again before a token ends, not sooner', async () => {
    await send();
    await clock.advance(114 * 60_000);
    await send();
    expect(tokenRequests).toBe(1);
    await clock.advance(2 * 60_000);
    expect(await send()).toMatchObject({ kind: 'ok' });
    expect(tokenRequests).toBe(2);
  });

  it.each([200, 400, 401] as const)('renews a refused token once, reported with HTTP %i', async (status) => {
    feishu.tenant.setSwitches({ tokenErrorStatus: status });
    const early = feishuClient({ appId, appSecret, domain: feishu.url, now: () => 0, timeoutMs: 2000 });
    const path = '/open-apis/contact/v3/scopes';
    const read = () => early.call({ method: 'GET', path }, z.unknown());
    await read();
    await clock.advance(121 * 60_000);
    const outcomes = await Promise.all([read(), read(), read()]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['ok', 'ok', 'ok']);
    expect(tokenRequests).toBe(2);
  });

  it('answers the message and its chat, and the log id that support asks for', async () => {
    expect(await send()).toEqual({
      kind: 'ok',
      data: {
        messageId: expect.stringMatching(/^om_/) as string,
        chatId: expect.stringMatching(/^oc_/) as string,
      },
      logId: expect.stringMatching(/^\d{14}/) as string,
    });
  });

  it('reads a code in an HTTP 200 as a refusal', async () => {
    feishu.tenant.setSwitches({ businessErrorStatus: 'ok' });
    const outsider = feishu.tenant.company.outOfRangeUserIds[0];
    const index = feishu.tenant.company.people.findIndex(({ userId }) => userId === outsider);
    expect(await send(index)).toMatchObject({
      kind: 'refused',
      code: 230013,
      reason: 'person_not_available',
      final: true,
      retryable: false,
    });
    feishu.tenant.setSwitches({ businessErrorStatus: 'documented' });
  });

  it('waits as long as x-ogw-ratelimit-reset says after a 429', async () => {
    feishu.tenant.faults.set([{ api: CREATE, kind: '429' }]);
    expect(await send()).toMatchObject({
      kind: 'refused',
      code: 99991400,
      reason: 'rate_limited',
      retryAfterMs: 1000,
      retryable: true,
      final: false,
    });
  });

  it('may try again after a 5xx that names a code', async () => {
    feishu.tenant.faults.set([{ api: CREATE, kind: '503' }]);
    expect(await send()).toMatchObject({ kind: 'refused', retryable: true, final: false });
  });

  it('does not know what a lost reply did, and the same uuid finds it out', async () => {
    feishu.tenant.faults.set([{ api: CREATE, kind: 'lost_reply', count: 1 }]);
    const uuid = deliveryUuid(appId, 'lost', 1);
    expect(await send(0, uuid)).toMatchObject({ kind: 'unknown', reason: 'no_reply' });
    const messages = (): number => feishu.tenant.chats.all().flatMap((chat) => chat.messages).length;
    const before = messages();
    expect(await send(0, uuid)).toMatchObject({ kind: 'ok' });
    expect(messages()).toBe(before);
  });

  it('does not know what a request that timed out did', async () => {
    feishu.tenant.faults.set([{ api: CREATE, kind: 'timeout', count: 1 }]);
    client = feishuClient({ appId, appSecret, domain: feishu.url, now: clock.now, timeoutMs: 50 });
    expect(await send()).toMatchObject({ kind: 'unknown', reason: 'timeout' });
  });

  it('takes the time-out of one call before its own', async () => {
    feishu.tenant.faults.set([{ api: 'GET /open-apis/contact/v3/scopes', kind: 'timeout', count: 1 }]);
    const startedAt = performance.now();
    const request: FeishuRequest = { method: 'GET', path: '/open-apis/contact/v3/scopes', timeoutMs: 50 };
    expect(await client.call(request, z.unknown())).toMatchObject({ kind: 'unknown', reason: 'timeout' });
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it('sends nothing while the app cannot get a token', async () => {
    const sends = (): number => feishu.tenant.calls.since(0).filter(({ api }) => api === CREATE).length;
    const before = sends();
    client = feishuClient({ appId, appSecret: 'wrong', domain: feishu.url, now: clock.now });
    expect(await send()).toMatchObject({
      kind: 'refused',
      code: 10014,
      reason: 'app_credentials_wrong',
      final: false,
    });
    expect(sends()).toBe(before);
  });

  it('says nothing secret, whatever goes wrong', async () => {
    feishu.tenant.faults.set([{ api: CREATE, kind: 'lost_reply', count: 1 }]);
    await send();
    feishu.tenant.faults.set([{ api: CREATE, kind: '500', count: 1 }]);
    await send();
    const path = '/open-apis/im/v1/messages/om_0123456789abcdef';
    await client.call({ method: 'PATCH', path, body: { content: card } }, z.unknown());
    client = feishuClient({ appId, appSecret: 'wrong-secret', domain: feishu.url, now: clock.now });
    await send();
    client = feishuClient({ appId, appSecret, domain: 'http://127.0.0.1:9', now: clock.now });
    await send();
    const output = heard();
    expect(output).toContain('feishu_call_failed');
    expect(output).toContain('PATCH /open-apis/im/v1/messages/:id');
    expect(output).not.toMatch(/wrong-secret|dev-secret|Bearer|t-[0-9a-f]{20}|秘密正文|om_0|on_/);
  });

  it('that is patient repeats what may work in a moment and nothing else', async () => {
    const sleep = vi.fn((ms: number) => clock.advance(ms));
    const patient = patientClient(client, { withinMs: 5000, sleep, now: clock.now });
    const read = () => patient.call({ method: 'GET', path: '/open-apis/contact/v3/scopes' }, z.unknown());
    feishu.tenant.faults.set([{ api: 'GET /open-apis/contact/v3/scopes', kind: '429', count: 2 }]);
    expect(await read()).toMatchObject({ kind: 'ok' });
    expect(sleep.mock.calls).toEqual([[1000], [1000]]);
    feishu.tenant.faults.set([{ api: 'GET /open-apis/contact/v3/scopes', kind: '500' }]);
    expect(await read()).toMatchObject({ kind: 'refused', retryable: true });
    sleep.mockClear();
    expect(
      await patient.call({ method: 'GET', path: `${MESSAGES}/om_x/read_users` }, z.unknown()),
    ).toMatchObject({
      kind: 'refused',
      final: true,
    });
    expect(sleep).not.toHaveBeenCalled();
  });
});

describe('a server that behaves as no simulator can', () => {
  let server: Server;
  let answer: RequestListener;
  let domain: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url?.includes('/auth/')) {
        response.end('{"code":0,"msg":"ok","tenant_access_token":"t-0000000000000000000a","expire":7200}');
      } else answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    domain = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const call = (schema: z.core.$ZodType = z.object({ message_id: z.string() })) =>
    feishuClient({ appId, appSecret, domain, timeoutMs: 500 }).call(
      { method: 'POST', path: MESSAGES, body: { content: card } },
      schema,
    );

  it.each<[string, RequestListener, object]>([
    [
      'half an answer is unknown',
      (_, response) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('{"code":0,"data":{"message_id":"om_');
        setTimeout(() => response.destroy(), 20);
      },
      { kind: 'unknown', reason: 'no_reply' },
    ],
    [
      'a success that cannot be read is unknown',
      (_, response) => response.end('<html>'),
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
    [
      'a success without what was promised is unknown',
      (_, response) => response.end('{"code":0,"data":{}}'),
      { kind: 'unknown', reason: 'unreadable_reply' },
    ],
    [
      'a gateway that answers for Feishu leaves it unknown',
      (_, response) => response.writeHead(502).end('<html>Bad Gateway</html>'),
      { kind: 'unknown', reason: 'http_502' },
    ],
    [
      'a wall in between refuses',
      (_, response) => response.writeHead(403).end('<html>Forbidden</html>'),
      { kind: 'refused', code: 'http_403', retryable: true, final: false },
    ],
    [
      'a redirect is not followed',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      { kind: 'refused', code: 'http_302' },
    ],
    [
      'a code that no page names may be tried again',
      (_, response) => response.writeHead(400).end('{"code":123456,"msg":"new"}'),
      { kind: 'refused', code: 123456, reason: 'code_unknown', retryable: true, final: false },
    ],
    [
      'a token refused twice is refused',
      (_, response) => response.end('{"code":99991663,"msg":"invalid access token"}'),
      { kind: 'refused', code: 99991663, reason: 'token_expired' },
    ],
  ])('%s', async (_, listener, expected) => {
    answer = listener;
    expect(await call()).toMatchObject(expected);
  });

  it('a closed port is a refusal: nothing was written', async () => {
    const port = await new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = probe.address() as AddressInfo;
        probe.close(() => {
          resolve(free);
        });
      });
    });
    const client = feishuClient({ appId, appSecret, domain: `http://127.0.0.1:${port}` });
    expect(await client.call({ method: 'POST', path: MESSAGES }, z.unknown())).toMatchObject({
      kind: 'refused',
      code: 'no_connection',
      retryable: true,
      final: false,
    });
  });
});
