import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { docActsOf, joinSpace } from '../../../simulator/feishu/docs/acts.ts';
import { itemsOf, LEGAL, openId, type World, ZHIDA } from '../world.ts';
import { add, createDoc, startDocs, text } from './documents.ts';

let world: World;
let space: string;
beforeEach(async () => {
  world = await startDocs();
  const { spaces } = world.feishu.tenant;
  space = spaces.create({ name: '企业制度与订阅号', description: '', isPublic: true }).id;
  joinSpace(world.feishu.tenant, space, [ZHIDA, 'admin']);
});
afterEach(() => world.close());

type Node = {
  readonly node_token: string;
  readonly obj_token: string;
  readonly has_child: boolean;
  readonly title: string;
};

const nodeOf = ({ data }: { readonly data: Readonly<Record<string, unknown>> }): Node => data['node'] as Node;
const create = (more: object = {}, appId = ZHIDA) =>
  world.api(
    `POST /wiki/v2/spaces/${space}/nodes`,
    { obj_type: 'docx', node_type: 'origin', title: '第 1 期', ...more },
    appId,
  );

// open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/wiki-v2/space/list
describe('wiki spaces', () => {
  it('are listed for apps that are members, and nothing is for others', async () => {
    const { data } = await world.api('GET /wiki/v2/spaces');
    expect(data).toMatchObject({
      items: [{ space_id: space, name: '企业制度与订阅号', visibility: 'public' }],
      has_more: false,
    });
    expect((await world.api('GET /wiki/v2/spaces', undefined, LEGAL)).data).toMatchObject({ items: [] });
    expect((await world.api('GET /wiki/v2/spaces?page_size=51')).code).toBe(131002);
  });
});

