import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { add, addMany, createSheet, recordIdOf, rowsOf, type Sheet } from './bitable.ts';
import { LEGAL, openId, startWorld, type World } from './world.ts';

let world: World;
let sheet: Sheet;
beforeEach(async () => {
  world = await startWorld({ switches: { baseWriteMs: 0 } });
  sheet = await createSheet(world);
});
afterEach(() => world.close());

const api = (call: string, body?: unknown) => {
  const [method, path] = call.split(' ');
  return world.api(`${method ?? ''} ${sheet.path}${path ?? ''}`, body);
};
const search = (body: object = {}, query = '') => api(`POST /records/search${query}`, body);
const namesIn = async (body: object) =>
  rowsOf(await search({ ...body, field_names: ['单号'] })).map(
    ({ fields }) => (fields['单号'] as { text: string }[])[0]?.text,
  );

// open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record/create and …/batch_create.
describe('creating records', () => {
  it('keeps every kind of value and answers it in the form of a search', async () => {
    const fields = {
      单号: 'T-1042',
      金额: 39.9,
      状态: '待处理',
      标签: ['漏发', '天猫'],
      截止: 1_795_000_000_000,
      食品安全: true,
      负责人: [{ id: openId(world, '林知夏') }],
      电话: '13800000000',
      链接: { text: '订单', link: 'https://example.com/1' },
    };
    const created = await api('POST /records', { fields });
    expect(created).toMatchObject({ status: 200, code: 0, data: { record: { fields } } });
    const [row] = rowsOf(await search());
    expect(row).toMatchObject({
      record_id: recordIdOf(created),
      fields: {
        ...fields,
        单号: [{ text: 'T-1042', type: 'text' }],
        负责人: [{ id: openId(world, '林知夏'), name: '林知夏' }],
        创建于: world.clock.now(),
        更新于: world.clock.now(),
      },
    });
  });

  it('leaves empty cells out', async () => {
    await add(world, sheet, { 单号: 'T-1', 金额: null, 状态: null });
    expect(Object.keys(rowsOf(await search())[0]?.fields ?? {}).sort()).toEqual(['创建于', '单号', '更新于']);
  });

  it.each([
    ['单号', 7, 200, 1254060],
    ['金额', '7', 200, 1254061],
    ['状态', ['待处理'], 200, 1254062],
    ['标签', '漏发', 200, 1254063],
    ['截止', '2026-11-23', 200, 1254064],
    ['食品安全', '是', 200, 1254065],
    ['负责人', 'ou_1', 200, 1254066],
    ['负责人', [{ id: 'ou_nobody' }], 200, 1254066],
    ['链接', 'https://example.com', 200, 1254068],
    ['附件', 'box1', 200, 1254069],
    ['附件', [{ file_token: 'boxunknown' }], 200, 1254303],
    ['电话', '138-0000', 200, 1254072],
    ['创建于', 1, 400, 1254015],
    ['不存在', 'x', 200, 1254045],
  ])('refuses %s = %j with HTTP %i and %i', async (...[name, value, status, code]) => {
    expect(await api('POST /records', { fields: { [name]: value } })).toMatchObject({ status, code });
  });

  it('refuses the open_id of another app with 1254066', async () => {
    const fields = { 负责人: [{ id: openId(world, '林知夏', LEGAL) }] };
    expect((await api('POST /records', { fields })).code).toBe(1254066);
  });

  it('takes people by the id type of the request', async () => {
    const { unionId } = world.person('林知夏');
    const created = await api('POST /records?user_id_type=union_id', {
      fields: { 负责人: [{ id: unionId }] },
    });
    expect(created.code).toBe(0);
    const [row] = rowsOf(await search({}, '?user_id_type=union_id'));
    expect(row?.fields['负责人']).toMatchObject([{ id: unionId }]);
  });

  it('refuses text of more than 100,000 characters with 1254130', async () => {
    expect((await api('POST /records', { fields: { 单号: 'x'.repeat(100_001) } })).code).toBe(1254130);
  });

  it('makes an option of a value that is new', async () => {
    await add(world, sheet, { 状态: '已结案', 标签: ['拒收'] });
    const { data } = await api('GET /fields?page_size=100');
    const options = (name: string) =>
      (data['items'] as { field_name: string; property: { options: { name: string }[] } }[])
        .find(({ field_name: own }) => own === name)
        ?.property.options.map((option) => option.name);
    expect(options('状态')).toEqual(['待处理', '处理中', '已结案']);
    expect(options('标签')).toEqual(['拒收']);
  });

  it('takes 1,000 at once and refuses 1,001 with 1254104', async () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ fields: { 单号: `T-${at}` } }));
    expect((await api('POST /records/batch_create', { records: rows(1001) })).code).toBe(1254104);
    const answer = await api('POST /records/batch_create', { records: rows(1000) });
    expect(rowsOf(answer, 'records')).toHaveLength(1000);
  });

  it('creates all of a batch or none, options included', async () => {
    const records = [{ fields: { 状态: '没有过' } }, { fields: { 金额: '坏' } }];
    expect((await api('POST /records/batch_create', { records })).code).toBe(1254061);
    expect((await search()).data['total']).toBe(0);
    expect(JSON.stringify((await api('GET /fields')).data)).not.toContain('没有过');
  });

  it('refuses what goes beyond the record limit with 1254103', async () => {
    world.feishu.tenant.setSwitches({ baseRecordLimit: 2 });
    await addMany(world, sheet, [{ 单号: '1' }, { 单号: '2' }]);
    expect(await api('POST /records', { fields: { 单号: '3' } })).toMatchObject({
      status: 200,
      code: 1254103,
    });
  });

  it('answers a client_token that it knows with the same records', async () => {
    const call = `POST /records/batch_create?client_token=${randomUUID()}`;
    const body = { records: [{ fields: { 单号: '1' } }, { fields: { 单号: '2' } }] };
    const first = await api(call, body);
    expect((await api(call, body)).data).toEqual(first.data);
    expect((await search()).data['total']).toBe(2);
  });

  it('refuses a client_token that is no uuid v4 with HTTP 400 and 1254037', async () => {
    const call = 'POST /records?client_token=11111111-1111-1111-1111-111111111111';
    expect(await api(call, { fields: {} })).toMatchObject({ status: 400, code: 1254037 });
  });

  it('refuses a client_token that did something else with HTTP 400 and 1255006', async () => {
    const call = `POST /records?client_token=${randomUUID()}`;
    await api(call, { fields: { 单号: '1' } });
    expect(await api(call, { fields: { 单号: '2' } })).toMatchObject({ status: 400, code: 1255006 });
  });

  it('refuses a client_token whose first request is not answered yet with 1254608', async () => {
    world.feishu.tenant.setSwitches({ baseWriteMs: 200 });
    const call = `POST /records?client_token=${randomUUID()}`;
    const body = { fields: { 单号: '1' } };
    const answers = await Promise.all([api(call, body), api(call, body)]);
    expect(answers.map(({ code }) => code).sort()).toEqual([0, 1254608]);
  });
});

