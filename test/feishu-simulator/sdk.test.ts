import * as lark from '@larksuiteoapi/node-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
});
