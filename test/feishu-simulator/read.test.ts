import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actsOf } from '../../simulator/feishu/acts.ts';
import { ALL_SCOPES } from '../../simulator/feishu/apps.ts';
import {
  card,
  days,
  itemsOf,
  LEGAL,
  markdown,
  messageIdOf,
  openId,
  startWorld,
  type World,
} from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const text = (content: string) =>
  world.send('林知夏', JSON.stringify({ text: content }), { msg_type: 'text' });
const chatWith = (name: string): string => {
  const found = world.feishu.tenant.chats.all().find((chat) => chat.kind === 'p2p' && chat.name === name);
  return found?.id ?? '';
};
const list = (query: string, appId?: string) =>
  world.api(`GET /im/v1/messages?container_id_type=chat&${query}`, undefined, appId);

// open.feishu.cn/document/server-docs/im-v1/message/list
describe('the history of a chat', () => {
  it('of a person needs a chat_id: no id of the person finds it', async () => {
    await text('早');
    for (const id of [openId(world, '林知夏'), world.person('林知夏').unionId]) {
      expect((await list(`container_id=${id}`)).code).toBe(230001);
    }
    expect(itemsOf(await list(`container_id=${chatWith('林知夏')}`))).toHaveLength(1);
  });

  it('has pages of 20, at most 50', async () => {
    for (let index = 0; index < 25; index += 1) {
      await text(String(index));
      await world.clock.advance(1000);
    }
    const chat = chatWith('林知夏');
    const first = await list(`container_id=${chat}`);
    expect(itemsOf(first)).toHaveLength(20);
    expect(first.data['has_more']).toBe(true);
    const second = await list(`container_id=${chat}&page_token=${String(first.data['page_token'])}`);
    expect(itemsOf(second)).toHaveLength(5);
    expect(second.data).not.toHaveProperty('page_token');
    expect((await list(`container_id=${chat}&page_size=51`)).code).toBe(99992402);
    expect(
      itemsOf(await list(`container_id=${chat}&page_size=50&sort_type=ByCreateTimeDesc`))[0],
    ).toMatchObject({
      body: { content: '{"text":"24"}' },
    });
  });

  it('is cut by seconds of creation', async () => {
    await text('早');
    const at = Math.floor(world.clock.now() / 1000);
    await world.clock.advance(5000);
    await text('晚');
    const chat = chatWith('林知夏');
    expect(itemsOf(await list(`container_id=${chat}&start_time=${at + 1}`))).toHaveLength(1);
    expect(itemsOf(await list(`container_id=${chat}&end_time=${at}`))).toHaveLength(1);
  });

  it('shows a card as sent only when asked for user_card_content', async () => {
    await world.send('林知夏', card(markdown('**晨报**', 'delivery1')));
    const chat = chatWith('林知夏');
    const contentOf = async (query: string): Promise<string> =>
      JSON.stringify(itemsOf(await list(`container_id=${chat}${query}`))[0]?.['body']);
    expect(await contentOf('')).not.toContain('delivery1');
    expect(await contentOf('')).toContain('晨报');
    expect(await contentOf('&card_msg_content_type=user_card_content')).toContain('delivery1');
  });

  it('of a group needs the bot in it and im:message.group_msg', async () => {
    const group = world.feishu.tenant.company.groups[0]?.chatId ?? '';
    expect((await list(`container_id=${group}`)).code).toBe(0);
    expect((await list(`container_id=${group}`, LEGAL)).code).toBe(230002);
    await world.close();
    world = await startWorld({
      alter: (app) => ({ ...app, scopes: ALL_SCOPES.filter((scope) => scope !== 'im:message.group_msg') }),
    });
    expect((await list(`container_id=${group}`)).code).toBe(230027);
  });
});

