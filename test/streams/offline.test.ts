import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDynamoDb, startDynamoDb } from '../../simulator/dynamodb.ts';
import { until } from './until.ts';

const root = join(import.meta.dirname, '../..');
const folder = (name: string) => `../../../.zhida/streams-fixture/${name}`;
const directory = mkdtempSync(join(tmpdir(), 'zhida-streams-'));
const seenFile = join(directory, 'seen.jsonl');
const TableName = 'streams-fixture-local-things';

type Seen = { name: string; id: string; mode: string; hopMs: number };
const seen = (): Seen[] =>
  readFileSync(seenFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Seen);
const timesSeen = (name: string, id: string) =>
  seen().filter((one) => one.name === name && one.id === id).length;

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });

type Run = {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
};
const running = new Set<ChildProcess>();

const serverless = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Run => {
  const child = spawn(join(root, 'node_modules/.bin/serverless'), [...args], {
    cwd: join(import.meta.dirname, 'fixture'),
    env: { PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`, HOME: directory, ...env },
  });
  running.add(child);
  let output = '';
  const listen = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, output: () => output, ended };
};

let database: LocalDynamoDb;
let client: DynamoDBClient;
const put = (id: string, mode = 'plain') =>
  client.send(
    new PutItemCommand({
      TableName,
      Item: { id: { S: id }, mode: { S: mode }, at: { N: String(Date.now()) } },
    }),
  );

const startOffline = async (env: NodeJS.ProcessEnv = {}): Promise<Run> => {
  const run = serverless(['offline', '--lambdaPort', String(await freePort())], {
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
    SEEN_FILE: seenFile,
    WORK_FOLDER: folder('offline'),
    ZHIDA_STREAMS_DIRECTORY: join(directory, 'zhida'),
    ...env,
  });
  const ended = run.ended.then(() => {
    throw new Error(`serverless offline ended: ${run.output()}`);
  });
  await Promise.race([until(() => run.output().includes('second follows'), 60_000), ended]);
  ended.catch(() => undefined);
  return run;
};

beforeAll(async () => {
  writeFileSync(seenFile, '');
  database = await startDynamoDb();
  client = new DynamoDBClient({
    endpoint: database.endpoint,
    region: 'ap-southeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  client.destroy();
  await database.close();
  for (const place of [directory, join(root, '.zhida/streams-fixture')]) rmSync(place, { recursive: true });
});

describe('serverless offline with local streams', () => {
  let offline: Run;
  const bothSaw = (id: string) => timesSeen('first', id) > 0 && timesSeen('second', id) > 0;

  it('creates the tables and hands every record to both functions of a stream', {
    timeout: 90_000,
  }, async () => {
    offline = await startOffline();
    for (let index = 0; index < 5; index += 1) await put(`a${index}`);
    await until(() => [0, 1, 2, 3, 4].every((index) => bothSaw(`a${index}`)));
  });

  it('brings back a record that was reported in batchItemFailures', async () => {
    await put('sour', 'sour');
    await until(() => timesSeen('first', 'sour') >= 2 && timesSeen('second', 'sour') >= 2);
  });

  it('gives a poisoned record up after its retries, delivers its neighbours and tells the queue', async () => {
    await Promise.all([put('b1'), put('p', 'poison'), put('b2'), put('b3')]);
    const onFailure = join(directory, 'zhida/on-failure', `first.${TableName}.jsonl`);
    await until(() => existsSync(onFailure) && ['b1', 'b2', 'b3'].every(bothSaw));
    const message: unknown = JSON.parse(readFileSync(onFailure, 'utf8'));
    expect(message).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: expect.stringContaining(TableName) as string },
    });
    expect(timesSeen('second', 'p'), 'the filter keeps it from the second function').toBe(0);
  });

  it('comes back to a record on which a function ran into its timeout', async () => {
    await put('slow', 'slow');
    await until(() => timesSeen('second', 'slow') >= 2);
  });

  it('delivers after kill -9 and a restart what came meanwhile, and nothing that was acknowledged', {
    timeout: 90_000,
  }, async () => {
    await put('before');
    await until(() => bothSaw('before'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    offline.child.kill('SIGKILL');
    await offline.ended;
    for (let index = 0; index < 5; index += 1) await put(`c${index}`);
    const before = seen().length;
    offline = await startOffline();
    await until(() => [0, 1, 2, 3, 4].every((index) => bothSaw(`c${index}`)));
    const later = seen().slice(before);
    expect(later.map(({ id }) => id).filter((id) => !id.startsWith('c'))).toEqual([]);
  });

  it('delivers every record twice and late when asked to, and leaves nothing behind after Ctrl-C', {
    timeout: 90_000,
  }, async () => {
    offline.child.kill('SIGINT');
    await expect(offline.ended).resolves.toBe(0);
    offline = await startOffline({ ZHIDA_STREAMS_DUPLICATES: '2', ZHIDA_STREAMS_DELAY_MS: '300' });
    await put('twice');
    await until(() => timesSeen('first', 'twice') === 2 && timesSeen('second', 'twice') === 2);
    expect(Math.min(...seen().flatMap(({ id, hopMs }) => (id === 'twice' ? [hopMs] : [])))).toBeGreaterThan(
      290,
    );
    offline.child.kill('SIGINT');
    await expect(offline.ended).resolves.toBe(0);
  });
});

describe('the stage on this machine', () => {
  it('is never deployed or removed', { timeout: 60_000 }, async () => {
    const runs = ['deploy', 'remove'].map((command) => serverless([command]));
    await expect(Promise.all(runs.map(({ ended }) => ended))).resolves.toEqual([1, 1]);
    for (const run of runs) expect(run.output()).toContain('stage "local" is the one on your machine');
  });

  it('invokes functions and packages other stages without credentials', { timeout: 60_000 }, async () => {
    const invoke = (handler: string) =>
      serverless(['invoke', 'local', '-f', handler, '-d', '{"Records":[]}'], {
        SEEN_FILE: seenFile,
        WORK_FOLDER: folder(handler),
      });
    const packaging = ['package', '--stage', 'prod', '--package', folder('package')];
    const [invoked, packaged, broken] = [
      invoke('first'),
      serverless(packaging, { WORK_FOLDER: folder('work') }),
      invoke('broken'),
    ];
    await expect(invoked.ended).resolves.toBe(0);
    expect(invoked.output()).toContain('"batchItemFailures": []');
    await expect(packaged.ended).resolves.toBe(0);
    await expect(broken.ended, 'a function that cannot load ends the command').resolves.toBe(1);
    expect(broken.output()).toContain('this module cannot load');
  });

  it('needs a DynamoDB and says how to get one', { timeout: 60_000 }, async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const run = serverless(['offline'], { AWS_ENDPOINT_URL_DYNAMODB: endpoint, WORK_FOLDER: folder('none') });
    await expect(run.ended).resolves.toBe(1);
    expect(run.output()).toContain(`no DynamoDB answers at ${endpoint}: use npm start`);
  });
});
