import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../simulator/dynamodb.ts';
import { createTables } from '../../simulator/tables.ts';
import { hasJava, startAmazonEngine } from './amazon-engine.ts';
import { recordsOf } from './records.ts';

const table = 'zhida-test-inbox';

/** What a write that changes nothing does to the stream is where the engines differ; AWS does as its own engine. */
const engines = [
  { name: 'the local default', start: () => startDynamoDb({}, {}), recordsOfNoChange: 1 },
  ...(hasJava() ? [{ name: "Amazon's engine", start: startAmazonEngine, recordsOfNoChange: 0 }] : []),
];

describe.each(engines)('on $name', ({ start, recordsOfNoChange }) => {
  let engine: Awaited<ReturnType<typeof start>>;
  let documents: DynamoDBDocumentClient;
  beforeAll(async () => {
    engine = await start();
    await createTables(engine.endpoint, 'test');
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    documents = DynamoDBDocumentClient.from(
      new DynamoDBClient({ endpoint: engine.endpoint, region: 'ap-southeast-1', credentials }),
    );
  });
  afterAll(async () => {
    documents.destroy();
    await engine.close();
  });
  const put = (Item: Record<string, string>) => documents.send(new PutCommand({ TableName: table, Item }));
  const set = (id: string, work: string) =>
    documents.send(
      new UpdateCommand({
        TableName: table,
        Key: { id },
        UpdateExpression: 'SET #work = :work',
        ExpressionAttributeNames: { '#work': 'work' },
        ExpressionAttributeValues: { ':work': work },
      }),
    );
  const recordsAfter = async (write: () => Promise<unknown>): Promise<number> => {
    const before = (await recordsOf(engine.endpoint, table)).length;
    await write();
    return (await recordsOf(engine.endpoint, table)).length - before;
  };

  it(`an update that changes nothing makes ${recordsOfNoChange} records of the stream`, async () => {
    await put({ id: 'update', work: 'event' });
    expect(await recordsAfter(() => set('update', 'event'))).toBe(recordsOfNoChange);
  });

  it(`a put of the same row makes ${recordsOfNoChange}`, async () => {
    await put({ id: 'put', work: 'event' });
    expect(await recordsAfter(() => put({ id: 'put', work: 'event' }))).toBe(recordsOfNoChange);
  });

  it('an update that changes a value makes one', async () => {
    await put({ id: 'change', work: 'event' });
    expect(await recordsAfter(() => set('change', 'other'))).toBe(1);
  });
});