// open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record/update, …/batch_update, …/delete, …/batch_delete.
describe('changing records', () => {
  it('changes the named fields and leaves the others', async () => {
    const id = await add(world, sheet, { 单号: 'T-1', 金额: 1, 状态: '待处理' });
    expect((await api(`PUT /records/${id}`, { fields: { 金额: 2, 状态: null } })).code).toBe(0);
    const [row] = rowsOf(await search());
    expect(row?.fields).toMatchObject({ 单号: [{ text: 'T-1' }], 金额: 2 });
    expect(row?.fields).not.toHaveProperty('状态');
  });

  it('refuses a record that is not there with 1254043', async () => {
    const fields = { 单号: 'x' };
    expect(await api('PUT /records/recnothing', { fields })).toMatchObject({ status: 200, code: 1254043 });
    expect((await api('DELETE /records/recnothing')).code).toBe(1254043);
  });

  it('updates all of a batch or none', async () => {
    const id = await add(world, sheet, { 单号: 'T-1' });
    const records = [
      { record_id: id, fields: { 单号: 'T-2' } },
      { record_id: 'recnothing', fields: { 单号: 'T-3' } },
    ];
    expect((await api('POST /records/batch_update', { records })).code).toBe(1254043);
    expect(await namesIn({})).toEqual(['T-1']);
    expect((await api('POST /records/batch_update', { records: records.slice(0, 1) })).code).toBe(0);
    expect(await namesIn({})).toEqual(['T-2']);
  });

  it('deletes all of a batch or none', async () => {
    const ids = await addMany(world, sheet, [{ 单号: '1' }, { 单号: '2' }, { 单号: '3' }]);
    expect((await api('POST /records/batch_delete', { records: [...ids, 'recnothing'] })).code).toBe(1254043);
    const answer = await api('POST /records/batch_delete', { records: ids.slice(0, 2) });
    expect(rowsOf(answer, 'records')).toEqual(
      ids.slice(0, 2).map((id) => ({ deleted: true, record_id: id })),
    );
    expect((await api(`DELETE /records/${ids[2] ?? ''}`)).data).toEqual({ deleted: true, record_id: ids[2] });
    expect((await search()).data['total']).toBe(0);
  });

  it('refuses a write of a table while another one is not answered yet with 1254291', async () => {
    world.feishu.tenant.setSwitches({ baseWriteMs: 200 });
    const write = () => api('POST /records', { fields: { 单号: '1' } });
    const answers = await Promise.all([write(), write()]);
    expect(answers.map(({ code }) => code).sort()).toEqual([0, 1254291]);
    expect((await write()).code).toBe(0);
  });

  it('takes writes of two tables side by side', async () => {
    const other = await createSheet(world);
    world.feishu.tenant.setSwitches({ baseWriteMs: 200 });
    const answers = await Promise.all(
      [sheet, other].map(({ path }) => world.api(`POST ${path}/records`, { fields: {} })),
    );
    expect(answers.map(({ code }) => code)).toEqual([0, 0]);
  });

  it('lets a refused write occupy nothing', async () => {
    world.feishu.tenant.setSwitches({ baseWriteMs: 10_000 });
    expect((await api('POST /records', { fields: { 金额: '坏' } })).code).toBe(1254061);
    world.feishu.tenant.setSwitches({ baseWriteMs: 0 });
    expect((await api('POST /records', { fields: { 金额: 1 } })).code).toBe(0);
  });
});

