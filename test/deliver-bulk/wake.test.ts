import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { localTables } from '../local.ts';

const tables = localTables();
const invoked: string[] = [];
let status = 202;
/** Lambda's Invoke API: docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. */
const lambda = createServer((request, response) => {
  const type = String(request.headers['x-amz-invocation-type']);
  invoked.push(`${String(request.method)} ${String(request.url)} ${type}`);
  request.resume().on('end', () => response.writeHead(status).end());
});
let handler: (event: DynamoDBStreamEvent) => Promise<unknown>;

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await new Promise<void>((resolve) => {
    lambda.listen(0, '127.0.0.1', resolve);
  });
  const { port } = lambda.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', `http://127.0.0.1:${port}`);
  for (const name of ['deliveries', 'contents', 'people', 'settings', 'ops'])
    vi.stubEnv(`${name.toUpperCase()}_TABLE`, tables.name(name));
  vi.stubEnv('DELIVER_BULK_FUNCTION', 'zhida-test-deliver-bulk');
  vi.stubEnv('FEISHU_DOMAIN', 'http://127.0.0.1:9');
  vi.stubEnv('FEISHU_APPS', '[{"sender":"zhida","appId":"cli_a1zhida00000001","appSecret":"dev-secret"}]');
  ({ handler } = await import('../../functions/deliver/handler.ts'));
});
afterAll(() => {
  lambda.close();
  lambda.closeAllConnections();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
beforeEach(() => {
  invoked.length = 0;
  status = 202;
});

const eventWith = (work: string): DynamoDBStreamEvent => ({
  Records: [
    {
      dynamodb: {
        SequenceNumber: '1',
        NewImage: {
          subject: { S: 'broadcast:legal-42:v1' },
          recipient: { S: 'on_nobody' },
          work: { S: work },
        },
      },
    },
  ],
});

describe('deliver', () => {
  it('wakes deliver-bulk for the bulk lane and doesn’t wait for it', async () => {
    expect(await handler(eventWith('bulk'))).toEqual({ batchItemFailures: [] });
    expect(invoked).toEqual(['POST /2015-03-31/functions/zhida-test-deliver-bulk/invocations Event']);
  });

  it('wakes nobody for what it sends itself', async () => {
    expect(await handler(eventWith('now'))).toEqual({ batchItemFailures: [] });
    expect(invoked).toEqual([]);
  });

  it('leaves the record to the stream’s repeat when Lambda refuses', async () => {
    status = 400;
    expect(await handler(eventWith('bulk'))).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(invoked).toHaveLength(1);
  });
});
