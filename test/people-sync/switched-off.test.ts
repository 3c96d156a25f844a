import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { syncPeople } from '../../functions/people-sync/sync.ts';
import { readBackFrom } from '../../shared/delivery/read-back.ts';
import { refreshPerson } from '../../shared/directory.ts';
import { feishuClient } from '../../shared/feishu/client.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { feishuMessages } from '../../shared/feishu/messages.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { people } from '../../shared/store/people.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { quietApps } from '../feishu/quiet-apps.ts';
import { localTables } from '../local.ts';

const tables = localTables();
const store = people(tables.name('people'));
let feishu: FeishuSimulator;
let output = '';
const now = new Date('2026-11-23T02:00:00.000Z');

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
  const apps = quietApps.map((app) => ({
    ...app,
    scopes: app.scopes.filter((scope) => !/^(?:contact|im:message)/.test(scope)),
  }));
  feishu = await startFeishu({ apps });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await feishu.close();
});

const client = () =>
  feishuClient({ appId: 'cli_a1zhida00000001', appSecret: 'dev-secret-zhida', domain: feishu.url });

it('without a scope to read the directory nobody is recorded, nobody leaves and nothing fails', async () => {
  const someone = feishu.tenant.company.people[0]?.unionId ?? '';
  await store.record({
    person: someone,
    name: '林知夏',
    jobTitle: '总经理',
    departments: [],
    roles: ['总经理'],
    syncedAt: '2026-11-22T19:17:00.000Z',
  });
  const sync = syncPeople({ people: store, readDirectory: () => listDirectory(client()) });
  expect(await sync(now)).toEqual({ recorded: 0, left: 0, off: 1 });
  expect(await refreshPerson(store, client())(someone, now)).toBe('directory_off');
  expect(await store.find(someone)).toMatchObject({ directory: 'here', name: '林知夏' });
});

it('without a scope to read chats a try without an answer stays unknown, and nothing fails', async () => {
  const messagesOf = () => feishuMessages(client());
  const look = readBackFrom({ people: store, deliveries: deliveries(tables.name('deliveries')), messagesOf });
  const asked = {
    subject: 'notice:x',
    recipient: 'chat:oc_1',
    sender: 'zhida',
    receiveIdType: 'chat_id',
    receiveId: 'oc_1',
    plannedAt: now.toISOString(),
    eventAt: now.toISOString(),
    state: 'failed',
    generation: 1,
    attempt: 1,
    daySubject: '2026-11-23#notice:x',
  } as const;
  const unreadable = { kind: 'unreadable', code: '99991672', retryable: false };
  expect(await look(asked, now)).toEqual(unreadable);
  expect(await look(asked, now)).toEqual(unreadable);
});

it('the log says each in one line that names the mending', () => {
  const lines = output.split('\n').filter((line) => line.includes('"event":"feature_off"'));
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('"feature":"read-back","code":99991672');
  expect(lines[0]).toContain('"feature":"directory","code":99991672');
  expect(lines[0]).toContain('权限管理');
});
