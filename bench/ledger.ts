import { modeSetting } from '../shared/delivery/modes.ts';
import { type Outbox, outbox } from '../shared/delivery/outbox.ts';
import type { Lane } from '../shared/delivery/slots.ts';
import { startDynamoDb } from '../simulator/dynamodb.ts';
import { type FeishuSimulator, startFeishu } from '../simulator/feishu/server.ts';
import { createTables } from '../simulator/tables.ts';
import { quietApps } from '../test/feishu/quiet-apps.ts';
import { type Meter, meterWrites } from './metered.ts';

const apps = [{ sender: 'zhida', appId: 'cli_a1zhida00000001', appSecret: 'dev-secret-zhida' }];

const environment = (endpoint: string, domain: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_REGION: 'ap-southeast-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  FEISHU_DOMAIN: domain,
  FEISHU_APPS: JSON.stringify(apps),
  ...Object.fromEntries(
    ['deliveries', 'contents', 'people', 'settings', 'ops'].map((table) => [
      `${table.toUpperCase()}_TABLE`,
      `zhida-bench-${table}`,
    ]),
  ),
});

export type BenchLedger = {
  readonly out: Outbox;
  readonly feishu: FeishuSimulator;
  readonly meter: Meter;
  readonly close: () => Promise<void>;
};

/** The ledger with its sender live, on a fresh metered database and a simulator that pushes nothing. */
export const startLedger = async (lane: Lane): Promise<BenchLedger> => {
  const database = await startDynamoDb({}, {});
  await createTables(database.endpoint, 'bench');
  const meter = await meterWrites(database.endpoint);
  const feishu = await startFeishu({ apps: quietApps });
  Object.assign(process.env, environment(meter.url, feishu.url));
  const out = outbox(lane, 10_000);
  const mode = { value: 'live', changedBy: 'bench', now: new Date() };
  await out.settings.append(modeSetting('sender', 'zhida'), mode);
  return {
    out,
    feishu,
    meter,
    close: async () => {
      await feishu.close();
      meter.close();
      await database.close();
    },
  };
};
