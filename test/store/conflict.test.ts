/**
 * Neither engine emulates a transaction conflict: both let one transaction wait for the other (Amazon's says so,
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html). So the answers of the web
 * service are given here word for word (…/developerguide/transaction-apis.html, Transaction conflict handling).
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { table, writeTogether } from '../../shared/store/table.ts';

const cancelled = (...codes: readonly string[]): object => ({
  __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
  Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
  CancellationReasons: codes.map((Code) => ({ Code })),
});
const conflict = {
  __type: 'com.amazonaws.dynamodb.v20120810#TransactionConflictException',
  message: 'Transaction is ongoing for the item',
};

let answers: object[] = [];
let calls = 0;
const aws = createServer((incoming, reply) => {
  calls += 1;
  const answer = answers.shift() ?? {};
  reply.writeHead('__type' in answer ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
  reply.end(JSON.stringify(answer));
  incoming.resume();
});

beforeAll(async () => {
  aws.listen(0, '127.0.0.1');
  await once(aws, 'listening');
  const { port } = aws.address() as AddressInfo;
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'ap-southeast-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});
afterAll(() => {
  vi.unstubAllEnvs();
  aws.closeAllConnections();
  aws.close();
});
beforeEach(() => {
  calls = 0;
});

const writes = [
  { TableName: 'anything', Item: { id: '1' } },
  { TableName: 'anything', Item: { id: '2' } },
];
const rows = table('anything', z.object({ id: z.string() }));

it('a transaction that meets another one answers false, like one whose condition does not hold', async () => {
  for (const reasons of [
    ['TransactionConflict', 'None'],
    ['None', 'TransactionConflict'],
    ['None', 'ConditionalCheckFailed'],
  ]) {
    answers = [cancelled(...reasons)];
    expect(await writeTogether(writes)).toBe(false);
  }
});

it('a transaction that is cancelled for anything else is an error', async () => {
  answers = [cancelled('ValidationError', 'None')];
  await expect(writeTogether(writes)).rejects.toThrow('ValidationError');
});

it('a put that meets a transaction is repeated until the transaction is over', async () => {
  answers = [conflict, conflict, {}];
  expect(await rows.put({ id: '1' })).toBe(true);
  expect(calls).toBe(3);
});

it('a put that meets nothing but transactions ends as an error', async () => {
  answers = Array.from({ length: 20 }, () => conflict);
  await expect(rows.put({ id: '1' })).rejects.toThrow('Transaction is ongoing');
  answers = [];
});