// open.feishu.cn/document/docs/bitable-v1/app-table-record/search
describe('searching records', () => {
  const rows = [
    { 单号: 'T-1', 金额: 10, 状态: '待处理', 标签: ['漏发'], 食品安全: true },
    { 单号: 'T-2', 金额: 30, 状态: '处理中', 标签: ['漏发', '破损'] },
    { 单号: 'T-3', 金额: 20, 状态: '待处理' },
  ];
  const by = (field_name: string, operator: string, ...value: string[]) => ({
    filter: { conjunction: 'and', conditions: [{ field_name, operator, value }] },
  });

  it('pages with page_token and counts all of them', async () => {
    await addMany(world, sheet, rows);
    const first = await search({}, '?page_size=2');
    expect(first.data).toMatchObject({ has_more: true, total: 3 });
    const rest = await search({}, `?page_size=2&page_token=${String(first.data['page_token'])}`);
    expect(rest.data).toMatchObject({ has_more: false });
    expect(rowsOf(rest)).toHaveLength(1);
  });

  it('gives at most 500 a page, and 20 without a size', async () => {
    await addMany(
      world,
      sheet,
      Array.from({ length: 25 }, (_, at) => ({ 金额: at })),
    );
    expect(rowsOf(await search())).toHaveLength(20);
    expect((await search({}, '?page_size=501')).code).toBe(99992402);
    expect((await search({}, '?page_token=nonsense')).code).toBe(1254030);
  });

  it('filters by the operators of the guide', async () => {
    await addMany(world, sheet, rows);
    expect(await namesIn(by('单号', 'is', 'T-2'))).toEqual(['T-2']);
    expect(await namesIn(by('单号', 'contains', 'T-'))).toEqual(['T-1', 'T-2', 'T-3']);
    expect(await namesIn(by('状态', 'isNot', '待处理'))).toEqual(['T-2']);
    expect(await namesIn(by('金额', 'isGreaterEqual', '20'))).toEqual(['T-2', 'T-3']);
    expect(await namesIn(by('标签', 'contains', '破损'))).toEqual(['T-2']);
    expect(await namesIn(by('标签', 'isEmpty'))).toEqual(['T-3']);
    expect(await namesIn(by('食品安全', 'is', 'false'))).toEqual(['T-2', 'T-3']);
  });

  it('joins conditions by and, by or, and one level of children', async () => {
    await addMany(world, sheet, rows);
    const is = (field_name: string, value: string) => ({ field_name, operator: 'is', value: [value] });
    const either = { conjunction: 'or', conditions: [is('金额', '10'), is('金额', '30')] };
    expect(await namesIn({ filter: either })).toEqual(['T-1', 'T-2']);
    const children = [either, { conjunction: 'or', conditions: [is('状态', '待处理')] }];
    expect(await namesIn({ filter: { conjunction: 'and', children } })).toEqual(['T-1']);
  });

  it('finds people by the id type of the request', async () => {
    await add(world, sheet, { 单号: 'T-9', 负责人: [{ id: openId(world, '林知夏') }] });
    await add(world, sheet, { 单号: 'T-8' });
    expect(await namesIn(by('负责人', 'contains', openId(world, '林知夏')))).toEqual(['T-9']);
  });

  it('takes a date by its day, whole weeks, and only five operators', async () => {
    const day = 86_400_000;
    const now = world.clock.now();
    await addMany(world, sheet, [
      { 单号: '昨天', 截止: now - day },
      { 单号: '今天', 截止: now + 3_600_000 },
      { 单号: '下周', 截止: now + 8 * day },
    ]);
    expect(await namesIn(by('截止', 'is', 'Today'))).toEqual(['今天']);
    expect(await namesIn(by('截止', 'is', 'ExactDate', String(now)))).toEqual(['今天']);
    expect(await namesIn(by('截止', 'is', 'CurrentWeek'))).toEqual(['今天']);
    expect(await namesIn(by('截止', 'isLess', 'Today'))).toEqual(['昨天']);
    expect(await namesIn(by('截止', 'isGreater', 'Today'))).toEqual(['下周']);
    expect((await search(by('截止', 'isNot', 'Today'))).code).toBe(1254018);
    expect((await search(by('截止', 'isGreater', 'CurrentWeek'))).code).toBe(1254018);
  });

  it.each([
    ['a field that is not there', by('没有', 'is', 'x')],
    ['an operator that is not supported', by('单号', 'like', 'x')],
    ['a value where none belongs', by('单号', 'isEmpty', 'x')],
    [
      'more than 50 conditions',
      {
        filter: {
          conjunction: 'or',
          conditions: Array.from({ length: 51 }, () => ({
            field_name: '单号',
            operator: 'is',
            value: ['x'],
          })),
        },
      },
    ],
  ])('refuses %s with 1254018', async (_, body) => {
    expect((await search(body)).code).toBe(1254018);
  });

  it('sorts by several fields, selects by the order of their options', async () => {
    await addMany(world, sheet, rows);
    const sort = [
      { field_name: '状态', desc: true },
      { field_name: '金额', desc: true },
    ];
    expect(await namesIn({ sort })).toEqual(['T-2', 'T-3', 'T-1']);
    expect((await search({ sort: [{ field_name: '没有' }] })).code).toBe(1254016);
  });

  it('answers only the fields that are asked for', async () => {
    await addMany(world, sheet, rows);
    expect(rowsOf(await search({ field_names: ['金额'] }))[0]?.fields).toEqual({ 金额: 10 });
    expect((await search({ field_names: ['没有'] })).code).toBe(1254024);
  });

  it('adds who and when on demand', async () => {
    await add(world, sheet, { 单号: 'T-1' });
    expect(rowsOf(await search({ automatic_fields: true }))[0]).toMatchObject({
      created_time: world.clock.now(),
      last_modified_by: { name: '直达' },
    });
  });
});

