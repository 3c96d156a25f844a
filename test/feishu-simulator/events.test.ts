import { createHash } from 'node:crypto';
import * as lark from '@larksuiteoapi/node-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Acts, actsOf } from '../../simulator/feishu/acts.ts';
import { staffOf } from '../../simulator/feishu/staff.ts';
import {
  card,
  type Inbox,
  LEGAL,
  markdown,
  messageIdOf,
  openId,
  type Received,
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

type Opened = {
  readonly schema?: string;
  readonly uuid?: string;
  readonly header: {
    readonly event_id: string;
    readonly event_type: string;
    readonly app_id: string;
    readonly token: string;
  };
  readonly event: Readonly<Record<string, unknown>>;
};

const open = ({ body }: Received, key = 'dev-encrypt-key-zhida'): Opened => {
  const { encrypt } = JSON.parse(body) as { encrypt: string };
  return JSON.parse(new lark.AESCipher(key).decrypt(encrypt)) as Opened;
};
const as = (name: string): Acts => actsOf(world.feishu.tenant, world.person(name).unionId);
const pushed = async (): Promise<readonly Opened[]> => {
  await world.feishu.tenant.pushes.idle();
  return inbox.received.map((one) => open(one));
};
/** The clock's jump starts pushes; their answers arrive in real time. */
const pass = async (ms: number): Promise<void> => {
  await world.clock.advance(ms);
  await world.feishu.tenant.pushes.idle();
};
const typesOf = (events: readonly Opened[]): readonly unknown[] =>
  events.map(({ header, event }) => (header as Opened['header'] | undefined)?.event_type ?? event['type']);

// open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case
describe('a push', () => {
  it('is compact JSON of one field, signed over the bytes that are sent', async () => {
    as('林知夏').menu(ZHIDA, 'today');
    await world.feishu.tenant.pushes.idle();
    const [{ headers, body } = { headers: {}, body: '' }] = inbox.received;
    expect(Object.keys(JSON.parse(body) as object)).toEqual(['encrypt']);
    expect(body).not.toMatch(/\s/);
    const { 'x-lark-request-timestamp': timestamp, 'x-lark-request-nonce': nonce } = headers;
    const text = `${String(timestamp)}${String(nonce)}dev-encrypt-key-zhida${body}`;
    expect(headers['x-lark-signature']).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('is accepted by the dispatcher of the official SDK', async () => {
    const seen: unknown[] = [];
    const dispatcher = new lark.EventDispatcher({
      encryptKey: 'dev-encrypt-key-zhida',
      loggerLevel: lark.LoggerLevel.error,
    }).register({ 'application.bot.menu_v6': (data) => seen.push(data.event_key) });
    as('林知夏').menu(ZHIDA, 'today');
    await world.feishu.tenant.pushes.idle();
    const [{ headers, body } = { headers: {}, body: '{}' }] = inbox.received;
    await dispatcher.invoke(Object.assign(Object.create({ headers }) as object, JSON.parse(body) as object));
    expect(seen).toEqual(['today']);
  });

  it('goes to the app that it is about, with its own key, token and open_ids', async () => {
    as('林知夏').menu(LEGAL, 'read');
    await world.feishu.tenant.pushes.idle();
    const [first = { headers: {}, body: '{}' }] = inbox.received;
    expect(open(first, 'dev-encrypt-key-legal')).toMatchObject({
      header: { app_id: LEGAL, token: 'dev-token-legal', event_type: 'application.bot.menu_v6' },
      event: { operator: { operator_id: { open_id: openId(world, '林知夏', LEGAL) } }, event_key: 'read' },
    });
  });
});

// open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM
describe('an event that is not acknowledged', () => {
  const failures = (count: number): void => {
    for (let index = 0; index < count; index += 1) inbox.answers.push({ status: 500 });
  };

  it('comes again after 15 s, 5 min, 1 h and 6 h with the same event_id, then never', async () => {
    failures(5);
    as('林知夏').menu(ZHIDA, 'today');
    await world.feishu.tenant.pushes.idle();
    const counts: number[] = [];
    for (const ms of [14_999, 1, 299_999, 1, 3_599_999, 1, 21_599_999, 1, 86_400_000]) {
      await pass(ms);
      counts.push(inbox.received.length);
    }
    expect(counts).toEqual([1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect(new Set((await pushed()).map(({ header }) => header.event_id)).size).toBe(1);
    expect(world.feishu.tenant.pushes.log.since(0)[0]?.state).toBe('dropped');
  });

  it('stops coming when a retry is acknowledged', async () => {
    failures(1);
    as('林知夏').menu(ZHIDA, 'today');
    await world.feishu.tenant.pushes.idle();
    await pass(15_000);
    await pass(86_400_000);
    expect(inbox.received).toHaveLength(2);
    expect(world.feishu.tenant.pushes.log.since(0)[0]).toMatchObject({
      state: 'delivered',
      attempts: [{ status: 500 }, { status: 200 }],
    });
  });

  it('counts as failed when the answer takes longer than 3 s (here 50 ms)', async () => {
    world.feishu.tenant.setSwitches({ pushTimeoutMs: 50 });
    inbox.answers.push({ status: 200, delayMs: 500 });
    as('林知夏').menu(ZHIDA, 'today');
    await world.feishu.tenant.pushes.idle();
    expect(world.feishu.tenant.pushes.log.since(0)[0]?.attempts).toMatchObject([{ status: 'failed' }]);
  });
});

// open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM: 可能会收到重复的推送; only events that say so are ordered
describe('events on demand', () => {
  it('are duplicated, although they were acknowledged', async () => {
    world.feishu.tenant.setSwitches({ eventDuplicates: 2 });
    as('林知夏').menu(ZHIDA, 'today');
    const ids = (await pushed()).map(({ header }) => header.event_id);
    expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
    world.feishu.tenant.pushes.repeat(ids[0] ?? '');
    expect(await pushed()).toHaveLength(4);
  });

  it('are reordered', async () => {
    world.feishu.tenant.setSwitches({ eventReorderMs: 200 });
    for (const key of ['a', 'b', 'c']) as('林知夏').menu(ZHIDA, key);
    expect(await pushed()).toEqual([]);
    await pass(200);
    const keys = (await pushed()).map(({ event }) => String(event['event_key']));
    expect(keys.toSorted()).toEqual(['a', 'b', 'c']);
    expect(keys).not.toEqual(['a', 'b', 'c']);
  });
});

// open.feishu.cn/document/server-docs/im-v1/message/events/message_read
describe('reading', () => {
  it('is one event that lists the messages of the single chat', async () => {
    const first = await world.send('林知夏', card(markdown()));
    const second = await world.send('林知夏', card(markdown()));
    as('林知夏').read(String(first.data['chat_id']));
    as('林知夏').read(String(first.data['chat_id']));
    const events = await pushed();
    expect(typesOf(events)).toEqual(['im.message.message_read_v1']);
    expect(events[0]?.event).toMatchObject({
      reader: { reader_id: { union_id: world.person('林知夏').unionId } },
      message_id_list: [messageIdOf(first), messageIdOf(second)],
    });
  });

  it('in a group is no event', async () => {
    const group = world.feishu.tenant.company.groups[1]?.chatId ?? '';
    const body = { receive_id: group, msg_type: 'text', content: '{"text":"早"}' };
    const id = messageIdOf(await world.api('POST /im/v1/messages?receive_id_type=chat_id', body));
    expect(as('林知夏').read(group)).toBe(1);
    expect(await pushed()).toEqual([]);
    expect((await world.api(`GET /im/v1/messages/${id}/read_users`)).data['items']).toHaveLength(1);
  });
});

describe('opening a bot', () => {
  // open.feishu.cn/document/server-docs/group/chat-member/event/bot_p2p_chat_entered
  it('creates the chat once, in the old envelope, and is an entry each time', async () => {
    as('林知夏').open(ZHIDA);
    await world.feishu.tenant.pushes.idle();
    as('林知夏').open(ZHIDA);
    const events = await pushed();
    expect([...typesOf(events)].sort()).toEqual([
      'im.chat.access_event.bot_p2p_chat_entered_v1',
      'im.chat.access_event.bot_p2p_chat_entered_v1',
      'p2p_chat_create',
    ]);
    expect(events.find(({ uuid }) => uuid !== undefined)).toMatchObject({
      type: 'event_callback',
      token: 'dev-token-zhida',
    });
  });
});

// open.feishu.cn/document/server-docs/im-v1/message/events/receive
describe('speaking', () => {
  it('to a bot reaches it', async () => {
    const chat = as('林知夏').open(ZHIDA);
    as('林知夏').speak(chat.id, '今日');
    const heard = (await pushed()).find(({ event }) => 'message' in event);
    expect(heard?.event).toMatchObject({
      sender: { sender_type: 'user', sender_id: { open_id: openId(world, '林知夏') } },
      message: { chat_type: 'p2p', message_type: 'text', content: '{"text":"今日"}' },
    });
  });

  it('in a group reaches a bot without im:message.group_msg only when it is named', async () => {
    await world.close();
    world = await startWorld({
      eventUrl: inbox.url,
      alter: (app) => ({ ...app, scopes: app.scopes.filter((scope) => scope !== 'im:message.group_msg') }),
    });
    const group = world.feishu.tenant.company.groups[1]?.chatId ?? '';
    as('林知夏').speak(group, '大家早');
    as('林知夏').speak(group, '@直达 今日');
    expect((await pushed()).map(({ event }) => event['message'])).toMatchObject([
      { content: '{"text":"@直达 今日"}' },
    ]);
  });
});

describe('the company', () => {
  // open.feishu.cn/document/server-docs/contact-v3/user/events/updated and …/deleted
  it('announces who joins, moves and leaves, to the apps that see them', async () => {
    const staff = staffOf(world.feishu.tenant);
    const { unionId } = staff.hire({ name: '新同事', jobTitle: '客服', department: '客服' });
    staff.change(unionId, { jobTitle: '客服组长' });
    staff.resign(unionId);
    await world.feishu.tenant.pushes.idle();
    const log = world.feishu.tenant.pushes.log.since(0).filter(({ appId }) => appId === ZHIDA);
    expect(log.map(({ eventType }) => eventType)).toEqual([
      'contact.user.created_v3',
      'contact.user.updated_v3',
      'contact.user.deleted_v3',
    ]);
    expect(log[1]?.payload).toMatchObject({
      event: { object: { job_title: '客服组长' }, old_object: { job_title: '客服' } },
    });
    staff.change(world.person('鲁建军').unionId, { jobTitle: '仓管组长' });
    expect(world.feishu.tenant.pushes.log.since(0).filter(({ appId }) => appId === ZHIDA)).toHaveLength(3);
  });

  // open.feishu.cn/document/server-docs/group/chat-member/event/added
  it('announces a bot that is added to a group', async () => {
    const group = world.feishu.tenant.company.groups[0];
    staffOf(world.feishu.tenant).addBot(group?.chatId ?? '', LEGAL);
    await world.feishu.tenant.pushes.idle();
    expect(world.feishu.tenant.pushes.log.since(0)[0]).toMatchObject({
      appId: LEGAL,
      eventType: 'im.chat.member.bot.added_v1',
      payload: { event: { chat_id: group?.chatId, name: '售后群', external: false } },
    });
  });
});

// open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN: url_verification
describe('saving the event address', () => {
  const save = async (): Promise<unknown> =>
    (await fetch(`${world.feishu.url}/sim/apps/${ZHIDA}/verify-url`, { method: 'POST' })).json();

  it('asks for the challenge, encrypted and without a signature', async () => {
    inbox.answers.push({ status: 200, body: '{"challenge":"wrong"}' });
    expect(await save()).toEqual({ ok: false });
    const [first = { headers: {}, body: '{}' }] = inbox.received;
    expect(open(first)).toMatchObject({ type: 'url_verification', token: 'dev-token-zhida' });
    expect(first.headers['x-lark-signature']).toBeUndefined();
  });

  it('is signed when the switch says so', async () => {
    world.feishu.tenant.setSwitches({ urlCheckSigned: true });
    await save();
    expect(inbox.received[0]?.headers['x-lark-signature']).toMatch(/^[0-9a-f]{64}$/);
  });
});
