import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL_SCOPES } from '../../simulator/feishu/apps.ts';
import { itemsOf, LEGAL, openId, startWorld, type World, ZHIDA } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const departmentId = (name: string): string =>
  world.feishu.tenant.company.departments.find((one) => one.name === name)?.openId ?? '';

// open.feishu.cn/document/server-docs/contact-v3/user/get
describe('a person', () => {
  it('has another open_id in each app and the same union_id', async () => {
    const { unionId } = world.person('林知夏');
    const read = async (appId: string) =>
      (await world.api(`GET /contact/v3/users/${unionId}?user_id_type=union_id`, undefined, appId)).data[
        'user'
      ];
    expect(await read(ZHIDA)).toMatchObject({ union_id: unionId, open_id: openId(world, '林知夏', ZHIDA) });
    expect(await read(LEGAL)).toMatchObject({ union_id: unionId, open_id: openId(world, '林知夏', LEGAL) });
    expect(openId(world, '林知夏', ZHIDA)).not.toBe(openId(world, '林知夏', LEGAL));
  });

  it('shows only the fields whose scope the app has', async () => {
    await world.close();
    world = await startWorld({
      alter: (app) => ({ ...app, scopes: ALL_SCOPES.filter((scope) => !scope.startsWith('contact:user')) }),
    });
    const { data } = await world.api(`GET /contact/v3/users/${openId(world, '林知夏')}`);
    expect(Object.keys(data['user'] as object).sort()).toEqual(['open_id', 'union_id']);
  });

  it('outside the contact range is 41050, an unknown id is 41012', async () => {
    const { unionId } = world.person('鲁建军');
    expect((await world.api(`GET /contact/v3/users/${unionId}?user_id_type=union_id`)).code).toBe(41050);
    expect((await world.api('GET /contact/v3/users/on_nobody?user_id_type=union_id')).code).toBe(41012);
  });

  it('who resigned is readable by id and says so', async () => {
    const { unionId } = world.person('龚思齐');
    const { data } = await world.api(`GET /contact/v3/users/${unionId}?user_id_type=union_id`);
    expect(data['user']).toMatchObject({ status: { is_resigned: true } });
  });
});

// open.feishu.cn/document/server-docs/contact-v3/user/batch
describe('people in a batch', () => {
  it('are at most 50', async () => {
    const query = (count: number) => Array.from({ length: count }, () => 'user_ids=on_x').join('&');
    expect((await world.api(`GET /contact/v3/users/batch?user_id_type=union_id&${query(50)}`)).code).toBe(0);
    expect((await world.api(`GET /contact/v3/users/batch?user_id_type=union_id&${query(51)}`)).code).toBe(
      99992402,
    );
  });

  it('are silently absent when they are out of range or unknown', async () => {
    const ids = ['林知夏', '鲁建军'].map((name) => `user_ids=${world.person(name).unionId}`);
    const answer = await world.api(
      `GET /contact/v3/users/batch?user_id_type=union_id&${ids.join('&')}&user_ids=on_x`,
    );
    expect(itemsOf(answer).map(({ name }) => name)).toEqual(['林知夏']);
  });
});

// open.feishu.cn/document/server-docs/contact-v3/user/find_by_department
describe('the people of a department', () => {
  const find = (query: string) => world.api(`GET /contact/v3/users/find_by_department?${query}`);

  it('are its direct members who work here, 10 a page, at most 50', async () => {
    const service = await find(`department_id=${departmentId('客服')}&page_size=50`);
    expect(itemsOf(service)).toHaveLength(5);
    expect(itemsOf(await find(`department_id=${departmentId('大区')}`)).map(({ name }) => name)).toEqual([
      '高远',
    ]);
    expect(await find(`department_id=${departmentId('客服')}&page_size=51`)).toMatchObject({
      status: 400,
      code: 40011,
    });
  });

  it('are refused with HTTP 403 and 40004 for a department that is not there', async () => {
    expect(await find('department_id=od-nothing')).toMatchObject({ status: 403, code: 40004 });
  });

  it('are paged by tokens, of which a wrong one is 40012', async () => {
    const first = await find(`department_id=${departmentId('客服')}&page_size=3`);
    expect(first.data['has_more']).toBe(true);
    const rest = await find(
      `department_id=${departmentId('客服')}&page_size=3&page_token=${String(first.data['page_token'])}`,
    );
    expect([itemsOf(first).length, itemsOf(rest).length]).toEqual([3, 2]);
    expect((await find(`department_id=${departmentId('客服')}&page_token=nonsense`)).code).toBe(40012);
  });
});

// open.feishu.cn/document/server-docs/contact-v3/department/children
describe('departments', () => {
  it('are the children, or the whole tree with fetch_child', async () => {
    const children = async (query: string) =>
      itemsOf(await world.api(`GET /contact/v3/departments/0/children?page_size=50${query}`));
    expect((await children('')).every(({ parent_department_id: parent }) => parent === '0')).toBe(true);
    const all = await children('&fetch_child=true');
    expect(all).toHaveLength(world.feishu.tenant.company.departments.length);
    expect(all.find(({ name }) => name === '华东大区')?.['parent_department_id']).toBe(departmentId('大区'));
  });
});

// open.feishu.cn/document/server-docs/contact-v3/scope/list
describe('the contact range', () => {
  it('is the departments for an app that sees everyone', async () => {
    const { data } = await world.api('GET /contact/v3/scopes', undefined, LEGAL);
    expect(data['user_ids']).toEqual([]);
    expect(data['department_ids']).toContain(departmentId('总经办'));
  });

  it('is people, in pages of at most 100, for an app that does not', async () => {
    const first = await world.api('GET /contact/v3/scopes?page_size=50');
    expect(first.data['user_ids']).toHaveLength(50);
    const second = await world.api(`GET /contact/v3/scopes?page_token=${String(first.data['page_token'])}`);
    expect(second.data['user_ids']).toHaveLength(8);
    expect((await world.api('GET /contact/v3/scopes?page_size=101')).code).toBe(40011);
  });
});

// open.feishu.cn/document/server-docs/contact-v3/user/batch_get_id
describe('ids by email and phone', () => {
  it('come back without an id for whom nobody is, at most 50 each', async () => {
    const { email, mobile } = world.person('林知夏');
    const answer = await world.api('POST /contact/v3/users/batch_get_id', {
      emails: [email, 'nobody@bohe.example'],
      mobiles: [mobile.slice(3)],
    });
    expect(answer.data['user_list']).toEqual([
      { email, user_id: openId(world, '林知夏') },
      { email: 'nobody@bohe.example' },
      { mobile: mobile.slice(3), user_id: openId(world, '林知夏') },
    ]);
    const many = Array.from({ length: 51 }, () => email);
    expect((await world.api('POST /contact/v3/users/batch_get_id', { emails: many })).code).toBe(99992402);
  });

  it('leave out who resigned unless asked', async () => {
    const { email } = world.person('龚思齐');
    const ask = async (more: object) =>
      (await world.api('POST /contact/v3/users/batch_get_id', { emails: [email], ...more })).data[
        'user_list'
      ];
    expect(await ask({})).toEqual([{ email }]);
    expect(await ask({ include_resigned: true })).toEqual([{ email, user_id: openId(world, '龚思齐') }]);
  });
});
