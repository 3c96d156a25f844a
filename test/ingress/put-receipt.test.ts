import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { inbox } from '../../shared/store/inbox.ts';
import { dynamoDbEndpoint, putReceiptTo, type Receipt } from '../../shared/store/put-receipt.ts';
import { localTables } from '../local.ts';

const tables = localTables();

const receipt = (id: string): Receipt => ({
  id,
  source: 'feishu',
  sender: 'zhida',
  eventType: 'im.message.message_read_v1',
  work: 'event',
  receivedAt: '2026-11-23T00:00:00.000Z',
  eventAt: '2026-11-22T23:59:59.000Z',
  body: '12345678.封',
});

type Answer = (response: ServerResponse, next: () => void) => void;
const refuse =
  (status: number, type: string): Answer =>
  (response) => {
    response.writeHead(status).end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}` }));
  };
const drop: Answer = (response) => {
  response.destroy();
};
const silence: Answer = () => undefined;
/** The write arrives, its answer does not. */
const loseAnswer: Answer = (response, next) => {
  next();
  response.destroy();
};

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

/** Signature Version 4 as AWS describes it (docs.aws.amazon.com/IAM, Create a signed request), by hand. */
const expectedSignature = ({ headers }: IncomingMessage, body: Buffer): string => {
  const [, day, region, names = ''] =
    /Credential=local\/(\d{8})\/([^/]+)\/dynamodb\/aws4_request, SignedHeaders=([^,]+)/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const lines = names.split(';').map((name) => `${name}:${String(headers[name])}\n`);
  const canonical = `POST\n/\n\n${lines.join('')}\n${names}\n${sha256(body)}`;
  const scope = `${String(day)}/${String(region)}/dynamodb/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${String(headers['x-amz-date'])}\n${scope}\n${sha256(canonical)}`;
  const key = [String(day), String(region), 'dynamodb', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    'AWS4local',
  );
  return hmac(key, toSign).toString('hex');
};

let proxy: Server | undefined;
let seen = 0;
let last: { request: IncomingMessage; body: Buffer } | undefined;

const forward = async (request: IncomingMessage, body: Buffer): Promise<Response> =>
  fetch(tables.endpoint(), { method: 'POST', headers: request.headers as Record<string, string>, body });

/** Stands between us and the real DynamoDB and answers the first calls as told. */
const faulty = async (...answers: Answer[]): Promise<Record<string, string>> => {
  seen = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      last = { request, body: Buffer.concat(chunks) };
      const answer = answers[seen];
      seen += 1;
      if (answer) {
        answer(response, () => void forward(request, Buffer.concat(chunks)));
        return;
      }
      void forward(request, Buffer.concat(chunks)).then(async (reply) => {
        response.writeHead(reply.status).end(await reply.text());
      });
    });
  });
  proxy = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    AWS_REGION: 'ap-southeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
  };
};

afterEach(() => {
  proxy?.closeAllConnections();
  proxy?.close();
  proxy = undefined;
});

describe('putReceiptTo', () => {
  it('writes the row that the SDK store reads', async () => {
    await expect(putReceiptTo(tables.name('inbox'))(receipt('feishu:a#1'))).resolves.toBe(true);
    await expect(inbox(tables.name('inbox')).find('feishu:a#1')).resolves.toMatchObject({
      id: 'feishu:a#1',
      state: 'received',
      sender: 'zhida',
      eventType: 'im.message.message_read_v1',
      body: '12345678.封',
      dueShard: 'event',
      dueAt: '2026-11-23T00:01:00.000Z',
    });
    const { Item } = await tables
      .documents()
      .send(new GetCommand({ TableName: tables.name('inbox'), Key: { id: 'feishu:a#1' } }));
    expect(Item).toMatchObject({ work: 'event', expiresAt: Date.parse('2026-12-07T00:00:00Z') / 1000 });
  });

  it('the row it wrote can be taken, is found by the sweep and is done once', async () => {
    const rows = inbox(tables.name('inbox'));
    await putReceiptTo(tables.name('inbox'))(receipt('feishu:a#taken'));
    await expect(rows.listOverdue(new Date('2026-11-23T00:01:01Z'))).resolves.toContain('feishu:a#taken');
    await expect(rows.take('feishu:a#taken', new Date('2026-11-23T00:00:01Z'))).resolves.toBeDefined();
    await expect(rows.take('feishu:a#taken', new Date('2026-11-23T00:00:02Z'))).resolves.toBeUndefined();
  });

  it('signs host, target, session token and body as Signature Version 4 asks', async () => {
    const put = putReceiptTo(tables.name('inbox'), { ...(await faulty()), AWS_SESSION_TOKEN: 'session' });
    await put(receipt('feishu:a#signed'));
    const { request, body } = last ?? expect.fail('nothing arrived');
    expect(request.headers['x-amz-security-token']).toBe('session');
    expect(request.headers.authorization).toMatch(/SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*x-amz-target/);
    expect(request.headers.authorization).toContain(`Signature=${expectedSignature(request, body)}`);
  });

  it.each([
    ['ap-southeast-1', 'https://dynamodb.ap-southeast-1.amazonaws.com/'],
    ['cn-northwest-1', 'https://dynamodb.cn-northwest-1.amazonaws.com.cn/'],
  ])('speaks to %s at %s', (AWS_REGION, url) => {
    expect(dynamoDbEndpoint({ AWS_REGION }).href).toBe(url);
  });

  it('answers false for a row that is there and leaves it as it was', async () => {
    const put = putReceiptTo(tables.name('inbox'));
    await expect(put(receipt('feishu:a#2'))).resolves.toBe(true);
    await expect(put({ ...receipt('feishu:a#2'), body: 'other' })).resolves.toBe(false);
    await expect(inbox(tables.name('inbox')).find('feishu:a#2')).resolves.toMatchObject({
      body: '12345678.封',
    });
  });

  it('writes once when twenty ask at the same time', async () => {
    const put = putReceiptTo(tables.name('inbox'));
    const answers = await Promise.all(Array.from({ length: 20 }, () => put(receipt('feishu:a#3'))));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it.each([
    ['a 500', refuse(500, 'InternalServerError')],
    ['a 503', refuse(503, 'ServiceUnavailable')],
    ['a throttle', refuse(400, 'ThrottlingException')],
    ['an exceeded capacity', refuse(400, 'ProvisionedThroughputExceededException')],
    ['a connection that breaks', drop],
    ['an answer that never comes', silence],
  ])('gets over %s', async (name, fault) => {
    const put = putReceiptTo(tables.name('inbox'), await faulty(fault));
    await expect(put(receipt(`feishu:a#${name}`))).resolves.toBe(true);
    expect(seen).toBe(2);
  });

  it('a write whose answer was lost is the same row on the second try', async () => {
    const put = putReceiptTo(tables.name('inbox'), await faulty(loseAnswer));
    await put(receipt('feishu:a#lost'));
    await expect(inbox(tables.name('inbox')).find('feishu:a#lost')).resolves.toBeDefined();
  });

  it('gives up after two retries, within the 3 s of Feishu', async () => {
    const put = putReceiptTo(tables.name('inbox'), await faulty(silence, silence, silence));
    const started = Date.now();
    await expect(put(receipt('feishu:a#4'))).rejects.toMatchObject({
      code: 'store_unavailable',
      status: 502,
    });
    expect(seen).toBe(3);
    expect(Date.now() - started).toBeLessThan(2900);
  });

  it('does not repeat what DynamoDB refuses', async () => {
    const put = putReceiptTo(tables.name('inbox'), await faulty(refuse(400, 'AccessDeniedException')));
    await expect(put(receipt('feishu:a#5'))).rejects.toMatchObject({
      code: 'store_refused',
      details: { status: 400, type: 'AccessDeniedException' },
    });
    expect(seen).toBe(1);
  });

  it('a table that is missing is refused by the real engine', async () => {
    await expect(putReceiptTo('no-such-table')(receipt('feishu:a#6'))).rejects.toMatchObject({
      details: { type: 'ResourceNotFoundException' },
    });
  });

  it('does not start without credentials', () => {
    expect(() => putReceiptTo('inbox', { AWS_REGION: 'cn-north-1' })).toThrow(
      expect.objectContaining({ code: 'invalid_config' }),
    );
  });
});
