import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { gatewayEvent, signBody } from '../events/sign.ts';
import { ticketEvent } from '../events/ticket-intake/sign.ts';
import { startDynamoDb } from '../simulator/dynamodb.ts';
import { localAccounts } from '../simulator/sources/accounts.ts';
import { signPush } from '../simulator/sources/sign.ts';
import { createTables } from '../simulator/tables.ts';

const scratch = join(import.meta.dirname, '../.zhida/bench');
const script = join(import.meta.dirname, 'child.cjs');
const sender = {
  sender: 'zhida',
  appId: 'cli_a1zhida00000001',
  encryptKeys: ['dev-encrypt-key-zhida'],
  verificationTokens: ['dev-token-zhida'],
};

const { account, secret } = localAccounts.youzan;
const ticketAccount = { source: 'youzan', account, secrets: [secret] };

export type Bench = {
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
};

/** A fresh database and the environment that the function under test finds on Lambda. */
export const startBench = async (): Promise<Bench> => {
  mkdirSync(scratch, { recursive: true });
  const { endpoint, close } = await startDynamoDb();
  await createTables(endpoint, 'bench');
  return {
    close,
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: 'ap-southeast-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      FEISHU_CALLBACK_KEYS: JSON.stringify([sender]),
      SEAL_KEYS: JSON.stringify([Buffer.alloc(32, 7).toString('base64')]),
      INBOX_TABLE: 'zhida-bench-inbox',
      TICKET_SOURCES: JSON.stringify([ticketAccount]),
    },
  };
};

/** A read event that nobody has sent before, signed now. */
const feishuCall = (): object => {
  const payload = {
    schema: '2.0',
    header: {
      event_id: randomUUID(),
      event_type: 'im.message.message_read_v1',
      create_time: String(Date.now()),
      token: 'dev-token-zhida',
      app_id: sender.appId,
      tenant_key: 'dev',
    },
    event: {
      reader: {
        reader_id: { union_id: 'on_1', user_id: 'u1', open_id: 'ou_1' },
        read_time: String(Date.now()),
      },
      message_id_list: ['om_1', 'om_2'],
    },
  };
  return gatewayEvent(signBody(JSON.stringify(payload), 'dev-encrypt-key-zhida'));
};

type Told = { readonly first: true } | { readonly count: number; readonly ms: number };
export type Run = { readonly firstAckMs: number; readonly acksPerSecond: number };
/** A refund that no shop has pushed before, signed now. */
export const ticketCall = (): object => {
  const msg = { refund_id: randomUUID(), refunded_fee: '132.00', refund_desc: '少发了一盒' };
  const push = { kdt_id: 56_232, type: 'youzan_trade_RefundCreated', msg_id: randomUUID(), msg };
  return ticketEvent('youzan', signPush({ source: 'youzan', body: JSON.stringify(push) }, new Date()));
};

type Calls = { readonly count: number; readonly warmUp: number; readonly call?: () => object };

/** One process from its start: the first acknowledgement as its parent sees it, then the pace of the others. */
export const runOnce = (bundle: string, bench: Bench, calls: Calls): Promise<Run> => {
  const { count, warmUp, call = feishuCall } = calls;
  const file = join(scratch, 'calls.json');
  writeFileSync(file, JSON.stringify(Array.from({ length: count }, call)));
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const run = { firstAckMs: 0, acksPerSecond: 0 };
    const child = spawn(process.execPath, [script, bundle, file, String(warmUp)], {
      env: { PATH: process.env['PATH'] ?? '', ...bench.environment },
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    const lines = createInterface({ input: child.stdio[3] as Readable });
    lines.on('line', (line) => {
      const told = JSON.parse(line) as Told;
      if ('first' in told) run.firstAckMs = performance.now() - started;
      else run.acksPerSecond = (told.count / told.ms) * 1000;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(run);
      else reject(new Error(`${bundle} ended with ${String(code)}`));
    });
  });
};
