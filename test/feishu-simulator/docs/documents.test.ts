import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { docActsOf, shareDoc } from '../../../simulator/feishu/docs/acts.ts';
import { LEGAL, openId, startWorld, type World, ZHIDA } from '../world.ts';
import { add, blocksOf, createDoc, readBlocks, startDocs, text } from './documents.ts';

let world: World;
beforeEach(async () => {
  world = await startDocs();
});
afterEach(() => world.close());

// open.feishu.cn/document/ukTMukTMukTM/uUDN04SN0QjL1QDN/document-docx/docx-v1/document/create, …/get, …/raw_content
describe('a docx', () => {
  it('is made with its title, has an id of 27 characters and begins with revision 1', async () => {
    const { data } = await world.api('POST /docx/v1/documents', { title: '报销制度' });
    const document = data['document'] as Record<string, unknown>;
    expect(document).toMatchObject({ revision_id: 1, title: '报销制度' });
    expect(document['document_id']).toMatch(/^[A-Za-z0-9]{27}$/u);
    const read = await world.api(`GET /docx/v1/documents/${String(document['document_id'])}`);
    expect(read.data['document']).toEqual(document);
  });

  it('refuses a title over 800 characters and a folder that is not there', async () => {
    expect((await world.api('POST /docx/v1/documents', { title: '长'.repeat(801) })).code).toBe(99992402);
    const inFolder = await world.api('POST /docx/v1/documents', { folder_token: 'fldcnNothing' });
    expect(inFolder).toMatchObject({ status: 400, code: 1770039 });
  });

  it('gives its words a line each', async () => {
    const id = await createDoc(world);
    await add([world, id], [text('第一条'), text('第二条', 12, 'bullet')]);
    const { data } = await world.api(`GET /docx/v1/documents/${id}/raw_content`);
    expect(data['content']).toBe('报销制度\n第一条\n第二条\n');
  });

  it('that is not there is HTTP 404 and 1770002', async () => {
    expect(await world.api('GET /docx/v1/documents/doxcnNothing')).toMatchObject({
      status: 404,
      code: 1770002,
    });
  });

  it('of another app is HTTP 403 and 1770032, until the app is added', async () => {
    const id = await createDoc(world);
    const read = () => world.api(`GET /docx/v1/documents/${id}/blocks`, undefined, LEGAL);
    expect(await read()).toMatchObject({ status: 403, code: 1770032 });
    shareDoc(world.feishu.tenant, id, [LEGAL, 'view']);
    expect((await read()).code).toBe(0);
    const path = `POST /docx/v1/documents/${id}/blocks/${id}/children`;
    expect((await world.api(path, { children: [text('改')] }, LEGAL)).code).toBe(1770032);
    shareDoc(world.feishu.tenant, id, [LEGAL, 'edit']);
    expect((await world.api(path, { children: [text('改')] }, LEGAL)).code).toBe(0);
  });
});

// open.feishu.cn/document/server-docs/docs/permission/permission-member/create
describe('sharing a docx', () => {
  const share = (id: string, appId = ZHIDA) =>
    world.api(
      `POST /drive/v1/permissions/${id}/members?type=docx`,
      { member_type: 'openid', member_id: openId(world, '林知夏', appId), perm: 'view' },
      appId,
    );

  it('lets a person read what belongs to an app', async () => {
    const id = await createDoc(world);
    const reader = docActsOf(world.feishu.tenant, world.person('林知夏').unionId);
    expect(() => reader.open(id)).toThrow('forbidden');
    expect((await share(id)).code).toBe(0);
    expect(reader.open(id).token).toBe(id);
  });

  it('is for the apps that manage it', async () => {
    const id = await createDoc(world);
    expect(await share(id, LEGAL)).toMatchObject({ status: 403, code: 1063002 });
    expect(await share('doxcnNothing')).toMatchObject({ status: 404, code: 1063005 });
  });
});

