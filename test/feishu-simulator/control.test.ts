import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mintCompany } from '../../simulator/company.ts';
import {
  card,
  type Inbox,
  LEGAL,
  markdown,
  messageIdOf,
  startInbox,
  startWorld,
  type World,
  ZHIDA,
} from './world.ts';

let world: World;
let inbox: Inbox;
beforeEach(async () => {
  inbox = await startInbox();
  world = await startWorld({ eventUrl: inbox.url });
});
afterEach(async () => {
  await world.close();
  await inbox.close();
});

const sim = async <T>(call: string, body?: unknown): Promise<T> => {
  const [method = '', path = ''] = call.split(' ');
  const response = await fetch(`${world.feishu.url}/sim${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
};
type Row = Record<string, unknown>;
const me = (): string => world.person('林知夏').unionId;

describe('the company', () => {
  it('is the same each time: 60 people, one resigned, one out of range, two groups with the bot', () => {
    const company = mintCompany();
    expect(company).toEqual(mintCompany());
    expect(company.people).toHaveLength(60);
    expect(new Set(company.people.map(({ userId }) => userId)).size).toBe(60);
    expect(company.people.filter(({ resigned }) => resigned)).toHaveLength(1);
    expect(company.outOfRangeUserIds).toHaveLength(1);
    expect(company.groups.map(({ name, botAppIds }) => [name, botAppIds])).toEqual([
      ['售后群', [ZHIDA]],
      ['经营群', [ZHIDA]],
      ['全员群', [ZHIDA, LEGAL]],
    ]);
    expect(company.people.filter(({ jobTitle }) => jobTitle === '直达管理员')).toHaveLength(1);
    expect(
      company.people.filter(({ leaderUserId }) => leaderUserId === undefined).map(({ jobTitle }) => jobTitle),
    ).toEqual(['总经理']);
  });
});

describe('the control API', () => {
  it('lists people and apps', async () => {
    const people = await sim<Row[]>('GET /people');
    expect(people[0]).toMatchObject({
      name: '林知夏',
      jobTitle: '总经理',
      department: '总经办',
      resigned: false,
    });
    expect(await sim<Row[]>('GET /apps')).toMatchObject([
      { appId: ZHIDA, name: '直达' },
      { name: '薄荷法讯' },
    ]);
  });

  it('shows chats with preview and unread, and what reading changes', async () => {
    const sent = await world.send('林知夏', card(markdown('**正文**')));
    const chats = await sim<Row[]>(`GET /people/${me()}/chats`);
    expect(chats[0]).toMatchObject({
      kind: 'p2p',
      name: '直达',
      appId: ZHIDA,
      preview: '昨日支付186.4万',
      unread: 1,
    });
    const chatId = String(chats[0]?.['chatId']);
    const messages = await sim<Row[]>(`GET /people/${me()}/chats/${chatId}/messages?limit=10`);
    expect(messages).toMatchObject([
      {
        messageId: messageIdOf(sent),
        sender: { kind: 'app', name: '直达' },
        msgType: 'interactive',
        readByMe: false,
        editedCount: 0,
      },
    ]);
    expect(await sim(`POST /people/${me()}/chats/${chatId}/read`)).toEqual({ read: 1 });
    expect((await sim<Row[]>(`GET /people/${me()}/chats`))[0]).toMatchObject({ unread: 0 });
    await world.feishu.tenant.pushes.idle();
    expect(await sim<Row[]>('GET /events')).toMatchObject([
      { eventType: 'im.message.message_read_v1', state: 'delivered' },
    ]);
  });

  it('opens a bot, speaks, presses a menu and clicks', async () => {
    const { chatId } = await sim<{ chatId: string }>(`POST /people/${me()}/apps/${ZHIDA}/open`);
    await sim(`POST /people/${me()}/chats/${chatId}/messages`, { text: '今日' });
    await sim(`POST /people/${me()}/apps/${ZHIDA}/menu`, { eventKey: 'today' });
    await world.feishu.tenant.pushes.idle();
    const types = (await sim<Row[]>('GET /events')).map(({ eventType }) => eventType);
    expect(types).toEqual([
      'p2p_chat_create',
      'im.chat.access_event.bot_p2p_chat_entered_v1',
      'im.message.receive_v1',
      'application.bot.menu_v6',
    ]);
    const id = messageIdOf(await world.send('林知夏', card(markdown())));
    inbox.answers.push({ status: 200, body: '{"toast":{"type":"info","content":"好"}}' });
    expect(await sim(`POST /people/${me()}/messages/${id}/action`, { value: { do: 'x' } })).toMatchObject({
      ok: true,
      toast: { content: '好' },
    });
  });

  it('pages messages backwards', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 4; index += 1) {
      ids.push(messageIdOf(await world.send('林知夏', `{"text":"${index}"}`, { msg_type: 'text' })));
    }
    const [{ chatId } = { chatId: '' }] = await sim<{ chatId: string }[]>(`GET /people/${me()}/chats`);
    const page = await sim<Row[]>(
      `GET /people/${me()}/chats/${chatId}/messages?limit=2&before=${ids[3] ?? ''}`,
    );
    expect(page.map(({ messageId }) => messageId)).toEqual(ids.slice(1, 3));
  });

  it('logs calls without their bodies', async () => {
    await world.send('林知夏', card(markdown('秘密')));
    const calls = await sim<Row[]>('GET /calls');
    expect(calls.at(-1)).toMatchObject({
      api: 'POST /open-apis/im/v1/messages',
      appId: ZHIDA,
      status: 200,
      code: 0,
    });
    expect(JSON.stringify(calls)).not.toContain('秘密');
    expect(await sim<Row[]>(`GET /calls?since=${String(calls.at(-1)?.['seq'])}`)).toEqual([]);
  });

  it('keeps switches and faults, and refuses those that do not exist', async () => {
    expect(await sim('PUT /switches', { monthlyQuota: 10 })).toMatchObject({
      monthlyQuota: 10,
      rateWindow: 'sliding',
    });
    expect(await sim('PUT /switches', { nonsense: 1 })).toMatchObject({ error: 'invalid input' });
    expect(await sim('PUT /faults', [{ api: '*', kind: '500', count: 1 }])).toMatchObject([{ hits: 0 }]);
    expect(await sim('PUT /faults', [{ api: '*', kind: 'gone' }])).toMatchObject({ error: 'invalid input' });
  });

  it('moves a manual clock and says so when the clock is real', async () => {
    const before = world.clock.now();
    await sim('POST /clock/advance', { ms: 60_000 });
    expect(world.clock.now()).toBe(before + 60_000);
  });

  it('answers 404 for people and chats that are not there', async () => {
    expect((await fetch(`${world.feishu.url}/sim/people/on_nobody/chats`)).status).toBe(404);
    expect((await fetch(`${world.feishu.url}/sim/people/${me()}/chats/oc_x/messages`)).status).toBe(404);
  });

  it('streams what changes on a screen to those who see it', async () => {
    const stream = await fetch(`${world.feishu.url}/sim/stream?person=${me()}`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await world.send('钱正清', card(markdown()));
    const id = messageIdOf(await world.send('林知夏', card(markdown())));
    let text = '';
    while (!text.includes('data:')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain(`"type":"message"`);
    expect(text).toContain(id);
    expect(text.match(/data:/g)).toHaveLength(1);
    await reader?.cancel();
  });
});
