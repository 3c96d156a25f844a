import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL_SCOPES } from '../../simulator/feishu/apps.ts';
import { shareBase } from '../../simulator/feishu/bitable/acts.ts';
import { add, addMany, createSheet, rowsOf, type Sheet } from './bitable.ts';
import { itemsOf, LEGAL, openId, startWorld, type World } from './world.ts';

let world: World;
let sheet: Sheet;
beforeEach(async () => {
  world = await startWorld({ switches: { baseWriteMs: 0 } });
  sheet = await createSheet(world);
});
afterEach(() => world.close());

const tables = () => `/bitable/v1/apps/${sheet.appToken}/tables`;
const api = (call: string, body?: unknown) => {
  const [method, path] = call.split(' ');
  return world.api(`${method ?? ''} ${sheet.path}${path ?? ''}`, body);
};
const fieldNames = async () =>
  itemsOf(await api('GET /fields?page_size=100')).map((field) => field['field_name']);

// open.feishu.cn/document/server-docs/docs/bitable-v1/app/create
describe('a Base', () => {
  it('comes with one empty table', async () => {
    const { data } = await world.api('POST /bitable/v1/apps', { name: '设置' });
    const app = data['app'] as Record<string, string>;
    expect(app).toMatchObject({ name: '设置', url: `https://feishu.cn/base/${app['app_token'] ?? ''}` });
    const listed = await world.api(`GET /bitable/v1/apps/${app['app_token'] ?? ''}/tables`);
    expect(itemsOf(listed)).toMatchObject([{ table_id: app['default_table_id'], name: '数据表' }]);
  });

  it('is created 20 times a minute, then 99991400', async () => {
    for (let made = 1; made < 20; made += 1) {
      expect((await world.api('POST /bitable/v1/apps', { name: 'x' })).code).toBe(0);
    }
    expect(await world.api('POST /bitable/v1/apps', { name: 'x' })).toMatchObject({
      status: 429,
      code: 99991400,
    });
  });

  it('has a name of at most 255 characters, else 1254031', async () => {
    const name = '名'.repeat(256);
    expect(await world.api('POST /bitable/v1/apps', { name })).toMatchObject({ status: 400, code: 1254031 });
  });

  it('that is not there is 1254040', async () => {
    expect((await world.api('GET /bitable/v1/apps/basnothing/tables')).code).toBe(1254040);
  });

  // 调用此接口前，请确保当前调用身份已有多维表格的编辑等文档权限，否则接口将返回 HTTP 403.
  it('is closed to another app with HTTP 403 and 1254302 until it is shared', async () => {
    const read = () => world.api(`GET ${sheet.path}/records`, undefined, LEGAL);
    const write = () => world.api(`POST ${sheet.path}/records`, { fields: {} }, LEGAL);
    expect(await read()).toMatchObject({ status: 403, code: 1254302 });
    shareBase(world.feishu.tenant, sheet.appToken, [LEGAL, 'view']);
    expect([(await read()).code, (await write()).code]).toEqual([0, 1254302]);
    shareBase(world.feishu.tenant, sheet.appToken, [LEGAL, 'edit']);
    expect((await write()).code).toBe(0);
  });

  it('needs a scope of 多维表格', async () => {
    await world.close();
    const scopes = ALL_SCOPES.filter((scope) => scope !== 'bitable:app');
    world = await startWorld({ alter: (app) => ({ ...app, scopes }) });
    expect((await world.api('POST /bitable/v1/apps', { name: 'x' })).code).toBe(99991672);
  });
});