// …/docx-v1/document-block/list
describe('the blocks of a docx', () => {
  it('come in the order of reading, the page first, at most 500 a page', async () => {
    const id = await createDoc(world);
    await add([world, id], [text('一'), text('二')]);
    await add([world, id], [text('零')], 0);
    const blocks = await readBlocks(world, id);
    expect(blocks[0]).toMatchObject({ block_id: id, block_type: 1, parent_id: '' });
    expect(blocks[0]?.children).toEqual(blocks.slice(1).map(({ block_id: own }) => own));
    const words = blocks.map((block) => JSON.stringify(block['text'] ?? block['page']));
    expect(words.map((word) => /"content":"(?<own>[^"]*)"/u.exec(word)?.groups?.['own'])).toEqual([
      '报销制度',
      '零',
      '一',
      '二',
    ]);
    expect((await world.api(`GET /docx/v1/documents/${id}/blocks?page_size=501`)).code).toBe(1770001);
  });

  it('are read page by page', async () => {
    const id = await createDoc(world);
    await add([world, id], [text('一'), text('二')]);
    const first = await world.api(`GET /docx/v1/documents/${id}/blocks?page_size=2`);
    expect(first.data).toMatchObject({ has_more: true });
    const token = String(first.data['page_token']);
    const second = await world.api(`GET /docx/v1/documents/${id}/blocks?page_size=2&page_token=${token}`);
    expect(blocksOf(second)).toHaveLength(1);
    const wrong = await world.api(`GET /docx/v1/documents/${id}/blocks?page_token=bm90aGluZw`);
    expect(wrong).toMatchObject({ status: 400, code: 1770022 });
  });

  it('have their styles spelt out', async () => {
    const id = await createDoc(world);
    await add([world, id], [text('一')]);
    const [, block] = await readBlocks(world, id);
    expect(block?.['text']).toEqual({
      elements: [
        {
          text_run: {
            content: '一',
            text_element_style: {
              bold: false,
              inline_code: false,
              italic: false,
              strikethrough: false,
              underline: false,
            },
          },
        },
      ],
      style: { align: 1, folded: false },
    });
  });

  it('of one parent can be asked for, with all below them', async () => {
    const id = await createDoc(world);
    await add([world, id], [{ block_type: 19, callout: {} }]);
    const path = `GET /docx/v1/documents/${id}/blocks/${id}/children`;
    expect(blocksOf(await world.api(path)).map(({ block_type: type }) => type)).toEqual([19]);
    const deep = await world.api(`${path}?with_descendants=true`);
    expect(blocksOf(deep).map(({ block_type: type }) => type)).toEqual([19, 2]);
  });
});

// 应用频率限制 and 文档频率限制 of each page
describe('the limits of documents', () => {
  it('are 3 writes a second and app, with HTTP 400 and 99991400', async () => {
    const fast = await startWorld();
    const codes: (readonly number[])[] = [];
    for (let at = 0; at < 4; at += 1) {
      const { status, code } = await fast.api('POST /docx/v1/documents', { title: '快' });
      codes.push([status, code]);
    }
    await fast.close();
    expect(codes).toEqual([
      [200, 0],
      [200, 0],
      [200, 0],
      [400, 99991400],
    ]);
  });

  it('are 5 reads a second and app', async () => {
    const fast = await startWorld();
    const id = await createDoc(fast);
    const statuses: number[] = [];
    for (let at = 0; at < 6; at += 1)
      statuses.push((await fast.api(`GET /docx/v1/documents/${id}/raw_content`)).status);
    await fast.close();
    expect(statuses).toEqual([200, 200, 200, 200, 200, 400]);
  });

  it('are 3 edits a second of one document by all apps together, with HTTP 429', async () => {
    const fast = await startWorld();
    const id = await createDoc(fast);
    shareDoc(fast.feishu.tenant, id, [LEGAL, 'edit']);
    const edit = (appId: string) =>
      fast.api(`POST /docx/v1/documents/${id}/blocks/${id}/children`, { children: [text('改')] }, appId);
    const statuses: number[] = [];
    for (const appId of [ZHIDA, LEGAL, ZHIDA, LEGAL]) statuses.push((await edit(appId)).status);
    await fast.clock.advance(1000);
    statuses.push((await edit(LEGAL)).status);
    await fast.close();
    expect(statuses).toEqual([200, 200, 200, 429, 200]);
  });
});
