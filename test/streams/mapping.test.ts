import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startDynamoDb } from '../../simulator/dynamodb.ts';
import { deliverBatch } from '../../simulator/streams/mapping.ts';
import { readMapping } from '../../simulator/streams/settings.ts';
import { type Manners, startMapping } from '../../simulator/streams/start-mapping.ts';
import { type StreamRecord, streamOf } from '../../simulator/streams/stream.ts';
import { callDynamoDb } from '../../simulator/streams/wire.ts';
import { createMissingTables, tablesIn } from '../../simulator/tables.ts';
import { localTables } from '../local.ts';
import { until } from './until.ts';

const local = localTables();
const directory = mkdtempSync(join(tmpdir(), 'zhida-mapping-'));
const started: AbortController[] = [];
afterEach(() => {
  for (const stop of started.splice(0)) stop.abort();
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

type Event = { Records: readonly (StreamRecord & { eventSourceARN: string })[] };
const idOf = ({ dynamodb }: StreamRecord) =>
  z.object({ id: z.object({ S: z.string() }) }).parse(dynamodb.Keys).id.S;
const failuresFrom = (records: readonly StreamRecord[]) => ({
  batchItemFailures: records.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })),
});

/** A table of its own for each test, with a stream. */
const newTable = async (endpoint = local.endpoint(), TableName = `things-${randomUUID().slice(0, 8)}`) => {
  const Properties = {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  };
  const tables = tablesIn({ Resources: { Things: { Type: 'AWS::DynamoDB::Table', Properties } } });
  await createMissingTables(endpoint, tables.values());
  const call = callDynamoDb(endpoint);
  const put = (id: string, more: object = {}) =>
    call('DynamoDB_20120810.PutItem', { TableName, Item: { id: { S: id }, ...more } }, z.unknown());
  const start = async (
    settings: object,
    invoke: (event: Event) => unknown,
    { name = 'f', ...manners }: Partial<Manners> & { name?: string } = {},
  ) => {
    const arn = { 'Fn::GetAtt': ['Things', 'StreamArn'] };
    const mapping = readMapping(name, { type: 'dynamodb', arn, ...settings }, tables);
    if (!mapping) throw new Error('no mapping');
    const stop = new AbortController();
    started.push(stop);
    await startMapping(
      {
        call,
        functionName: `fixture-${name}`,
        manners: { directory, pollMs: 5, retryMs: 1, duplicates: 1, delayMs: 0, mostLanes: 10, ...manners },
        invoke: (event) =>
          new Promise((resolve) => {
            resolve(invoke(event as Event));
          }),
        print: () => undefined,
        signal: stop.signal,
      },
      mapping,
    );
    return stop;
  };
  const onFailure = (name = 'f') => {
    const file = join(directory, 'on-failure', `${name}.${TableName}.jsonl`);
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    return lines.map((line) => JSON.parse(line) as { DDBStreamBatchInfo: object; requestContext: object });
  };
  return { TableName, call, put, start, onFailure };
};

const partial = {
  functionResponseType: 'ReportBatchItemFailures',
  destinations: { onFailure: 'arn:aws:sqs:::q' },
};

