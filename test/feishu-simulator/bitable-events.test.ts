import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL_SCOPES, type AppRegistration } from '../../simulator/feishu/apps.ts';
import { type BaseActs, baseActsOf, shareBase } from '../../simulator/feishu/bitable/acts.ts';
import { add, addMany, createSheet, recordIdOf, rowsOf, type Sheet } from './bitable.ts';
import { LEGAL, openId, startWorld, type World, ZHIDA } from './world.ts';

let world: World;
let sheet: Sheet;
let actor: BaseActs;
beforeEach(async () => {
  world = await startWorld({ switches: { baseWriteMs: 0 } });
  sheet = await createSheet(world);
  actor = baseActsOf(world.feishu.tenant, world.person('林知夏').unionId);
});
afterEach(() => world.close());

const subscribe = (appId = ZHIDA, token = sheet.appToken, type = 'bitable') =>
  world.api(`POST /drive/v1/files/${token}/subscribe?file_type=${type}`, undefined, appId);

type Value = { readonly field_id: string; readonly field_value: string };
type Changed = {
  readonly operator_id: Record<string, string>;
  readonly action_list: {
    record_id: string;
    action: string;
    before_value: Value[];
    after_value: Value[];
  }[];
};
const pushed = (appId = ZHIDA): readonly Changed[] =>
  world.feishu.tenant.pushes.log
    .since(0)
    .filter((push) => push.appId === appId && push.eventType === 'drive.file.bitable_record_changed_v1')
    .map(({ payload }) => (payload as { event: Changed }).event);
const idOf = (name: string): string => sheet.fields.get(name) ?? '';

// open.feishu.cn/document/server-docs/docs/drive-v1/event/subscribe
describe('subscribing to a Base', () => {
  it('is for its owner and those who manage it, else HTTP 403 and 1069603', async () => {
    expect((await subscribe()).code).toBe(0);
    expect(await subscribe(LEGAL)).toMatchObject({ status: 403, code: 1069603 });
    shareBase(world.feishu.tenant, sheet.appToken, [LEGAL, 'edit']);
    expect((await subscribe(LEGAL)).code).toBe(1069603);
    shareBase(world.feishu.tenant, sheet.appToken, [LEGAL, 'full_access']);
    expect((await subscribe(LEGAL)).code).toBe(0);
  });

  it('refuses a file that is not there and a wrong file_type', async () => {
    expect(await subscribe(ZHIDA, 'basnothing')).toMatchObject({ status: 400, code: 1069604 });
    expect(await subscribe(ZHIDA, sheet.appToken, 'table')).toMatchObject({ status: 400, code: 1069602 });
  });

  // …/event/get_subscribe and …/event/delete_subscribe
  it('can be asked about and ended', async () => {
    const asked = () => world.api(`GET /drive/v1/files/${sheet.appToken}/get_subscribe?file_type=bitable`);
    const end = () =>
      world.api(`DELETE /drive/v1/files/${sheet.appToken}/delete_subscribe?file_type=bitable`);
    expect((await asked()).data).toEqual({ is_subscribe: false });
    await subscribe();
    expect((await asked()).data).toEqual({ is_subscribe: true });
    expect((await end()).code).toBe(0);
    expect((await end()).code).toBe(1069605);
  });
});