// open.feishu.cn/document/server-docs/docs/bitable-v1/app-table/create, …/batch_create, …/patch, …/delete
describe('tables', () => {
  const create = (table: object) => world.api(`POST ${tables()}`, { table });

  it('are created with a view and fields, whose ids are answered', async () => {
    const fields = [{ field_name: '名称', type: 1 }];
    const { data } = await create({ name: '归档', default_view_name: '全部', fields });
    expect(data).toEqual({
      table_id: expect.stringMatching(/^tbl/) as unknown,
      default_view_id: expect.stringMatching(/^vew/) as unknown,
      field_id_list: [expect.stringMatching(/^fld/)],
    });
  });

  it('have one index field when none is given', async () => {
    const { data } = await create({ name: '空' });
    expect(Object.keys(data)).toEqual(['table_id']);
    const listed = await world.api(`GET ${tables()}/${String(data['table_id'])}/fields`);
    expect(itemsOf(listed)).toMatchObject([{ type: 1, is_primary: true }]);
  });

  it.each([
    ['a name that is taken', { name: '工单' }, 200, 1254013],
    ['a name with / \\ ? * : [ ]', { name: '一/二' }, 200, 1254001],
    ['a view without fields', { name: '甲', default_view_name: '全部' }, 200, 1254001],
    [
      'an index field that is a select',
      { name: '甲', fields: [{ field_name: '状态', type: 3 }] },
      400,
      1254012,
    ],
    [
      'two fields of one name',
      {
        name: '甲',
        fields: [
          { field_name: '名称', type: 1 },
          { field_name: '名称', type: 1 },
        ],
      },
      200,
      1254014,
    ],
  ])('refuse %s', async (...[, table, status, code]) => {
    expect(await create(table)).toMatchObject({ status, code });
  });

  it('are created all or none in a batch', async () => {
    const batch = (...names: string[]) =>
      world.api(`POST ${tables()}/batch_create`, { tables: names.map((name) => ({ name })) });
    expect((await batch('甲', '甲')).code).toBe(1254013);
    expect((await batch('甲', '工单')).code).toBe(1254013);
    expect((await batch('甲', '乙')).data['table_ids']).toHaveLength(2);
    const names = itemsOf(await world.api(`GET ${tables()}`)).map(({ name }) => name);
    expect(names).toEqual(['数据表', '工单', '甲', '乙']);
  });

  it('are at most 100, then 1254100', async () => {
    const names = Array.from({ length: 99 }, (_, at) => ({ name: `表${at}` }));
    expect((await world.api(`POST ${tables()}/batch_create`, { tables: names })).code).toBe(1254100);
  });

  it('are renamed and deleted, but the last one stays with HTTP 403 and 1254034', async () => {
    expect((await api('PATCH ', { name: '售后工单' })).data).toEqual({ name: '售后工单' });
    expect((await api('DELETE ')).code).toBe(0);
    expect((await api('GET /fields')).code).toBe(1254041);
    const [last] = itemsOf(await world.api(`GET ${tables()}`));
    const answer = await world.api(`DELETE ${tables()}/${String(last?.['table_id'])}`);
    expect(answer).toMatchObject({ status: 403, code: 1254034 });
  });
});

// open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-field/guide
describe('fields', () => {
  const field = async (name: string) =>
    itemsOf(await api('GET /fields?page_size=100')).find((one) => one['field_name'] === name);

  it('are created and listed with type, ui_type and property', async () => {
    const created = await api('POST /fields', {
      field_name: '优先级',
      type: 3,
      property: { options: [{ name: 'P0', color: 5 }, { name: 'P1' }] },
    });
    expect(created.data['field']).toMatchObject({
      field_name: '优先级',
      ui_type: 'SingleSelect',
      is_primary: false,
      property: {
        options: [
          { name: 'P0', color: 5 },
          { name: 'P1', color: 6 },
        ],
      },
    });
    expect(await fieldNames()).toContain('优先级');
  });

  it('are deleted with their cells, but never the primary one (1254046)', async () => {
    await add(world, sheet, { 单号: 'T-1', 金额: 1 });
    expect((await api(`DELETE /fields/${sheet.fields.get('金额') ?? ''}`)).data).toMatchObject({
      deleted: true,
    });
    expect(await fieldNames()).not.toContain('金额');
    expect((await api(`DELETE /fields/${sheet.fields.get('单号') ?? ''}`)).code).toBe(1254046);
    expect((await api('DELETE /fields/fldnothing')).code).toBe(1254044);
  });

  it('keep their cells when they are renamed, and options theirs by id', async () => {
    await addMany(world, sheet, [{ 状态: '待处理' }, { 状态: '处理中' }]);
    const options = ((await field('状态'))?.['property'] as { options: { id: string; name: string }[] })
      .options;
    const renamed = [{ id: options[0]?.id, name: '未处理' }];
    const answer = await api(`PUT /fields/${sheet.fields.get('状态') ?? ''}`, {
      field_name: '进度',
      type: 3,
      property: { options: renamed },
    });
    expect(answer.code).toBe(0);
    const rows = rowsOf(await api('POST /records/search', { field_names: ['进度'] }));
    expect(rows.map(({ fields }) => fields)).toEqual([{ 进度: '未处理' }, {}]);
  });

  it('refuse a name that is taken, an empty one, and a kind that does not exist', async () => {
    expect((await api('POST /fields', { field_name: '金额', type: 1 })).code).toBe(1254014);
    expect(await api('POST /fields', { field_name: ' ', type: 1 })).toMatchObject({
      status: 400,
      code: 1254028,
    });
    expect((await api('POST /fields', { field_name: '查找', type: 19 })).code).toBe(1254012);
  });

  it('are at most 300, then 1254105', async () => {
    const fields = Array.from({ length: 300 }, (_, at) => ({ field_name: `列${at}`, type: 1 }));
    const { data } = await world.api(`POST ${tables()}`, { table: { name: '宽', fields } });
    const path = `${tables()}/${String(data['table_id'])}/fields`;
    expect((await world.api(`POST ${path}`, { field_name: '多', type: 1 })).code).toBe(1254105);
  });
});

