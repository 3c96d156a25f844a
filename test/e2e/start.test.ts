import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signed } from '../../events/metric-intake/sign.ts';
import { isTaken } from '../../simulator/is-taken.ts';
import { type Run, run } from './run.ts';

const database = ({ ports }: Run): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: `http://127.0.0.1:${ports.dynamodb}`,
      region: 'ap-southeast-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  );

describe('npm start', () => {
  let start: Run;

  beforeAll(async () => {
    start = await run('simulator/start.ts');
    await start.waitFor('按 Ctrl-C 停止', 90_000);
  }, 100_000);

  afterAll(() => {
    start.child.kill('SIGKILL');
  });

  it('says what it starts and where it listens, and pushes today’s card', () => {
    for (const part of ['DynamoDB', 'BI', '飞书模拟器', '云函数']) expect(start.output()).toContain(part);
    expect(start.output()).toMatch(/晨报：已送达 [1-9]\d* 人/);
    expect(start.output()).toContain(`http://127.0.0.1:${start.ports.feishu}`);
  });

  it('serves the web client', async () => {
    const page = await (await fetch(`http://127.0.0.1:${start.ports.feishu}/`)).text();
    expect(page).toContain('<html lang="zh-CN"');
  });

  it('takes “the day is complete” and wakes the digest function through the stream', async () => {
    const { body, headers } = signed('day-completed');
    const url = `http://127.0.0.1:${start.ports.http}/metrics/bi`;
    const answer = await fetch(url, { method: 'POST', body, headers });
    expect(answer.status).toBe(200);
    // The woken function removes `work` from the row; until then it stands there.
    const workOf = async (): Promise<unknown> => {
      const { Items = [] } = await database(start).send(
        new QueryCommand({
          TableName: 'zhida-local-metrics',
          KeyConditionExpression: 'metric = :ready',
          ExpressionAttributeValues: { ':ready': 'ready#bi' },
        }),
      );
      expect(Items).toHaveLength(1);
      return Items[0]?.['work'];
    };
    await vi.waitFor(
      async () => {
        expect(await workOf()).toBeUndefined();
      },
      { timeout: 15_000, interval: 100 },
    );
  }, 20_000);

  it('tells a second one which port is taken and how to choose another', async () => {
    const second = await run('simulator/start.ts', start.ports);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`dynamodb ${start.ports.dynamodb}`);
    expect(second.output()).toContain('ZHIDA_DYNAMODB_PORT');
  });

  it('leaves nothing behind after Ctrl-C', async () => {
    start.child.kill('SIGINT');
    expect(await start.ended).toBe(0);
    const open = await Promise.all(Object.values(start.ports).map(isTaken));
    expect(open).toEqual([false, false, false, false, false, false]);
  }, 20_000);
});
