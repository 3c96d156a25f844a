import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readEnv } from '../../shared/config.ts';
import { feishuClient } from '../../shared/feishu/client.ts';
import { listDirectory } from '../../shared/feishu/contact.ts';
import { dataOf } from '../../shared/feishu/outcome.ts';
import { sendersText } from '../../shared/feishu/sender-configs.ts';
import { feishuSenders } from '../../shared/feishu/senders.ts';
import { manualClock } from '../../simulator/clock.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { quietApps } from './quiet-apps.ts';

const clock = manualClock(Date.parse('2026-11-23T00:30:00Z'));
const apps = [
  { sender: 'zhida', appId: 'cli_a1zhida00000001', appSecret: 'dev-secret-zhida' },
  { sender: 'legal', appId: 'cli_a1legal00000002', appSecret: 'dev-secret-legal' },
];

let feishu: FeishuSimulator;
beforeAll(async () => {
  feishu = await startFeishu({ clock, apps: quietApps });
});
afterAll(() => feishu.close());
beforeEach(() => clock.advance(60_000));
afterEach(() => {
  feishu.tenant.faults.set([]);
});

const sendersOf = () => feishuSenders(apps, { domain: feishu.url, now: clock.now });

describe('the directory', () => {
  const present = (appId: string): readonly string[] => {
    const { company, directory, apps: known } = feishu.tenant;
    const app = known.get(appId);
    return company.people
      .filter((person) => !person.resigned && app && directory.isAvailable(app, person))
      .map(({ unionId }) => unionId)
      .sort();
  };

  it.each(['zhida', 'legal'])('of %s holds everyone in its scope once and nobody else', async (sender) => {
    const client = sendersOf().bySender(sender);
    const { people } = dataOf(await listDirectory(client));
    expect(people.map(({ unionId }) => unionId).sort()).toEqual(present(client.appId));
    expect(people.length).toBeGreaterThan(50);
  });

  it.each(['zhida', 'legal'])('of %s has every department up to the company', async (sender) => {
    const { departments } = dataOf(await listDirectory(sendersOf().bySender(sender)));
    const ids = new Set(['0', ...departments.map(({ id }) => id)]);
    expect(departments.every(({ parentId }) => ids.has(parentId))).toBe(true);
    expect(departments.map(({ name }) => name)).toEqual(expect.arrayContaining(['大区', '华东大区', '财务']));
    expect(new Set(departments.map(({ id }) => id)).size).toBe(departments.length);
  });

  it('knows a person by job, number, departments and leader', async () => {
    const { people, departments } = dataOf(await listDirectory(sendersOf().bySender('legal')));
    const led = feishu.tenant.company.people.filter(
      ({ leaderUserId, resigned }) => leaderUserId && !resigned,
    );
    const unionIds = new Map(feishu.tenant.company.people.map(({ userId, unionId }) => [userId, unionId]));
    expect(led.length).toBeGreaterThan(30);
    for (const known of led) {
      expect(people.find(({ unionId }) => unionId === known.unionId)).toMatchObject({
        name: known.name,
        employeeNo: known.employeeNo,
        jobTitle: known.jobTitle,
        leaderUnionId: unionIds.get(known.leaderUserId ?? ''),
        joinedAtMs: known.joinedAtSeconds * 1000,
        resigned: false,
        frozen: false,
      });
    }
    const ids = departments.map(({ id }) => id);
    expect(people.every(({ departmentIds }) => departmentIds.every((id) => ids.includes(id)))).toBe(true);
  });

  it('gives each app its own open_ids and the same union_ids', async () => {
    const senders = sendersOf();
    const zhida = dataOf(await listDirectory(senders.bySender('zhida'))).people[0];
    const legal = dataOf(await listDirectory(senders.bySender('legal'))).people;
    const same = legal.find(({ unionId }) => unionId === zhida?.unionId);
    expect(same?.name).toBe(zhida?.name);
    expect(same?.openId).not.toBe(zhida?.openId);
  });

  it('is a failure as a whole when one page fails: half a company would look like people who left', async () => {
    const api = 'GET /open-apis/contact/v3/users/find_by_department';
    feishu.tenant.faults.set([{ api, kind: '500', skip: 3, count: 1 }]);
    expect(await listDirectory(sendersOf().bySender('legal'))).toMatchObject({
      kind: 'refused',
      retryable: true,
    });
  });

  it('keeps no phone and no address', async () => {
    const text = JSON.stringify(dataOf(await listDirectory(sendersOf().bySender('legal'))));
    const { people } = feishu.tenant.company;
    expect(people.filter(({ mobile, email }) => text.includes(mobile) || text.includes(email))).toEqual([]);
  });
});

describe('senders', () => {
  it('are found by id and keep one client each', () => {
    const senders = sendersOf();
    expect(senders.bySender('legal')).toBe(senders.bySender('legal'));
    expect(senders.bySender('legal')).not.toBe(senders.bySender('zhida'));
    expect(() => senders.bySender('nobody')).toThrow(
      expect.objectContaining({ code: 'sender_unknown' }) as Error,
    );
  });

  it('come from one environment variable', () => {
    const { FEISHU_APPS } = readEnv({ FEISHU_APPS: sendersText }, { FEISHU_APPS: JSON.stringify(apps) });
    expect(FEISHU_APPS).toEqual(apps);
  });

  it.each([
    ['{{resolve:secretsmanager:zhida/feishu-apps}}', 'is an unresolved reference'],
    ['cli_a1zhida00000001', 'is not JSON'],
  ])('from %s are refused, saying what is wrong and not the value', (text, problem) => {
    const read = () => readEnv({ FEISHU_APPS: sendersText }, { FEISHU_APPS: text });
    expect(read).toThrow(new RegExp(`^environment: FEISHU_APPS: ${problem}$`));
  });

  it.each([
    ['no app', []],
    ['an app twice', [apps[0], { ...apps[0], sender: 'other' }]],
    ['a sender twice', [apps[0], { ...apps[1], sender: 'zhida' }]],
    ['no secret', [{ ...apps[0], appSecret: '' }]],
  ])('with %s are a configuration error that names no secret', (_, value) => {
    const read = () => readEnv({ FEISHU_APPS: sendersText }, { FEISHU_APPS: JSON.stringify(value) });
    expect(read).toThrow(expect.objectContaining({ code: 'invalid_config' }) as Error);
    expect(read).not.toThrow(/dev-secret/);
  });

  it('with a client of their own need no configuration of others', () => {
    expect(feishuClient({ appId: 'cli_x', appSecret: 'x', domain: feishu.url }).appId).toBe('cli_x');
  });
});
