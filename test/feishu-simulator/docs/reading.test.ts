import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { docActsOf, joinSpace, shareDoc } from '../../../simulator/feishu/docs/acts.ts';
import type { Doc } from '../../../simulator/feishu/docs/model.ts';
import { itemsOf, LEGAL, minutes, openId, type World, ZHIDA } from '../world.ts';
import { createDoc, startDocs } from './documents.ts';

let world: World;
beforeEach(async () => {
  world = await startDocs();
});
afterEach(() => world.close());

const actsOf = (name: string) => docActsOf(world.feishu.tenant, world.person(name).unionId);
const write = (more: object = {}): Doc =>
  actsOf('裴律安').write({ title: '广告法', markdown: '正文', ...more });
const records = (token: string, query = 'file_type=docx&page_size=50', appId = ZHIDA) =>
  world.api(`GET /drive/v1/files/${token}/view_records?${query}`, undefined, appId);
const statistics = (token: string, type = 'docx') =>
  world.api(`GET /drive/v1/files/${token}/statistics?file_type=${type}`);

// open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/drive-v1/file-view_record/list
describe('access records', () => {
  it('name each person once, with their latest view, the latest first', async () => {
    const { token } = write({ apps: { [ZHIDA]: 'full_access' } });
    actsOf('林知夏').open(token);
    await world.clock.advance(minutes(1));
    actsOf('周以安').open(token);
    await world.clock.advance(minutes(1));
    actsOf('林知夏').open(token);
    const at = String(Math.floor(world.clock.now() / 1000));
    const answer = await records(token);
    expect(itemsOf(answer)).toMatchObject([
      { viewer_id: openId(world, '林知夏'), name: '林知夏', last_view_time: at },
      { viewer_id: openId(world, '周以安'), name: '周以安' },
    ]);
    const union = await records(token, 'file_type=docx&page_size=1&viewer_id_type=union_id');
    expect(union.data).toMatchObject({ has_more: true });
    expect(itemsOf(union)).toMatchObject([{ viewer_id: world.person('林知夏').unionId }]);
  });

  it('need page_size 1 to 50 and a file_type', async () => {
    const { token } = write({ apps: { [ZHIDA]: 'full_access' } });
    expect(await records(token, 'file_type=docx&page_size=51')).toMatchObject({ status: 400, code: 1069602 });
    expect((await records(token, 'file_type=docx')).code).toBe(1069602);
    expect((await records(token, 'page_size=50')).code).toBe(1069602);
    expect(await records('doxcnNothing')).toMatchObject({ status: 404, code: 1069604 });
  });

  it('are for those who manage the document, and only where the company keeps them', async () => {
    const { token } = write({ apps: { [ZHIDA]: 'edit' } });
    expect(await records(token)).toMatchObject({ status: 403, code: 1069603 });
    shareDoc(world.feishu.tenant, token, [ZHIDA, 'full_access']);
    expect((await records(token)).code).toBe(0);
    world.feishu.tenant.setSwitches({ accessRecords: false });
    expect((await records(token)).code).toBe(1069603);
  });

  it('of a wiki page go by its node, whose space the app administers', async () => {
    const { tenant } = world.feishu;
    const space = tenant.spaces.create({ name: '制度', description: '', isPublic: true }).id;
    joinSpace(tenant, space, [ZHIDA, 'admin']);
    joinSpace(tenant, space, [LEGAL, 'member']);
    const doc = write({ spaceId: space });
    const node = tenant.spaces.nodeOf(doc.token)?.token ?? '';
    actsOf('林知夏').open(node);
    const query = 'file_type=wiki&page_size=50';
    expect(itemsOf(await records(node, query))).toMatchObject([{ name: '林知夏' }]);
    expect(itemsOf(await records(doc.token))).toHaveLength(1);
    expect((await records(node, query, LEGAL)).code).toBe(1069603);
  });
});

