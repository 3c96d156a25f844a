import { hexOf, type Person } from '../company.ts';
import { type ActionAnswer, type ActionInput, act } from './action.ts';
import type { AppRegistration } from './apps.ts';
import type { Chat, Message } from './chats.ts';
import { idsOf } from './directory.ts';
import { NoSuchThing } from './no-such-thing.ts';
import { sayText, sendPicture } from './speaking.ts';
import type { Tenant } from './tenant.ts';

/** What a person can do in the client. Each throws when there is no such chat, bot or message. */
export type Acts = {
  /** Opens the single chat with a bot: `p2p_chat_create` the first time, the entered event each time. */
  readonly open: (appId: string) => Chat;
  readonly speak: (chatId: string, text: string) => Message;
  /** Answers a message in its chat, by text or by a picture's bytes. */
  readonly reply: (messageId: string, answer: string | Buffer) => Message;
  readonly sendImage: (chatId: string, bytes: Buffer) => Message;
  /** Marks everything in the chat read; returns how many were unread. */
  readonly read: (chatId: string) => number;
  readonly menu: (appId: string, eventKey: string) => void;
  readonly click: (messageId: string, action: ActionInput) => Promise<ActionAnswer>;
};

const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new NoSuchThing(`no such ${what}`);
  return value;
};

type Actor = { readonly tenant: Tenant; readonly person: Person };

/** open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN/bot-events (v1 event) and …/bot_p2p_chat_entered. */
const open = ({ tenant, person }: Actor, app: AppRegistration): Chat => {
  const { chat, isNew } = tenant.chats.p2p(app.appId, person);
  const ids = idsOf(app, person);
  if (isNew) {
    const user = { name: person.name, ...ids };
    tenant.pushes.push(app, {
      type: 'p2p_chat_create',
      event: { chat_id: chat.id, operator: ids, user },
      version: 'v1',
    });
  }
  const last = chat.messages.at(-1);
  tenant.pushes.push(app, {
    type: 'im.chat.access_event.bot_p2p_chat_entered_v1',
    event: {
      chat_id: chat.id,
      operator_id: ids,
      ...(last ? { last_message_id: last.id, last_message_create_time: String(last.createdAt) } : {}),
    },
  });
  return chat;
};

/** By the last message that was read: the same ones in every run with the tenant's seed. */
const isLost = (tenant: Tenant, { id }: Message): boolean =>
  Number.parseInt(hexOf(`lost:${id}`, 8), 16) % 100 < tenant.switches().readEventsLostPercent;

/** open.feishu.cn/document/server-docs/im-v1/message/events/message_read: single chats only, many messages in one event. */
const read = ({ tenant, person }: Actor, chat: Chat): number => {
  const now = tenant.clock.now();
  const unread = chat.messages.filter(({ readAt, recalled }) => !readAt.has(person.unionId) && !recalled);
  for (const message of unread) message.readAt.set(person.unionId, now);
  const last = unread.at(-1);
  if (last === undefined) return 0;
  tenant.changes.publish({ type: 'read', chatId: chat.id, messageId: last.id, people: [person.unionId] });
  if (chat.kind === 'group' || isLost(tenant, last)) return unread.length;
  for (const appId of chat.bots) {
    const app = tenant.apps.get(appId);
    const ids = unread
      .filter(({ sender }) => sender.kind === 'app' && sender.appId === appId)
      .map(({ id }) => id);
    if (!app || ids.length === 0) continue;
    const reader = {
      reader_id: idsOf(app, person),
      read_time: String(now),
      tenant_key: tenant.company.tenantKey,
    };
    tenant.pushes.push(app, { type: 'im.message.message_read_v1', event: { reader, message_id_list: ids } });
  }
  return unread.length;
};

/** Everything that one person does; `unionId` as in /sim/people. */
export const actsOf = (tenant: Tenant, unionId: string): Acts => {
  const person = must(tenant.directory.byUnion(unionId), 'person');
  const actor = { tenant, person };
  const appOf = (appId: string): AppRegistration => must(tenant.apps.get(appId), 'app');
  const chatOf = (chatId: string): Chat => {
    const chat = must(tenant.chats.chat(chatId), 'chat');
    if (!chat.members.has(unionId)) throw new NoSuchThing('the person is not in this chat');
    return chat;
  };
  return {
    open: (appId) => open(actor, appOf(appId)),
    speak: (chatId, text) => sayText(actor, { chat: chatOf(chatId) }, text),
    reply: (messageId, answer) => {
      const replyTo = must(tenant.chats.message(messageId), 'message');
      const said = { chat: chatOf(replyTo.chatId), replyTo };
      return typeof answer === 'string' ? sayText(actor, said, answer) : sendPicture(actor, said, answer);
    },
    sendImage: (chatId, bytes) => sendPicture(actor, { chat: chatOf(chatId) }, bytes),
    read: (chatId) => read(actor, chatOf(chatId)),
    // open.feishu.cn/document/client-docs/bot-v3/events/menu
    menu: (appId, eventKey) => {
      const app = appOf(appId);
      const operator = { operator_name: person.name, operator_id: idsOf(app, person) };
      const timestamp = Math.floor(tenant.clock.now() / 1000);
      tenant.pushes.push(app, {
        type: 'application.bot.menu_v6',
        event: { operator, event_key: eventKey, timestamp },
      });
    },
    click: (messageId, action) => {
      const message = must(tenant.chats.message(messageId), 'message');
      chatOf(message.chatId);
      return act(actor, message, action);
    },
  };
};
