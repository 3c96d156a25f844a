import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { staffOf } from '../../simulator/feishu/staff.ts';
import { card, hours, LEGAL, markdown, messageIdOf, openId, startWorld, type World, ZHIDA } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

type More = { readonly as?: string; readonly [field: string]: unknown };
const to = (type: string, id: string, { as = ZHIDA, ...more }: More = {}) => {
  const body = { receive_id: id, msg_type: 'text', content: '{"text":"早"}', ...more };
  return world.api(`POST /im/v1/messages?receive_id_type=${type}`, body, as);
};

// All of open.feishu.cn/document/server-docs/im-v1/message/create.
describe('sending a message', () => {
  it('answers with the message, its chat and the app as sender', async () => {
    const answer = await world.send('林知夏', card(markdown()));
    expect(answer).toMatchObject({
      status: 200,
      code: 0,
      msg: 'success',
      data: {
        message_id: expect.stringMatching(/^om_/) as unknown,
        chat_id: expect.stringMatching(/^oc_/) as unknown,
        create_time: String(world.clock.now()),
        sender: { id: ZHIDA, id_type: 'app_id', sender_type: 'app' },
      },
    });
  });

  it('takes every kind of receive_id', async () => {
    const { unionId, userId, email } = world.person('林知夏');
    const chat = (await to('union_id', unionId)).data['chat_id'];
    for (const [type, id] of [
      ['open_id', openId(world, '林知夏')],
      ['user_id', userId],
      ['email', email],
      ['chat_id', String(chat)],
    ] as const) {
      expect((await to(type, id)).data['chat_id']).toBe(chat);
    }
  });

  it('refuses an open_id of another app with 99992361', async () => {
    expect(await to('open_id', openId(world, '林知夏', LEGAL))).toMatchObject({
      status: 400,
      code: 99992361,
    });
  });

  it('refuses an open_id that nobody has with 99992351', async () => {
    expect((await to('open_id', 'ou_nobody')).code).toBe(99992351);
  });

  it('refuses someone outside the availability range with 230013, for that app only', async () => {
    const { unionId } = world.person('鲁建军');
    expect(await to('union_id', unionId)).toMatchObject({ status: 400, code: 230013 });
    expect((await to('union_id', unionId, { as: LEGAL })).code).toBe(0);
  });

  it('refuses someone who has resigned with 230029', async () => {
    expect((await to('union_id', world.person('龚思齐').unionId)).code).toBe(230029);
  });

  it('refuses someone who stopped the bot with 230053', async () => {
    const { unionId } = world.person('钱正清');
    staffOf(world.feishu.tenant).mute(unionId, ZHIDA, true);
    expect((await to('union_id', unionId)).code).toBe(230053);
    staffOf(world.feishu.tenant).mute(unionId, ZHIDA, false);
    expect((await to('union_id', unionId)).code).toBe(0);
  });

  it('refuses a bot that is not in the group with 230002', async () => {
    const group = world.feishu.tenant.company.groups[1]?.chatId ?? '';
    expect((await to('chat_id', group, { as: LEGAL })).code).toBe(230002);
    expect((await to('chat_id', group)).code).toBe(0);
  });

  it('refuses a text above 150 KB and a card above 30 KB with 230025', async () => {
    const { unionId } = world.person('林知夏');
    const text = (bytes: number) => JSON.stringify({ text: 'x'.repeat(bytes - 11) });
    expect((await to('union_id', unionId, { content: text(150 * 1024) })).code).toBe(0);
    expect((await to('union_id', unionId, { content: text(150 * 1024 + 1) })).code).toBe(230025);
    const filled = (bytes: number) => {
      const empty = JSON.stringify(card(markdown('')));
      return JSON.stringify(card(markdown('x'.repeat(bytes - Buffer.byteLength(empty)))));
    };
    expect((await world.send('林知夏', filled(30 * 1024))).code).toBe(0);
    expect((await world.send('林知夏', filled(30 * 1024 + 1))).code).toBe(230025);
  });

  it('refuses content that is not JSON with 230001', async () => {
    expect((await to('union_id', world.person('林知夏').unionId, { content: '早' })).code).toBe(230001);
  });

  it('refuses a missing field with 99992402 that names it', async () => {
    const answer = await world.api('POST /im/v1/messages?receive_id_type=open_id', { msg_type: 'text' });
    expect(answer.body).toMatchObject({
      code: 99992402,
      error: { field_violations: [{ field: 'receive_id' }] },
    });
    expect((await world.api('POST /im/v1/messages', {})).code).toBe(99992402);
  });

  it('answers business errors with HTTP 200 instead of the status in its table when the switch says so', async () => {
    world.feishu.tenant.setSwitches({ businessErrorStatus: 'ok' });
    const answer = await to('union_id', world.person('鲁建军').unionId);
    expect([answer.status, answer.code]).toEqual([200, 230013]);
  });
});

