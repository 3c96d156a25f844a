import { randomUUID } from 'node:crypto';
import * as lark from '@larksuiteoapi/node-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docActsOf, joinSpace } from '../../../simulator/feishu/docs/acts.ts';
import { startWorld, type World, ZHIDA } from '../world.ts';

let world: World;
let client: lark.Client;
beforeAll(async () => {
  world = await startWorld();
  client = new lark.Client({
    appId: ZHIDA,
    appSecret: 'dev-secret-zhida',
    domain: world.feishu.url,
    loggerLevel: lark.LoggerLevel.error,
  });
});
afterAll(() => world.close());

const makePage = async (): Promise<{ readonly id: string; readonly page: string }> => {
  const { tenant } = world.feishu;
  const { id: spaceId } = tenant.spaces.create({ name: '制度', description: '', isPublic: true });
  joinSpace(tenant, spaceId, [ZHIDA, 'admin']);
  const made = await client.wiki.spaceNode.create({
    path: { space_id: spaceId },
    data: { obj_type: 'docx', node_type: 'origin', title: '第 1 期' },
  });
  const { obj_token: id = '', node_token: page = '' } = made.data?.node ?? {};
  return { id, page };
};

/** Returns the id of the picture's block. */
const writeInto = async (id: string): Promise<string> => {
  const { data } = await client.docx.document.convert({
    data: { content_type: 'markdown', content: '# 一\n\n![图](https://bohe.example/a.png)' },
  });
  const inserted = await client.docx.documentBlockDescendant.create({
    path: { document_id: id, block_id: id },
    params: { client_token: randomUUID(), document_revision_id: -1 },
    data: {
      children_id: data?.first_level_block_ids ?? [],
      descendants: (data?.blocks ?? []) as never,
      index: 0,
    },
  });
  return String(inserted.data?.children?.find(({ block_type: type }) => type === 27)?.block_id);
};

describe('the official SDK with documents of the simulator', () => {
  it('makes a wiki page, writes it and puts a picture into it', async () => {
    const { id } = await makePage();
    const picture = await writeInto(id);
    const file = Buffer.from('picture');
    const uploaded = await client.drive.media.uploadAll({
      data: { file_name: 'a.png', parent_type: 'docx_image', parent_node: picture, size: file.length, file },
    });
    const token = String(uploaded?.file_token);
    const placed = await client.docx.documentBlock.patch({
      path: { document_id: id, block_id: picture },
      data: { replace_image: { token } },
    });
    expect(placed.data?.block?.image?.token).toBe(token);
  });

  it('reads who opened a page', async () => {
    const { id, page } = await makePage();
    docActsOf(world.feishu.tenant, world.person('林知夏').unionId).open(page);
    const viewed = await client.drive.fileViewRecord.list({
      path: { file_token: id },
      params: { file_type: 'docx', page_size: 50, viewer_id_type: 'union_id' },
    });
    expect(viewed.data?.items).toMatchObject([{ viewer_id: world.person('林知夏').unionId }]);
  });
});