// open.feishu.cn/document/docs/bitable-v1/events/bitable_record_changed
describe('drive.file.bitable_record_changed_v1', () => {
  it('is not pushed to an app that did not subscribe', async () => {
    await add(world, sheet, { 单号: 'T-1' });
    expect(pushed()).toEqual([]);
  });

  it('says who changed which field from what to what', async () => {
    await subscribe();
    const id = await add(world, sheet, { 单号: 'T-1', 状态: '待处理' });
    actor.editRecord(sheet.appToken, sheet.tableId, { recordId: id, fields: { 单号: 'T-2', 状态: null } });
    expect(pushed().at(-1)).toEqual({
      file_type: 'bitable',
      file_token: sheet.appToken,
      table_id: sheet.tableId,
      revision: 3,
      operator_id: {
        open_id: openId(world, '林知夏'),
        union_id: world.person('林知夏').unionId,
        user_id: world.person('林知夏').userId,
      },
      action_list: [
        {
          record_id: id,
          action: 'record_edited',
          before_value: [
            { field_id: idOf('单号'), field_value: '[{"text":"T-1","type":"text"}]' },
            { field_id: idOf('状态'), field_value: '"待处理"' },
          ],
          after_value: [
            { field_id: idOf('单号'), field_value: '[{"text":"T-2","type":"text"}]' },
            { field_id: idOf('状态'), field_value: '' },
          ],
        },
      ],
      subscriber_id_list: [expect.objectContaining({ open_id: 'ou_a1zhida00000001' })],
      update_time: Math.floor(world.clock.now() / 1000),
    });
  });

  it('tells of rows that were added and deleted, a whole batch in one event', async () => {
    await subscribe();
    const ids = await addMany(world, sheet, [{ 金额: 1 }, { 金额: 2 }]);
    await world.api(`POST ${sheet.path}/records/batch_delete`, { records: ids });
    expect(pushed().map(({ action_list: list }) => list.map(({ action }) => action))).toEqual([
      ['record_added', 'record_added'],
      ['record_deleted', 'record_deleted'],
    ]);
    const value = { field_id: idOf('金额'), field_value: '1' };
    expect(pushed()[0]?.action_list[0]).toMatchObject({ before_value: [], after_value: [value] });
    expect(pushed()[1]?.action_list[0]).toMatchObject({ before_value: [value], after_value: [] });
  });

  it('is pushed for the own writes of the app too, with its bot as operator', async () => {
    await subscribe();
    await add(world, sheet, { 单号: 'T-1' });
    expect(pushed()[0]?.operator_id).toMatchObject({ open_id: 'ou_a1zhida00000001' });
  });

  it('names people by the ids of the app that is told', async () => {
    shareBase(world.feishu.tenant, sheet.appToken, [LEGAL, 'full_access']);
    await subscribe(LEGAL);
    await add(world, sheet, { 负责人: [{ id: openId(world, '林知夏') }] });
    const [value] = pushed(LEGAL)[0]?.action_list[0]?.after_value ?? [];
    expect(value?.field_value).toContain(openId(world, '林知夏', LEGAL));
    expect(value).toMatchObject({
      field_identity_value: {
        users: [{ name: '林知夏', user_id: { open_id: openId(world, '林知夏', LEGAL) } }],
      },
    });
  });

  it('is not pushed for an edit that changes nothing, nor for a write that was refused', async () => {
    await subscribe();
    const id = await add(world, sheet, { 单号: 'T-1' });
    await world.api(`PUT ${sheet.path}/records/${id}`, { fields: { 单号: 'T-1' } });
    await world.api(`PUT ${sheet.path}/records/${id}`, { fields: { 金额: '坏' } });
    expect(pushed()).toHaveLength(1);
  });

  // 多维表格记录变更时，事件体中不含公式字段的值.
  it('never holds the value of a formula or of what computes itself', async () => {
    await world.api(`POST ${sheet.path}/fields`, { field_name: '算', type: 20 });
    await subscribe();
    await add(world, sheet, { 单号: 'T-1' });
    expect(pushed()[0]?.action_list[0]?.after_value.map(({ field_id: id }) => id)).toEqual([idOf('单号')]);
  });

  it('needs one of the scopes of its page', async () => {
    await world.close();
    const scopes = ALL_SCOPES.filter((scope) => scope !== 'drive:drive' && scope !== 'bitable:app');
    const alter = (app: AppRegistration) => (app.appId === LEGAL ? { ...app, scopes } : app);
    world = await startWorld({ switches: { baseWriteMs: 0 }, alter });
    sheet = await createSheet(world);
    shareBase(world.feishu.tenant, sheet.appToken, [LEGAL, 'full_access']);
    expect((await subscribe(LEGAL)).code).toBe(0);
    await add(world, sheet, { 单号: 'T-1' });
    expect(pushed(LEGAL)).toEqual([]);
  });
});

