import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Acts, actsOf } from '../../simulator/feishu/acts.ts';
import { card, itemsOf, LEGAL, markdown, messageIdOf, startWorld, type World, ZHIDA } from './world.ts';

/** The smallest PNG: one pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

let world: World;
let acts: Acts;
let cardId: string;
let chatId: string;
beforeEach(async () => {
  world = await startWorld();
  acts = actsOf(world.feishu.tenant, world.person('林知夏').unionId);
  const sent = await world.send('林知夏', card(markdown()));
  cardId = messageIdOf(sent);
  chatId = String(sent.data['chat_id']);
});
afterEach(() => world.close());

const heard = () =>
  world.feishu.tenant.pushes.log
    .since(0)
    .filter(({ eventType }) => eventType === 'im.message.receive_v1')
    .map(({ payload }) => (payload as { event: { message: Record<string, string> } }).event.message);

const resource = async (messageId: string, key: string, { type = 'image', appId = ZHIDA } = {}) => {
  const path = `/open-apis/im/v1/messages/${messageId}/resources/${key}?type=${type}`;
  const headers = { authorization: `Bearer ${await world.token(appId)}` };
  const response = await fetch(`${world.feishu.url}${path}`, { headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isFile = response.headers.get('content-type')?.startsWith('image/') ?? false;
  const { code } = isFile ? { code: 0 } : (JSON.parse(bytes.toString('utf8')) as { code: number });
  return { status: response.status, code, type: response.headers.get('content-type'), bytes };
};

// open.feishu.cn/document/server-docs/im-v1/message/events/receive
describe('a message of a person', () => {
  it('carries root_id and parent_id when it is a reply, and only then', () => {
    acts.speak(chatId, '在吗');
    const reply = acts.reply(cardId, '少了两袋');
    acts.reply(reply.id, '补充一句');
    expect(heard()[0]).not.toHaveProperty('parent_id');
    expect(heard().slice(1)).toMatchObject([
      { parent_id: cardId, root_id: cardId, content: '{"text":"少了两袋"}' },
      { parent_id: reply.id, root_id: cardId },
    ]);
  });

  it('may be a picture, whose content is its image_key', () => {
    const picture = acts.reply(cardId, PNG);
    expect(heard()).toMatchObject([
      { message_id: picture.id, message_type: 'image', parent_id: cardId, content: picture.content },
    ]);
    expect(JSON.parse(picture.content)).toEqual({ image_key: expect.stringMatching(/^img_/) as unknown });
  });

  it('is shown with what it answers', async () => {
    acts.reply(cardId, '少了两袋');
    const path = `/sim/people/${world.person('林知夏').unionId}/chats/${chatId}/messages`;
    const shown = (await (await fetch(`${world.feishu.url}${path}`)).json()) as object[];
    expect(shown.at(-1)).toMatchObject({
      replyTo: { messageId: cardId, name: '直达', preview: '昨日支付186.4万' },
    });
  });

  it('can be sent over the control API, as text or as the bytes of a picture', async () => {
    const path = `${world.feishu.url}/sim/people/${world.person('林知夏').unionId}/chats/${chatId}`;
    await fetch(`${path}/messages`, {
      method: 'POST',
      body: JSON.stringify({ text: '收到', replyTo: cardId }),
    });
    await fetch(`${path}/images?replyTo=${cardId}`, { method: 'POST', body: new Uint8Array(PNG) });
    expect(heard()).toMatchObject([
      { message_type: 'text', parent_id: cardId },
      { message_type: 'image', parent_id: cardId },
    ]);
    const text = await fetch(`${path}/images`, { method: 'POST', body: 'no picture' });
    expect([text.status, await text.json()]).toMatchObject([400, { code: 234011 }]);
  });
});

// open.feishu.cn/document/server-docs/im-v1/message/get-2 (获取消息中的资源文件)
describe('the resource of a message', () => {
  const keyOf = ({ content }: { content: string }): string =>
    (JSON.parse(content) as { image_key: string }).image_key;

  it('is the file itself', async () => {
    const picture = acts.sendImage(chatId, PNG);
    const file = await resource(picture.id, keyOf(picture));
    expect([file.status, file.type, file.bytes.equals(PNG)]).toEqual([200, 'image/png', true]);
  });

  it('must belong to the message, else 234003', async () => {
    const [one, other] = [acts.sendImage(chatId, PNG), acts.sendImage(chatId, PNG)];
    expect(await resource(one.id, keyOf(other))).toMatchObject({ status: 400, code: 234003 });
  });

  it('is kept from an app that is not in the chat with 234004', async () => {
    const picture = acts.sendImage(chatId, PNG);
    expect((await resource(picture.id, keyOf(picture), { appId: LEGAL })).code).toBe(234004);
  });

  it('of a card is not supported: 234043', async () => {
    expect((await resource(cardId, 'img_1')).code).toBe(234043);
  });

  it('needs a type that exists, and a message that exists: 234001', async () => {
    const picture = acts.sendImage(chatId, PNG);
    expect((await resource(picture.id, keyOf(picture), { type: 'video' })).code).toBe(234001);
    expect((await resource('om_nothing', keyOf(picture))).code).toBe(234001);
  });
});

// open.feishu.cn/document/server-docs/im-v1/pin/create, …/delete and …/list
describe('a pinned message', () => {
  const group = (): string => world.feishu.tenant.company.groups[0]?.chatId ?? '';
  const post = async (text: string): Promise<string> => {
    const body = { receive_id: group(), msg_type: 'text', content: JSON.stringify({ text }) };
    return messageIdOf(await world.api('POST /im/v1/messages?receive_id_type=chat_id', body));
  };
  const pin = (message_id: string, appId = ZHIDA) => world.api('POST /im/v1/pins', { message_id }, appId);
  const pinned = async (query = '') =>
    itemsOf(await world.api(`GET /im/v1/pins?chat_id=${group()}${query}`)).map(({ message_id: id }) => id);

  it('names who pinned it and when, the same when it is pinned again', async () => {
    const id = await post('看板');
    const first = await pin(id);
    expect(first.data['pin']).toEqual({
      message_id: id,
      chat_id: group(),
      operator_id: ZHIDA,
      operator_id_type: 'app_id',
      create_time: String(world.clock.now()),
    });
    await world.clock.advance(5000);
    expect((await pin(id)).data).toEqual(first.data);
  });

  it('is listed, the latest first, by time and page', async () => {
    const [one, two] = [await post('一'), await post('二')];
    await pin(one);
    await world.clock.advance(1000);
    await pin(two);
    expect(await pinned()).toEqual([two, one]);
    expect(await pinned('&page_size=1')).toEqual([two]);
    expect(await pinned(`&start_time=${world.clock.now()}`)).toEqual([two]);
    expect((await world.api(`GET /im/v1/pins?chat_id=${group()}&page_size=51`)).code).toBe(99992402);
  });

  it('is unpinned, which succeeds for one that is not pinned too', async () => {
    const id = await post('看板');
    await pin(id);
    expect((await world.api(`DELETE /im/v1/pins/${id}`)).code).toBe(0);
    expect((await world.api(`DELETE /im/v1/pins/${id}`)).code).toBe(0);
    expect(await pinned()).toEqual([]);
  });

  it('can not be a recalled message (230011), nor one of a chat without the bot (230002)', async () => {
    const [id, recalled] = [await post('看板'), await post('撤回')];
    await world.api(`DELETE /im/v1/messages/${recalled}`);
    expect((await pin(recalled)).code).toBe(230011);
    expect((await pin(id, LEGAL)).code).toBe(230002);
    expect((await pin('om_nothing')).code).toBe(230001);
  });

  it('takes 5 a second, then 230047', async () => {
    const id = await post('看板');
    for (let count = 0; count < 5; count += 1) expect((await pin(id)).code).toBe(0);
    expect((await pin(id)).code).toBe(230047);
  });

  it('stands above the messages of its chat for those in it', async () => {
    const id = await post('看板');
    await pin(id);
    const member = world.feishu.tenant.chats.chat(group())?.members.values().next().value ?? '';
    const chats = (await (await fetch(`${world.feishu.url}/sim/people/${member}/chats`)).json()) as object[];
    expect(chats).toContainEqual(
      expect.objectContaining({ chatId: group(), pins: [{ messageId: id, preview: '看板' }] }),
    );
  });
});
