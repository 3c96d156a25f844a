import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../simulator/dynamodb.ts';
import { createTables, readTables, tablesIn } from '../../simulator/tables.ts';
import { localTables } from '../local.ts';
import { until } from './until.ts';

const tables = localTables();
const answers = async (endpoint: string): Promise<boolean> => {
  try {
    await fetch(endpoint, { method: 'POST' });
    return true;
  } catch {
    return false;
  }
};

describe('the tables of serverless.yml', () => {
  it('stand in the local DynamoDB with their streams and indexes', async () => {
    const client = new DynamoDBClient({ endpoint: tables.endpoint() });
    const { TableNames } = await client.send(new ListTablesCommand({}));
    expect(TableNames).toEqual(
      readTables('test')
        .map(({ TableName }) => TableName)
        .sort(),
    );
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tables.name('deliveries') }));
    expect(Table?.LatestStreamArn).toContain('zhida-test-deliveries/stream/');
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort()).toEqual([
      'due',
      'message',
      'person',
    ]);
  });

  it('are created once', async () => {
    await expect(createTables(tables.endpoint(), 'test')).resolves.toEqual([]);
  });

  it('are refused by resource and field when their definition is wrong', () => {
    const wrong = {
      Resources: {
        InboxTable: {
          Type: 'AWS::DynamoDB::Table',
          Properties: { ...readTables('test')[0], TableName: 'zhida-${self:provider.stage}-inbox' },
        },
      },
    };
    expect(() => tablesIn(wrong)).toThrow(/InboxTable: TableName/);
  });
});

describe('the local DynamoDB', () => {
  const start = (options: { port?: number } = {}) => startDynamoDb(options, {});

  it('says which port is taken and what to set', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const address = holder.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(start({ port })).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringMatching(`port ${port} .*ZHIDA_DYNAMODB_PORT`) as string,
    });
    holder.close();
  });

  it('ends when it is closed and when it is killed', async () => {
    for (const end of ['close', 'kill'] as const) {
      const database = await start();
      await expect(answers(database.endpoint)).resolves.toBe(true);
      await database[end]();
      await expect(answers(database.endpoint)).resolves.toBe(false);
    }
  });

  it('ends when the process that started it dies of SIGKILL', async () => {
    const file = join(import.meta.dirname, '../../simulator/dynamodb.ts');
    const script = `import { startDynamoDb } from ${JSON.stringify(file)};
      console.log((await startDynamoDb()).endpoint); setInterval(() => {}, 1000);`;
    const env = { ...process.env };
    delete env['AWS_ENDPOINT_URL_DYNAMODB'];
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { env });
    const endpoint = await new Promise<string>((resolve) => {
      parent.stdout.once('data', (chunk: Buffer) => {
        resolve(chunk.toString().trim());
      });
    });
    await expect(answers(endpoint)).resolves.toBe(true);
    parent.kill('SIGKILL');
    await until(async () => !(await answers(endpoint)));
  });
});