describe('what a person does in a Base', () => {
  it('adds, edits and deletes rows by the names of Base, table, field and colleague', async () => {
    const id = actor.addRecord('售后', '工单', { 单号: 'T-1', 负责人: [{ id: '林知夏' }] });
    const search = () => world.api(`POST ${sheet.path}/records/search`, { automatic_fields: true });
    expect(rowsOf(await search())).toMatchObject([
      { record_id: id, fields: { 负责人: [{ name: '林知夏' }] }, last_modified_by: { name: '林知夏' } },
    ]);
    actor.editRecord('售后', '工单', { recordId: id, fields: { 单号: 'T-2' } });
    expect(rowsOf(await search())[0]?.fields['单号']).toMatchObject([{ text: 'T-2' }]);
    actor.deleteRecord('售后', '工单', id);
    expect(rowsOf(await search())).toEqual([]);
  });

  it('is refused as the API would refuse it', () => {
    expect(() => actor.addRecord('售后', '工单', { 金额: '坏' })).toThrow('NumberFieldConvFail');
    expect(() => actor.addRecord('售后', '没有', {})).toThrow('no such table');
  });

  const sim = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${world.feishu.url}/sim${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('can be done over the control API, whose screens show it', async () => {
    const { unionId } = world.person('林知夏');
    const records = `/people/${unionId}/bases/${sheet.appToken}/tables/${sheet.tableId}/records`;
    const added = await sim('POST', records, { fields: { 单号: 'T-1', 负责人: [{ id: unionId }] } });
    const id = String(added.body['recordId']);
    await sim('PATCH', `${records}/${id}`, { fields: { 食品安全: true } });
    const screen = await sim('GET', `/bases/${sheet.appToken}/tables/${sheet.tableId}`);
    expect(screen.body).toMatchObject({
      name: '工单',
      total: 1,
      rows: [
        {
          recordId: id,
          cells: {
            [idOf('单号')]: 'T-1',
            [idOf('食品安全')]: true,
            [idOf('负责人')]: [{ unionId, name: '林知夏' }],
          },
        },
      ],
    });
    expect((await sim('PATCH', `${records}/${id}`, { fields: { 金额: '坏' } })).status).toBe(400);
    expect((await sim('DELETE', `${records}/recnothing`)).status).toBe(404);
    await sim('DELETE', `${records}/${id}`);
    expect((await sim('GET', '/bases')).body).toMatchObject([{ name: '售后', tables: [{}, { total: 0 }] }]);
  });

  it('shows only what passes the filter of a view', async () => {
    await addMany(world, sheet, [{ 状态: '待处理' }, { 状态: '处理中' }]);
    const { data } = await world.api(`POST ${sheet.path}/views`, { view_name: '待处理' });
    const viewId = (data['view'] as { view_id: string }).view_id;
    const conditions = [{ field_id: idOf('状态'), operator: 'is', value: '["待处理"]' }];
    const property = { filter_info: { conjunction: 'and', conditions } };
    await world.api(`PATCH ${sheet.path}/views/${viewId}`, { property });
    const screen = await sim('GET', `/bases/${sheet.appToken}/tables/${sheet.tableId}?view=${viewId}`);
    expect(screen.body).toMatchObject({ viewId, total: 1 });
  });
});

// open.feishu.cn/document/server-docs/docs/drive-v1/media/multipart-upload-media/upload_all
describe('files of a Base', () => {
  const upload = async (parts: Record<string, string>, bytes: string) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(parts)) form.set(name, value);
    form.set('file', new Blob([bytes]), 'photo.png');
    const response = await fetch(`${world.feishu.url}/open-apis/drive/v1/medias/upload_all`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await world.token()}` },
      body: form,
    });
    return (await response.json()) as { code: number; data?: { file_token: string } };
  };
  const parts = () => ({
    file_name: 'photo.png',
    parent_type: 'bitable_image',
    parent_node: sheet.appToken,
    size: '5',
  });

  it('are uploaded, put into a cell, and downloaded', async () => {
    const { data } = await upload(parts(), 'bytes');
    const token = data?.file_token ?? '';
    const created = await world.api(`POST ${sheet.path}/records`, {
      fields: { 附件: [{ file_token: token }] },
    });
    expect(recordIdOf(created)).toMatch(/^rec/);
    const [row] = rowsOf(await world.api(`POST ${sheet.path}/records/search`, {}));
    expect(row?.fields['附件']).toMatchObject([
      { file_token: token, name: 'photo.png', size: 5, type: 'image/png' },
    ]);
    const file = await fetch(`${world.feishu.url}/open-apis/drive/v1/medias/${token}/download`, {
      headers: { authorization: `Bearer ${await world.token()}` },
    });
    expect([file.headers.get('content-type'), await file.text()]).toEqual(['image/png', 'bytes']);
  });

  it.each([
    ['another size than said', { size: '6' }, 1062009],
    ['no name', { file_name: '' }, 1061008],
    ['a Base that is not there', { parent_node: 'basnothing' }, 1061044],
    ['another kind of parent', { parent_type: 'doc_image' }, 1061002],
  ])('are refused with %s', async (_, more, code) => {
    expect((await upload({ ...parts(), ...more }, 'bytes')).code).toBe(code);
  });
});