// open.feishu.cn/document/docs/bitable-v1/app-table-record/batch_get and …/list
describe('reading records', () => {
  it('gets up to 100 by id and names what is absent', async () => {
    const id = await add(world, sheet, { 单号: 'T-1' });
    const answer = await api('POST /records/batch_get', { record_ids: [id, 'recnothing'] });
    expect(rowsOf(answer, 'records')).toMatchObject([{ record_id: id }]);
    expect(answer.data).toMatchObject({ absent_record_ids: ['recnothing'], forbidden_record_ids: [] });
    const many = Array.from({ length: 101 }, (_, at) => `rec${at}`);
    expect((await api('POST /records/batch_get', { record_ids: many })).code).toBe(99992402);
  });

  it('answers batch_get for a table that is not there with HTTP 404', async () => {
    const path = `/bitable/v1/apps/${sheet.appToken}/tables/tblnothing/records/batch_get`;
    expect(await world.api(`POST ${path}`, { record_ids: ['rec1'] })).toMatchObject({
      status: 404,
      code: 1254041,
    });
  });

  it('lists text as one string unless it is asked for as an array', async () => {
    await add(world, sheet, { 单号: 'T-1' });
    expect(rowsOf(await api('GET /records'))[0]?.fields['单号']).toBe('T-1');
    expect(rowsOf(await api('GET /records?text_field_as_array=true'))[0]?.fields['单号']).toEqual([
      { text: 'T-1', type: 'text' },
    ]);
  });
});
