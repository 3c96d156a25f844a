import { randomUUID } from 'node:crypto';
import * as lark from '@larksuiteoapi/node-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actsOf } from '../../simulator/feishu/acts.ts';
import { card, markdown, openId, startWorld, type World, ZHIDA } from './world.ts';

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

describe('the official SDK with the simulator as its domain', () => {
  it('gets a token by itself, sends a card and reads it back', async () => {
    const sent = await client.im.message.create({
      params: { receive_id_type: 'open_id' },
      data: {
        receive_id: openId(world, '林知夏'),
        msg_type: 'interactive',
        content: JSON.stringify(card(markdown('**晨报**', 'delivery1'))),
      },
    });
    expect(sent).toMatchObject({ code: 0, data: { msg_type: 'interactive', sender: { id: ZHIDA } } });
    const listed = await client.im.message.list({
      params: { container_id_type: 'chat', container_id: String(sent.data?.chat_id), page_size: 50 },
    });
    expect(listed.data?.items?.map((item) => item.message_id)).toEqual([sent.data?.message_id]);
  });

  it('repeats array parameters and reads people', async () => {
    const people = ['林知夏', '钱正清'].map((name) => world.person(name).userId);
    const found = await client.contact.v3.user.batch({
      params: { user_ids: people, user_id_type: 'user_id' },
    });
    expect(found.data?.items?.map(({ name }) => name)).toEqual(['林知夏', '钱正清']);
  });

  it('uploads an image', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
    const answer = await client.im.image.create({ data: { image_type: 'message', image: png } });
    expect(answer?.image_key).toMatch(/^img_v3_/);
  });

  it('writes and searches a Base, and subscribes to it', async () => {
    const made = await client.bitable.app.create({ data: { name: '售后' } });
    const app_token = made.data?.app?.app_token ?? '';
    const path = { app_token, table_id: made.data?.app?.default_table_id ?? '' };
    const created = await client.bitable.appTableRecord.batchCreate({
      path,
      params: { client_token: randomUUID() },
      data: { records: [{ fields: { 文本: 'T-1', 单选: '待处理' } }, { fields: { 文本: 'T-2' } }] },
    });
    expect(created).toMatchObject({ code: 0, data: { records: [{ fields: { 文本: 'T-1' } }, {}] } });
    const condition = { field_name: '单选', operator: 'is' as const, value: ['待处理'] };
    const found = await client.bitable.appTableRecord.search({
      path,
      params: { page_size: 500 },
      data: { filter: { conjunction: 'and', conditions: [condition] } },
    });
    expect(found.data).toMatchObject({
      total: 1,
      items: [{ fields: { 文本: [{ text: 'T-1', type: 'text' }] } }],
    });
    const params = { file_type: 'bitable' as const };
    expect((await client.drive.file.subscribe({ path: { file_token: app_token }, params })).code).toBe(0);
  });

  it('downloads the picture that a person sent', async () => {
    const acts = actsOf(world.feishu.tenant, world.person('林知夏').unionId);
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
    const picture = acts.sendImage(acts.open(ZHIDA).id, png);
    const { image_key: key } = JSON.parse(picture.content) as { image_key: string };
    const file = await client.im.messageResource.get({
      path: { message_id: picture.id, file_key: key },
      params: { type: 'image' },
    });
    const chunks: Buffer[] = [];
    for await (const chunk of file.getReadableStream()) chunks.push(Buffer.from(chunk as Uint8Array));
    expect(Buffer.concat(chunks).equals(png)).toBe(true);
  });
});