// open.feishu.cn/document/server-docs/im-v1/message/read_users
describe('who has read a message', () => {
  const readers = (id: string, appId?: string) =>
    world.api(`GET /im/v1/messages/${id}/read_users?user_id_type=union_id`, undefined, appId);

  it('is told by name and time, without those who have not', async () => {
    const answer = await text('早');
    expect(itemsOf(await readers(messageIdOf(answer)))).toEqual([]);
    await world.clock.advance(60_000);
    actsOf(world.feishu.tenant, world.person('林知夏').unionId).read(String(answer.data['chat_id']));
    expect(itemsOf(await readers(messageIdOf(answer)))).toMatchObject([
      { user_id: world.person('林知夏').unionId, timestamp: String(world.clock.now()) },
    ]);
  });

  it('is told for 7 days: later it is 230033', async () => {
    const id = messageIdOf(await text('早'));
    await world.clock.advance(days(7));
    expect((await readers(id)).code).toBe(0);
    await world.clock.advance(1);
    expect((await readers(id)).code).toBe(230033);
  });

  it('is told to the sender only: 230012', async () => {
    const group = world.feishu.tenant.company.groups[0]?.chatId ?? '';
    world.feishu.tenant.chats.chat(group)?.bots.add(LEGAL);
    const body = { receive_id: group, msg_type: 'text', content: '{"text":"早"}' };
    const id = messageIdOf(await world.api('POST /im/v1/messages?receive_id_type=chat_id', body));
    expect((await readers(id, LEGAL)).code).toBe(230012);
  });

  it('comes in pages of at most 100', async () => {
    const id = messageIdOf(await text('早'));
    expect((await world.api(`GET /im/v1/messages/${id}/read_users?page_size=101`)).code).toBe(99992402);
  });
});

// open.feishu.cn/document/server-docs/im-v1/buzz-messages/urgent_app
describe('an urgent message', () => {
  const urge = (id: string, ids: readonly string[]) =>
    world.api(`PATCH /im/v1/messages/${id}/urgent_app?user_id_type=union_id`, { user_id_list: ids });

  it('names the ids that are invalid, and is 230001 when all are', async () => {
    const id = messageIdOf(await text('急'));
    const { unionId } = world.person('林知夏');
    expect((await urge(id, [unionId, 'on_nobody'])).data).toEqual({ invalid_user_id_list: ['on_nobody'] });
    expect((await urge(id, ['on_nobody'])).code).toBe(230001);
  });

  it('takes at most 200 ids', async () => {
    const id = messageIdOf(await text('急'));
    expect(
      (
        await urge(
          id,
          Array.from({ length: 201 }, () => 'on_nobody'),
        )
      ).code,
    ).toBe(99992402);
  });

  it('is refused with 230023 when the person has 200 unread ones', async () => {
    const { unionId } = world.person('林知夏');
    const first = messageIdOf(await text('急'));
    const { chats } = world.feishu.tenant;
    for (let index = 0; index < 200; index += 1) {
      const sender = { kind: 'app', appId: 'cli_a1zhida00000001' } as const;
      const draft = {
        chatId: chatWith('林知夏'),
        sender,
        createdAt: world.clock.now(),
        msgType: 'text',
        content: '{}',
      };
      chats.add(draft).urgentFor.add(unionId);
    }
    expect((await urge(first, [unionId])).code).toBe(230023);
    actsOf(world.feishu.tenant, unionId).read(chatWith('林知夏'));
    expect((await urge(first, [unionId])).code).toBe(0);
  });
});

// open.feishu.cn/document/server-docs/group/chat/list and …/chat/get-2
describe('chats', () => {
  it('are listed when the bot is in them, groups only', async () => {
    await text('早');
    expect(itemsOf(await world.api('GET /im/v1/chats')).map(({ name }) => name)).toEqual([
      '售后群',
      '经营群',
      '全员群',
    ]);
    const ofLegal = itemsOf(await world.api('GET /im/v1/chats', undefined, LEGAL));
    expect(ofLegal.map(({ name }) => name)).toEqual(['全员群']);
  });

  it('say whether they are single or groups', async () => {
    await text('早');
    expect((await world.api(`GET /im/v1/chats/${chatWith('林知夏')}`)).data['chat_mode']).toBe('p2p');
    const group = world.feishu.tenant.company.groups[0];
    const { data } = await world.api(`GET /im/v1/chats/${group?.chatId ?? ''}`);
    expect(data).toMatchObject({ chat_mode: 'group', name: '售后群' });
    expect((await world.api('GET /im/v1/chats/oc_nothing')).code).toBe(232006);
  });

  it('list their people', async () => {
    const group = world.feishu.tenant.company.groups[1];
    const { data } = await world.api(`GET /im/v1/chats/${group?.chatId ?? ''}/members?page_size=100`);
    expect(data['member_total']).toBe(group?.memberUserIds.length);
  });
});