describe('an event source mapping', () => {
  it('hands over records as they stand on the wire', async () => {
    const { put, start, TableName } = await newTable();
    const events: Event[] = [];
    await put('a', { bytes: { B: 'AQI=' }, count: { N: '1' } });
    await start({}, (event) => events.push(event));
    await until(() => events.length === 1);
    expect(events[0]?.Records[0]).toMatchObject({
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      eventSourceARN: expect.stringContaining(`table/${TableName}/stream/`) as string,
      dynamodb: { NewImage: { bytes: { B: 'AQI=' }, count: { N: '1' } }, StreamViewType: 'NEW_IMAGE' },
    });
  });

  it('retries everything from the lowest reported record on, and nothing before it', async () => {
    const { put, start } = await newTable();
    for (const id of ['a', 'b', 'c', 'd']) await put(id);
    const batches: string[][] = [];
    await start({ ...partial, batchSize: 10, maximumRetryAttempts: 3 }, ({ Records }) => {
      batches.push(Records.map(idOf));
      const failed = Records.filter((record) => ['b', 'd'].includes(idOf(record)));
      return batches.length === 1 ? failuresFrom(failed.reverse()) : undefined;
    });
    await until(() => batches.length === 2);
    await sleep(50);
    expect(batches).toEqual([
      ['a', 'b', 'c', 'd'],
      ['b', 'c', 'd'],
    ]);
  });

  it.each([
    ['a null identifier', () => ({ batchItemFailures: [{ itemIdentifier: null }] })],
    ['an empty identifier', () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
    ['a wrong key', () => ({ batchItemFailures: [{ id: '1' }] })],
    ['an identifier of no record in the batch', () => ({ batchItemFailures: [{ itemIdentifier: '99999' }] })],
  ])('takes %s for a failure of the whole batch', async (_, answer) => {
    const { put, start } = await newTable();
    for (const id of ['a', 'b']) await put(id);
    const batches: string[][] = [];
    await start(partial, ({ Records }) => {
      batches.push(Records.map(idOf));
      return batches.length === 1 ? answer() : {};
    });
    await until(() => batches.length === 2);
    expect(batches[1]).toEqual(['a', 'b']);
  });

  it('ignores reported failures unless the mapping asks for them', async () => {
    const { put, start } = await newTable();
    await put('a');
    let calls = 0;
    await start({}, ({ Records }) => {
      calls += 1;
      return failuresFrom(Records);
    });
    await until(() => calls > 0);
    await put('b');
    await until(() => calls > 1);
    await sleep(50);
    expect(calls).toBe(2);
  });

  it('halves a failing batch until one record is left, without spending its retries', async () => {
    const { put, start, onFailure } = await newTable();
    for (const id of ['a', 'b', 'c', 'bad', 'e']) await put(id);
    const batches: string[][] = [];
    const delivered: string[] = [];
    await start({ ...partial, bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 }, ({ Records }) => {
      batches.push(Records.map(idOf));
      if (Records.some((record) => idOf(record) === 'bad')) throw new Error('bad');
      delivered.push(...Records.map(idOf));
    });
    await until(() => delivered.includes('e') && onFailure().length === 1);
    expect(delivered).toEqual(['a', 'b', 'c', 'e']);
    expect(batches).toEqual([
      ['a', 'b', 'c', 'bad', 'e'],
      ['a', 'b', 'c'],
      ['bad', 'e'],
      ['bad'],
      ['bad'],
      ['e'],
    ]);
    expect(onFailure()[0]?.DDBStreamBatchInfo).toMatchObject({
      startSequenceNumber: '4',
      endSequenceNumber: '4',
      batchSize: 1,
    });
  });

  it('gives up on the whole rest of a batch after the retries, tells the queue and goes on', async () => {
    const { put, start, onFailure, TableName } = await newTable();
    for (const id of ['a', 'b', 'c']) await put(id);
    const batches: string[][] = [];
    await start({ ...partial, maximumRetryAttempts: 2 }, ({ Records }) => {
      batches.push(Records.map(idOf));
      return failuresFrom(Records.filter((record) => idOf(record) === 'b'));
    });
    await until(() => onFailure().length === 1);
    await put('d');
    await until(() => batches.length === 4);
    expect(batches).toEqual([['a', 'b', 'c'], ['b', 'c'], ['b', 'c'], ['d']]);
    expect(onFailure()).toMatchObject([
      {
        version: '1.0',
        requestContext: {
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 3,
          functionArn: expect.stringContaining('fixture-f') as string,
        },
        DDBStreamBatchInfo: {
          startSequenceNumber: '2',
          endSequenceNumber: '3',
          batchSize: 2,
          shardId: expect.any(String) as string,
          streamArn: expect.stringContaining(TableName) as string,
        },
      },
    ]);
  });

  it('discards records that are too old before it runs the function', async () => {
    const { put, TableName, call } = await newTable();
    for (const id of ['a', 'b']) await put(id);
    const stream = await streamOf(call, TableName);
    const [shard] = await stream.shards();
    const { records } = await stream.read(await stream.open(shard?.ShardId ?? '', undefined));
    const discarded: unknown[] = [];
    const batches: string[][] = [];
    const rules = {
      maximumRetryAttempts: Infinity,
      maximumRecordAgeInSeconds: 60,
      bisectBatchOnFunctionError: false,
      reportBatchItemFailures: true,
    };
    let laterMs = 0;
    await deliverBatch(
      {
        rules,
        invoke: (batch) => {
          batches.push(batch.map(idOf));
          laterMs += 40_000;
          return Promise.reject(new Error('down'));
        },
        discard: ({ records: given, condition, invocations }) =>
          discarded.push({ ids: given.map(idOf), condition, invocations }),
        backOff: () => Promise.resolve(),
        now: () => Date.now() + laterMs,
      },
      records,
    );
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(discarded).toEqual([{ ids: ['a', 'b'], condition: 'RecordAgeExceeded', invocations: 2 }]);
  });

  it('keeps the changes of one item in order and lets other items pass a stuck one', async () => {
    const { put, start } = await newTable();
    const seen: string[] = [];
    let isStuck = true;
    await start({ parallelizationFactor: 10, batchSize: 1 }, ({ Records }) => {
      for (const record of Records) {
        const { n } = z.object({ n: z.object({ N: z.string() }) }).parse(record.dynamodb['NewImage']);
        if (idOf(record) === 'stuck' && isStuck) throw new Error('stuck');
        seen.push(`${idOf(record)}${n.N}`);
      }
    });
    for (let n = 0; n < 5; n += 1)
      for (const id of ['stuck', 'a', 'b', 'c']) await put(id, { n: { N: `${n}` } });
    const of = (id: string) => seen.filter((one) => one.startsWith(id));
    const inOrder = (id: string) => [0, 1, 2, 3, 4].map((n) => `${id}${n}`);
    await until(() => [of('a'), of('b'), of('c')].some(({ length }) => length === 5));
    expect(of('stuck')).toEqual([]);
    isStuck = false;
    await until(() => seen.length === 20);
    for (const id of ['stuck', 'a', 'b', 'c']) expect(of(id)).toEqual(inOrder(id));
  });

  it('delivers to a second function while the first one fails, and later to the first', async () => {
    const { put, start } = await newTable();
    const seen = { first: 0, second: 0 };
    let isDown = true;
    await start(
      {},
      () => {
        if (isDown) throw new Error('down');
        seen.first += 1;
      },
      { name: 'first' },
    );
    await start({}, () => (seen.second += 1), { name: 'second' });
    for (const id of ['a', 'b', 'c']) {
      await put(id);
      await sleep(20);
    }
    await until(() => seen.second > 0);
    expect(seen.first).toBe(0);
    isDown = false;
    await until(() => seen.first > 0);
  });

  it('goes on after a stop at the first record that was not finished', async () => {
    const { put, start } = await newTable();
    const first: string[] = [];
    const again: string[] = [];
    const settings = { batchSize: 1 };
    const stop = await start(settings, async ({ Records }) => {
      first.push(...Records.map(idOf));
      if (first.length === 3) await sleep(60_000, undefined, { ref: false });
    });
    for (const id of ['a', 'b', 'c', 'd']) await put(id);
    await until(() => first.length === 3);
    stop.abort();
    await put('e');
    await start(settings, ({ Records }) => again.push(...Records.map(idOf)));
    await until(() => again.length === 3);
    expect(first).toEqual(['a', 'b', 'c']);
    expect(again).toEqual(['c', 'd', 'e']);
  });

  it('with LATEST leaves the past alone but not what comes while it is down', async () => {
    const { put, start } = await newTable();
    const seen: string[] = [];
    const see = ({ Records }: Event) => seen.push(...Records.map(idOf));
    await put('past');
    const stop = await start({ startingPosition: 'LATEST' }, see);
    await sleep(100);
    stop.abort();
    await put('meanwhile');
    await start({ startingPosition: 'LATEST' }, see);
    await put('later');
    await until(() => seen.length === 2);
    expect(seen).toEqual(['meanwhile', 'later']);
  });

  it('starts over in a fresh database, whose tables have the same names', async () => {
    const { put, start, TableName } = await newTable();
    const seen: string[] = [];
    const see = ({ Records }: Event) => seen.push(...Records.map(idOf));
    for (const id of ['a', 'b']) await put(id);
    const stop = await start({}, see);
    await until(() => seen.length === 2);
    stop.abort();
    const database = await startDynamoDb({}, {});
    const fresh = await newTable(database.endpoint, TableName);
    await fresh.put('c');
    await fresh.start({}, see);
    await until(() => seen.length === 3);
    expect(seen).toEqual(['a', 'b', 'c']);
    started.splice(0).forEach((one) => {
      one.abort();
    });
    await database.close();
  });
});
