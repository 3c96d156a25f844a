import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { feishuClient } from '../../shared/feishu/client.ts';
import { dataOf } from '../../shared/feishu/outcome.ts';
import { findUnionId, isOutOfSight, readPerson } from '../../shared/feishu/person.ts';
import { openIdOf } from '../../simulator/feishu/directory.ts';
import { type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';
import { quietApps } from '../feishu/quiet-apps.ts';

const ZHIDA = 'cli_a1zhida00000001';
let feishu: FeishuSimulator;
beforeAll(async () => {
  feishu = await startFeishu({ apps: quietApps });
});
afterAll(() => feishu.close());
afterEach(() => {
  feishu.tenant.faults.set([]);
});

const client = () => feishuClient({ appId: ZHIDA, appSecret: 'dev-secret-zhida', domain: feishu.url });
const person = (name: string) => {
  const found = feishu.tenant.directory.people().find((one) => one.name === name);
  if (!found) throw new Error(`nobody is called ${name}`);
  return found;
};

describe('one person of the directory', () => {
  it('comes with the names of their departments and a leader by union_id', async () => {
    const { unionId } = person('顾晓峰');
    expect(dataOf(await readPerson(client(), unionId))).toEqual({
      person: expect.objectContaining({
        unionId,
        openId: openIdOf(ZHIDA, unionId),
        leaderUnionId: person('沈南乔').unionId,
      }) as unknown,
      departments: ['华东大区', '大区'],
    });
  });

  it('comes without the departments that the app may not see', async () => {
    const before = person('叶青禾');
    feishu.tenant.directory.put({ ...before, departmentIds: [...before.departmentIds, 'outside'] });
    const read = dataOf(await readPerson(client(), before.unionId));
    expect(read.departments).toEqual(['天猫', '渠道']);
    feishu.tenant.directory.put(before);
  });

  it('is a failure when a department could not be read: a person without region sees nothing', async () => {
    const api = 'GET /open-apis/contact/v3/departments/:department_id';
    feishu.tenant.faults.set([{ api, kind: '503' }]);
    expect(await readPerson(client(), person('顾晓峰').unionId)).toMatchObject({ retryable: true });
  });

  it.each([
    ['outside the scope', () => person('鲁建军').unionId, true],
    ['whom nobody knows', () => 'on_nobody', true],
    ['in sight', () => person('顾晓峰').unionId, false],
  ])('%s is told apart', async (_, unionId, expected) => {
    expect(isOutOfSight(await readPerson(client(), unionId()))).toBe(expected);
  });

  it('is not out of sight because the app lacks a scope', async () => {
    const unscoped = quietApps.map((app) => ({ ...app, scopes: ['im:message'] }));
    const other = await startFeishu({ apps: unscoped });
    const lacking = feishuClient({ appId: ZHIDA, appSecret: 'dev-secret-zhida', domain: other.url });
    const read = await readPerson(lacking, person('顾晓峰').unionId);
    expect(read).toMatchObject({ reason: 'scope_missing' });
    expect(isOutOfSight(read)).toBe(false);
    await other.close();
  });
});

describe('an open_id', () => {
  it('leads to the union_id', async () => {
    const { unionId } = person('顾晓峰');
    expect(await findUnionId(client(), openIdOf(ZHIDA, unionId))).toBe(unionId);
  });

  it.each([
    ['of somebody outside the scope', () => openIdOf(ZHIDA, person('鲁建军').unionId)],
    ['of nobody', () => 'ou_nobody'],
  ])('%s leads to nobody', async (_, openId) => {
    expect(await findUnionId(client(), openId())).toBeUndefined();
  });

  it('of another app is a mistake of ours, not an absence', async () => {
    const foreign = openIdOf('cli_a1legal00000002', person('顾晓峰').unionId);
    await expect(findUnionId(client(), foreign)).rejects.toMatchObject({ code: 'feishu_refused' });
  });
});