// …/wiki-v2/space-node/create, …/space/get_node, …/space-node/list
describe('wiki pages', () => {
  it('are made with a docx that the app owns and can write at once', async () => {
    const node = nodeOf(await create());
    expect(node).toMatchObject({ space_id: space, obj_type: 'docx', node_type: 'origin', title: '第 1 期' });
    expect(node.node_token).toMatch(/^[A-Za-z0-9]{27}$/u);
    expect((await add([world, node.obj_token], [text('一')])).code).toBe(0);
  });

  it('are found by their own token and by that of their document', async () => {
    const node = nodeOf(await create());
    const get = (query: string) => world.api(`GET /wiki/v2/spaces/get_node?${query}`);
    expect(nodeOf(await get(`token=${node.node_token}`))).toEqual(node);
    expect(nodeOf(await get(`token=${node.obj_token}&obj_type=docx`))).toEqual(node);
    expect(await get(`token=${node.obj_token}`)).toMatchObject({ status: 400, code: 131005 });
    expect((await get('token=')).code).toBe(131002);
  });

  it('may stand for a Base, whose own API reads it', async () => {
    const { data } = await world.api('POST /bitable/v1/apps', { name: '排班表' });
    const { app_token: objToken } = data['app'] as { app_token: string };
    const { spaces } = world.feishu.tenant;
    const home = spaces.get(space);
    if (!home) throw new Error('no space');
    const page = { space: home, objToken, parent: '', creator: { kind: 'app', appId: ZHIDA } } as const;
    const get = `GET /wiki/v2/spaces/get_node?token=${spaces.addNode(page).token}`;
    const shown = { obj_type: 'bitable', obj_token: objToken, title: '排班表' };
    expect(nodeOf(await world.api(get))).toMatchObject(shown);
    expect(itemsOf(await world.api(`GET /wiki/v2/spaces/${space}/nodes`))).toMatchObject([shown]);
    expect((await world.api(get, undefined, LEGAL)).code).toBe(131006);
  });

  it('stand in a tree that is read level by level', async () => {
    const top = nodeOf(await create());
    const below = nodeOf(await create({ parent_node_token: top.node_token, title: '附件' }));
    const list = async (query = '') => itemsOf(await world.api(`GET /wiki/v2/spaces/${space}/nodes${query}`));
    expect(await list()).toMatchObject([{ node_token: top.node_token, has_child: true }]);
    expect(await list(`?parent_node_token=${top.node_token}`)).toMatchObject([
      { node_token: below.node_token, has_child: false },
    ]);
    expect((await create({ parent_node_token: 'wikcnNothing' })).code).toBe(131005);
  });

  it('can be docx, not doc, and not a file', async () => {
    expect((await create({ obj_type: 'doc' })).code).toBe(131010);
    expect((await create({ obj_type: 'file' })).code).toBe(131002);
  });

  // …/wiki-v2/space-node/update_title
  it('change their title and that of their document together', async () => {
    const node = nodeOf(await create());
    const path = `POST /wiki/v2/spaces/${space}/nodes/${node.node_token}/update_title`;
    expect((await world.api(path, { title: '第 2 期' })).code).toBe(0);
    expect(nodeOf(await world.api(`GET /wiki/v2/spaces/get_node?token=${node.node_token}`)).title).toBe(
      '第 2 期',
    );
    const { data } = await world.api(`GET /docx/v1/documents/${node.obj_token}`);
    expect(data['document']).toMatchObject({ title: '第 2 期' });
    expect((await world.api(path, {})).code).toBe(131002);
  });

  it('of a space in which the app is no member are 131006', async () => {
    const node = nodeOf(await create());
    const refused = { status: 400, code: 131006 };
    const ask = (call: string) => world.api(call, undefined, LEGAL);
    expect(await create({}, LEGAL)).toMatchObject(refused);
    expect(await ask(`GET /wiki/v2/spaces/${space}/nodes`)).toMatchObject(refused);
    expect(await ask(`GET /wiki/v2/spaces/get_node?token=${node.node_token}`)).toMatchObject(refused);
    expect((await ask(`GET /docx/v1/documents/${node.obj_token}`)).code).toBe(1770032);
    joinSpace(world.feishu.tenant, space, [LEGAL, 'member']);
    expect((await create({}, LEGAL)).code).toBe(0);
  });

  it('of no space are 131005, and a space that is no number is 131002', async () => {
    expect((await world.api('GET /wiki/v2/spaces/7000000000000000000/nodes')).code).toBe(131005);
    expect((await world.api('GET /wiki/v2/spaces/abc/nodes')).code).toBe(131002);
  });

  it('say who wrote them', async () => {
    const author = docActsOf(world.feishu.tenant, world.person('裴律安').unionId);
    const doc = author.write({ title: '广告法', markdown: '正文', spaceId: space });
    const { data } = await world.api(`GET /wiki/v2/spaces/get_node?token=${doc.token}&obj_type=docx`);
    expect(data['node']).toMatchObject({ owner: openId(world, '裴律安'), creator: openId(world, '裴律安') });
  });

  // 131009 of the error table: lock contention, please retry later.
  it('are refused with 131009 while another change of the space is not answered', async () => {
    world.feishu.tenant.setSwitches({ wikiWriteMs: 200 });
    const answers = await Promise.all([create(), create()]);
    expect(answers.map(({ code }) => code).toSorted()).toEqual([0, 131009]);
  });

  it('take 100 calls a minute and app', async () => {
    await world.clock.advance(60_000);
    const token = await world.token();
    const get = () =>
      fetch(`${world.feishu.url}/open-apis/wiki/v2/spaces`, {
        headers: { authorization: `Bearer ${token}` },
      });
    const statuses: number[] = [];
    for (let at = 0; at < 101; at += 1) statuses.push((await get()).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.at(-1)).toBe(429);
  });
});

// …/wiki-v2/task/move_docs_to_wiki
describe('moving a document into a space', () => {
  const move = (objToken: string, appId = ZHIDA) =>
    world.api(
      `POST /wiki/v2/spaces/${space}/nodes/move_docs_to_wiki`,
      { obj_type: 'docx', obj_token: objToken },
      appId,
    );

  it('answers its page, and the same page when it is there already', async () => {
    const id = await createDoc(world);
    const { data } = await move(id);
    expect(String(data['wiki_token'])).toMatch(/^[A-Za-z0-9]{27}$/u);
    expect((await move(id)).data).toEqual(data);
  });

  it('needs the right to manage the document', async () => {
    const author = docActsOf(world.feishu.tenant, world.person('裴律安').unionId);
    const doc = author.write({ title: '合同', markdown: '', apps: { [ZHIDA]: 'edit' } });
    expect((await move(doc.token)).code).toBe(131006);
    expect((await move('doxcnNothing')).code).toBe(131005);
  });
});