// open.feishu.cn/document/server-docs/im-v1/message/create: uuid
describe('a uuid', () => {
  const withUuid = (uuid: string, appId = ZHIDA) =>
    to('union_id', world.person('林知夏').unionId, { uuid, as: appId });
  const shown = () => world.feishu.tenant.chats.all().flatMap(({ messages }) => messages).length;

  it('makes at most one message within an hour; the replay answers its id', async () => {
    const first = messageIdOf(await withUuid('u1'));
    await world.clock.advance(hours(1) - 1);
    expect(messageIdOf(await withUuid('u1'))).toBe(first);
    expect(shown()).toBe(1);
  });

  it('makes a second message after an hour', async () => {
    await withUuid('u1');
    await world.clock.advance(hours(1));
    await withUuid('u1');
    expect(shown()).toBe(2);
  });

  it('is refused when it is replayed, if the switch says so', async () => {
    world.feishu.tenant.setSwitches({ uuidReplay: 'refuse' });
    await withUuid('u1');
    expect((await withUuid('u1')).code).toBe(230049);
    expect(shown()).toBe(1);
  });

  it('belongs to its app', async () => {
    await withUuid('u1');
    await withUuid('u1', LEGAL);
    expect(shown()).toBe(2);
  });

  it('may be tried again after a refusal', async () => {
    const send = (content: string) => to('union_id', world.person('林知夏').unionId, { uuid: 'u2', content });
    expect((await send('nonsense')).code).toBe(230001);
    expect((await send('{"text":"早"}')).code).toBe(0);
  });

  it('has at most 50 characters', async () => {
    expect((await withUuid('x'.repeat(50))).code).toBe(0);
    expect((await withUuid('x'.repeat(51))).body).toMatchObject({
      code: 99992402,
      error: { field_violations: [{ field: 'uuid' }] },
    });
  });
});

// open.feishu.cn/document/server-docs/im-v1/message/reply
describe('a reply', () => {
  it('stands in the chat of its message and names it; a recalled one can not be answered', async () => {
    const parent = messageIdOf(await world.send('林知夏', card(markdown())));
    const body = { msg_type: 'text', content: '{"text":"收到"}', uuid: 'r1' };
    const reply = await world.api(`POST /im/v1/messages/${parent}/reply`, body);
    expect(reply.data).toMatchObject({ parent_id: parent, root_id: parent });
    expect(messageIdOf(await world.api(`POST /im/v1/messages/${parent}/reply`, body))).toBe(
      messageIdOf(reply),
    );
    await world.api(`DELETE /im/v1/messages/${parent}`);
    expect((await world.api(`POST /im/v1/messages/${parent}/reply`, { ...body, uuid: 'r2' })).code).toBe(
      230011,
    );
  });
});

// open.feishu.cn/document/server-docs/im-v1/image/create
describe('an image', () => {
  const upload = async (bytes: Uint8Array<ArrayBuffer>, type = 'message', appId = ZHIDA) => {
    const form = new FormData();
    form.set('image_type', type);
    form.set('image', new Blob([bytes]), 'picture');
    const response = await fetch(`${world.feishu.url}/open-apis/im/v1/images`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await world.token(appId)}` },
      body: form,
    });
    return (await response.json()) as { code: number; data?: { image_key: string } };
  };
  const gif = (width: number): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(16);
    bytes.set(new TextEncoder().encode('GIF89a'));
    new DataView(bytes.buffer).setUint16(6, width, true);
    new DataView(bytes.buffer).setUint16(8, 10, true);
    return bytes;
  };

  it('is refused empty, above 10 MB, of unknown format or above its resolution', async () => {
    const large = new Uint8Array(10 * 1024 * 1024 + 1);
    large.set(gif(10));
    expect((await upload(new Uint8Array())).code).toBe(234010);
    expect((await upload(large)).code).toBe(234006);
    expect((await upload(new TextEncoder().encode('not a picture'))).code).toBe(234011);
    expect((await upload(gif(2001))).code).toBe(234039);
    expect((await upload(gif(2000), 'poster')).code).toBe(234001);
    expect((await upload(gif(2000))).code).toBe(0);
  });

  it('can be sent by its key, by the app that uploaded it', async () => {
    const key = (await upload(gif(10))).data?.image_key;
    const content = JSON.stringify({ image_key: key });
    const { unionId } = world.person('林知夏');
    expect((await to('union_id', unionId, { msg_type: 'image', content })).code).toBe(0);
    expect((await to('union_id', unionId, { msg_type: 'image', content, as: LEGAL })).code).toBe(230027);
  });
});
