import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { World } from '../world.ts';
import { LEGAL, ZHIDA } from '../world.ts';
import { add, createDoc, startDocs, text } from './documents.ts';

let world: World;
beforeEach(async () => {
  world = await startDocs();
});
afterEach(() => world.close());

type Told = { readonly status: number; readonly body: Record<string, unknown> };

const call = async (method: string, path: string, body?: object): Promise<Told> => {
  const response = await fetch(`${world.feishu.url}/sim${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const documentsOf = (name: string): string => `/people/${world.person(name).unionId}/documents`;
const write = (more: object = {}) =>
  call('POST', documentsOf('裴律安'), { title: '广告法', markdown: '# 一\n\n正文', ...more });

describe('a person in the control API', () => {
  it('writes a document in Markdown, which everybody in the company may read', async () => {
    const { body } = await write();
    expect(body).toMatchObject({ title: '广告法', owner: '裴律安', views: { people: 0, reads: 0 } });
    expect(body['link']).toBe(`https://bohe.feishu.cn/docx/${String(body['documentId'])}`);
    const read = await call('GET', `${documentsOf('林知夏')}/${String(body['documentId'])}`);
    const blocks = read.body['blocks'] as { block_type: number }[];
    expect(blocks.map(({ block_type: type }) => type)).toEqual([1, 3, 2]);
  });

  it('opens it, which is recorded, while looking at the screen is not', async () => {
    const { body } = await write();
    const id = String(body['documentId']);
    await call('GET', `${documentsOf('林知夏')}/${id}`);
    const views = async () => (await call('GET', `/documents/${id}/views`)).body;
    expect(await views()).toEqual([]);
    expect((await call('POST', `${documentsOf('林知夏')}/${id}/open`)).body).toEqual({ documentId: id });
    expect(await views()).toMatchObject([{ name: '林知夏' }]);
  });

  it('shares it with an app, as it is written or later', async () => {
    const { body } = await write({ apps: { [ZHIDA]: 'view' } });
    const id = String(body['documentId']);
    expect((await world.api(`GET /docx/v1/documents/${id}`)).code).toBe(0);
    expect((await world.api(`GET /docx/v1/documents/${id}`, undefined, LEGAL)).code).toBe(1770032);
    await call('PUT', `/documents/${id}/apps/${LEGAL}`, { role: 'view' });
    expect((await world.api(`GET /docx/v1/documents/${id}`, undefined, LEGAL)).code).toBe(0);
  });

  it('goes on writing, which keeps the link and the views; nobody else may', async () => {
    const { body } = await write({ apps: { [ZHIDA]: 'edit' } });
    const id = String(body['documentId']);
    await call('POST', `${documentsOf('林知夏')}/${id}/open`);
    const words = { title: '广告法（修订）', markdown: '新的正文' };
    const { body: after } = await call('PUT', `${documentsOf('裴律安')}/${id}`, words);
    expect(after).toMatchObject({ ...body, title: '广告法（修订）', views: { people: 1, reads: 1 } });
    expect((await call('PUT', `${documentsOf('林知夏')}/${id}`, words)).body).toMatchObject({
      code: 1770032,
    });
    const source = async (name: string) => (await call('GET', `${documentsOf(name)}/${id}`)).body['source'];
    expect([await source('裴律安'), await source('林知夏')]).toEqual(['新的正文', null]);
    await add([world, id], [text('应用加的一段')]);
    expect(await source('裴律安')).toBeNull();
  });

  it('may not open what is closed to them', async () => {
    const { body } = await write({ isOpen: false });
    const id = String(body['documentId']);
    const refused = { status: 400, body: { code: 1770032 } };
    expect(await call('POST', `${documentsOf('林知夏')}/${id}/open`)).toMatchObject(refused);
    expect(await call('GET', `${documentsOf('林知夏')}/${await createDoc(world)}`)).toMatchObject(refused);
    expect((await call('POST', `${documentsOf('裴律安')}/${id}/open`)).status).toBe(200);
  });

  it('is told what is not there', async () => {
    expect((await call('POST', `${documentsOf('林知夏')}/nothing/open`)).status).toBe(404);
    expect((await call('POST', '/people/on_nobody/documents', { title: '一', markdown: '' })).status).toBe(
      404,
    );
    expect((await call('POST', documentsOf('林知夏'), { title: '', markdown: '' })).status).toBe(400);
    expect((await write({ apps: { cli_nobody: 'view' } })).status).toBe(404);
    expect((await write({ spaceId: '7' })).status).toBe(404);
  });

  it('brings pictures along in the text', async () => {
    const { body } = await write({ markdown: `![图](data:image/png;base64,${btoa('picture')})` });
    const read = await call('GET', `${documentsOf('裴律安')}/${String(body['documentId'])}`);
    const [, image] = read.body['blocks'] as { image: { token: string } }[];
    const response = await fetch(`${world.feishu.url}/sim/medias/${image?.image.token ?? ''}`);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(await response.text()).toBe('picture');
  });

  it('writes into a space of the wiki, whose page is the link', async () => {
    const made = await call('POST', '/spaces', { name: '制度' });
    const spaceId = String(made.body['spaceId']);
    await call('PUT', `/spaces/${spaceId}/apps/${ZHIDA}`, { role: 'admin' });
    const { body } = await write({ spaceId });
    expect(body['space']).toBe('制度');
    const [, token] = /\/wiki\/(\w+)$/u.exec(String(body['link'])) ?? [];
    expect((await world.api(`GET /wiki/v2/spaces/get_node?token=${token ?? ''}`)).code).toBe(0);
    const opened = await call('POST', `${documentsOf('林知夏')}/${token ?? ''}/open`);
    expect(opened.body).toEqual({ documentId: body['documentId'] });
  });

  it('finds every document in the list', async () => {
    await write();
    await createDoc(world);
    const { body } = await call('GET', '/documents');
    expect(body).toMatchObject([{ owner: '裴律安' }, { owner: '直达' }]);
  });
});