// open.feishu.cn/document/server-docs/docs/drive-v1/file/get
describe('statistics of a document', () => {
  it('count people, and views once in 30 minutes', async () => {
    const { token } = write({ apps: { [ZHIDA]: 'view' } });
    actsOf('林知夏').open(token);
    await world.clock.advance(minutes(29));
    actsOf('林知夏').open(token);
    actsOf('周以安').open(token);
    expect((await statistics(token)).data['statistics']).toMatchObject({
      uv: 2,
      pv: 2,
      uv_today: 2,
      pv_today: 2,
    });
    await world.clock.advance(minutes(2));
    actsOf('林知夏').open(token);
    expect((await statistics(token)).data['statistics']).toMatchObject({ uv: 2, pv: 3 });
  });

  it('count today from midnight in Shanghai', async () => {
    const { token } = write({ apps: { [ZHIDA]: 'view' } });
    actsOf('林知夏').open(token);
    await world.clock.advance(minutes(15 * 60));
    expect((await statistics(token)).data['statistics']).toMatchObject({
      uv: 1,
      pv: 1,
      uv_today: 0,
      pv_today: 0,
    });
  });

  it('need the right to read', async () => {
    const { token } = write();
    expect(await statistics(token)).toMatchObject({ status: 403, code: 1069603 });
  });
});

type Read = { readonly file_token: string; readonly operator_id_list: readonly Record<string, string>[] };
const pushed = (appId = ZHIDA): readonly Read[] =>
  world.feishu.tenant.pushes.log
    .since(0)
    .filter((push) => push.appId === appId && push.eventType === 'drive.file.read_v1')
    .map(({ payload }) => (payload as { event: Read }).event);
const subscribe = (token: string, appId = ZHIDA) =>
  world.api(`POST /drive/v1/files/${token}/subscribe?file_type=docx`, undefined, appId);

// open.feishu.cn/document/server-docs/docs/drive-v1/event/subscribe and …/event/list/file-read
describe('drive.file.read_v1', () => {
  it('is pushed to the app that owns the document and subscribed to it', async () => {
    const id = await createDoc(world);
    const doc = world.feishu.tenant.documents.get(id);
    doc?.readers.add(world.person('林知夏').unionId);
    actsOf('林知夏').open(id);
    expect(pushed()).toEqual([]);
    expect((await subscribe(id)).code).toBe(0);
    actsOf('林知夏').open(id);
    expect(pushed()).toEqual([
      {
        file_type: 'docx',
        file_token: id,
        operator_id_list: [
          {
            open_id: openId(world, '林知夏'),
            union_id: world.person('林知夏').unionId,
            user_id: world.person('林知夏').userId,
          },
        ],
        subscriber_id_list: [{ open_id: expect.stringMatching(/^ou_/u) as string }],
      },
    ]);
  });

  it('is not pushed to an app that only manages the document, though it may subscribe', async () => {
    const { token } = write({ apps: { [ZHIDA]: 'full_access', [LEGAL]: 'edit' } });
    expect((await subscribe(token)).code).toBe(0);
    expect(await subscribe(token, LEGAL)).toMatchObject({ status: 403, code: 1069603 });
    actsOf('林知夏').open(token);
    expect(pushed()).toEqual([]);
  });

  it('is pushed for the page of a wiki by the token of its document', async () => {
    const { tenant } = world.feishu;
    const space = tenant.spaces.create({ name: '制度', description: '', isPublic: true }).id;
    joinSpace(tenant, space, [ZHIDA, 'admin']);
    const made = await world.api(`POST /wiki/v2/spaces/${space}/nodes`, {
      obj_type: 'docx',
      node_type: 'origin',
      title: '第 1 期',
    });
    const node = made.data['node'] as { node_token: string; obj_token: string };
    await subscribe(node.obj_token);
    actsOf('林知夏').open(node.node_token);
    expect(pushed().map(({ file_token: token }) => token)).toEqual([node.obj_token]);
  });
});
