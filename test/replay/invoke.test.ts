import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bi, startBi } from '../../simulator/bi/start.ts';
import { type LocalDynamoDb, startDynamoDb } from '../../simulator/dynamodb.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { createTables } from '../../simulator/tables.ts';
import { quietApps } from '../feishu/quiet-apps.ts';
import { functionNames } from '../template/definitions.ts';
import { copyProject, serverless } from '../template/project.ts';

const project = copyProject();
let database: LocalDynamoDb;
let feishu: FeishuSimulator;
let bi: Bi;

beforeAll(async () => {
  [database, bi, feishu] = await Promise.all([
    startDynamoDb({}, {}),
    startBi(),
    startFeishu({ apps: quietApps }),
  ]);
  await createTables(database.endpoint, 'local');
}, 60_000);
afterAll(async () => {
  await Promise.all([database.close(), bi.close(), feishu.close()]);
});

// In an order in which each finds what it needs: preview reads the directory that people-sync wrote.
const invocations: readonly (readonly [string, string, string])[] = [
  // Before anything comes in: a receipt of minutes ago would be theirs to work off.
  ['ticket-worker', 'tick.json', '"overdue": 0'],
  ['base-sync', 'tick.json', '"rows": 0'],
  ['people-sync', 'tick.json', '"recorded": 58'],
  ['ops', 'mode-live.json', '"after": "live"'],
  ['feishu-events', 'receive-text.js', '"statusCode": 200'],
  ['event-worker', 'message.json', '"batchItemFailures": []'],
  ['metric-intake', 'day-completed.js', '"statusCode": 200'],
  ['ticket-intake', 'youzan-refund-created.js', '"statusCode": 200'],
  ['digest', 'preview.json', '"sentTo": "nobody"'],
  ['deliver', 'tick.json', '"due": 0'],
  ['deliver-bulk', 'tick.json', '"sent": 0'],
  ['broadcast', 'tick.json', '"broken": 0'],
  ['workbench', 'login.js', '"statusCode": 200'],
  ['alert', 'tick.json', '"fired": 0'],
  ['ticket-sla', 'tick.json', '"told": 0'],
  ['ticket-flow', 'ticket.json', '"batchItemFailures": []'],
  ['feishu-cards', 'url-verification.js', '"statusCode": 200'],
];

describe('serverless invoke local', () => {
  it.each(invocations)(
    'runs %s with events/%s and ends',
    async (name, file, said) => {
      const args = ['invoke', 'local', '-f', name, '-p', `events/${name}/${file}`];
      const { code, output } = await serverless(project, args, {
        AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
        ZHIDA_FEISHU_URL: feishu.url,
        ZHIDA_BI_URL: bi.url,
      });
      expect(output).toContain(said);
      expect(code).toBe(0);
    },
    120_000,
  );

  it('has been tried with every function', () => {
    expect(invocations.map(([name]) => name).sort()).toEqual(functionNames);
  });
});