// open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-view/create, …/patch, …/get, …/list
describe('views', () => {
  const createView = async (name: string) =>
    ((await api('POST /views', { view_name: name })).data['view'] as { view_id: string }).view_id;
  const condition = (name: string, operator: string, ...value: string[]) => ({
    field_id: sheet.fields.get(name),
    operator,
    ...(value.length > 0 ? { value: JSON.stringify(value) } : {}),
  });
  const filtered = (...conditions: object[]) => ({
    property: { filter_info: { conjunction: 'and', conditions } },
  });

  it('carry a filter that a search by view_id applies', async () => {
    await addMany(world, sheet, [
      { 单号: 'T-1', 状态: '待处理' },
      { 单号: 'T-2', 状态: '处理中' },
    ]);
    const id = await createView('待处理');
    const patched = await api(`PATCH /views/${id}`, filtered(condition('状态', 'is', '待处理')));
    expect(patched.data['view']).toMatchObject({
      view_id: id,
      view_type: 'grid',
      property: { filter_info: { conditions: [{ field_type: 3, operator: 'is', value: '["待处理"]' }] } },
    });
    expect((await api('POST /records/search', { view_id: id })).data['total']).toBe(1);
    expect(itemsOf(await api(`GET /records?view_id=${id}`))).toHaveLength(1);
    expect((await api(`GET /views/${id}`)).data).toEqual(patched.data);
  });

  // 当 filter 参数 或 sort 参数不为空时，指定的 view_id 会被忽略.
  it('are ignored by a search with a filter or a sort', async () => {
    await addMany(world, sheet, [
      { 单号: 'T-1', 状态: '待处理' },
      { 单号: 'T-2', 状态: '处理中' },
    ]);
    const id = await createView('待处理');
    await api(`PATCH /views/${id}`, filtered(condition('状态', 'is', '待处理')));
    const sort = [{ field_name: '单号' }];
    expect((await api('POST /records/search', { view_id: id, sort })).data['total']).toBe(2);
  });

  it('name people by the open_id of the app that asks', async () => {
    await add(world, sheet, { 单号: 'T-1', 负责人: [{ id: openId(world, '林知夏') }] });
    const id = await createView('我的待办');
    const mine = filtered(condition('负责人', 'contains', openId(world, '林知夏')));
    const { data } = await api(`PATCH /views/${id}`, mine);
    expect(JSON.stringify(data)).toContain(openId(world, '林知夏'));
    expect((await api('POST /records/search', { view_id: id })).data['total']).toBe(1);
  });

  it('keep what a patch leaves out, and lose what it sets to null', async () => {
    const id = await createView('待处理');
    await api(`PATCH /views/${id}`, filtered(condition('状态', 'is', '待处理')));
    expect((await api(`PATCH /views/${id}`, { view_name: '今日' })).data['view']).toMatchObject({
      view_name: '今日',
      property: { filter_info: { conjunction: 'and' } },
    });
    const cleared = await api(`PATCH /views/${id}`, { property: { filter_info: null } });
    expect(cleared.data['view']).toMatchObject({ property: { filter_info: null } });
  });

  it('answer errors with HTTP 400, and 404 for what is not there', async () => {
    const id = await createView('甲');
    expect(await api('PATCH /views/vewnothing', {})).toMatchObject({ status: 404, code: 1254042 });
    const unknown = filtered({ field_id: 'fldnothing', operator: 'isEmpty' });
    expect(await api(`PATCH /views/${id}`, unknown)).toMatchObject({ status: 404, code: 1254044 });
    const wrong = filtered(condition('截止', 'isNot', 'Today'));
    expect(await api(`PATCH /views/${id}`, wrong)).toMatchObject({ status: 400, code: 1254018 });
    expect(await api('POST /views', { view_name: '甲' })).toMatchObject({ status: 400, code: 1254020 });
    expect((await api('POST /views', { view_name: '[乙]' })).code).toBe(1254022);
    expect((await api('POST /views', { view_name: '丙', view_type: 'table' })).code).toBe(1254019);
  });

  it('are listed and deleted', async () => {
    const id = await createView('甲');
    expect(itemsOf(await api('GET /views'))).toMatchObject([
      { view_name: '全部', view_public_level: 'Public' },
      { view_id: id, view_name: '甲', view_type: 'grid' },
    ]);
    expect((await api(`DELETE /views/${id}`)).code).toBe(0);
    expect(itemsOf(await api('GET /views'))).toHaveLength(1);
  });
});

// open.feishu.cn/document/server-docs/api-call-guide/frequency-control and the page of each API.
describe('published rates', () => {
  it.each([
    ['POST /records', 50],
    ['POST /records/search', 20],
    ['POST /fields', 10],
    ['GET /views', 20],
  ])('%s: %i a second, then HTTP 429', async (call, perSecond) => {
    await world.clock.advance(1000);
    const body = { fields: {}, field_name: '单号', type: 1 };
    const answers = await Promise.all(
      Array.from({ length: perSecond + 1 }, () => api(call, call.startsWith('GET') ? undefined : body)),
    );
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    expect(answers.find(({ status }) => status === 429)?.code).toBe(99991400);
  });
});
