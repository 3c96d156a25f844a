import { z } from 'zod';
import type { Chat, Message, Pin } from './chats.ts';
import { openIdOf } from './directory.ts';
import { type Call, type Endpoint, pageOf, readFields, readQuery, wholeNumber } from './endpoint.ts';
import { requireMessage } from './message-send.ts';
import { requireChat, requireReachableIn } from './receiver.ts';
import { refusal } from './refusal.ts';

const pinShown = ({ app }: Call, chat: Chat, { messageId, operator, createdAt }: Pin): object => ({
  message_id: messageId,
  chat_id: chat.id,
  ...(operator.kind === 'app'
    ? { operator_id: operator.appId, operator_id_type: 'app_id' }
    : { operator_id: openIdOf(app.appId, operator.unionId), operator_id_type: 'open_id' }),
  create_time: String(createdAt),
});

const announce = ({ tenant }: Call, chat: Chat, { id }: Message): void => {
  tenant.changes.publish({ type: 'pin', chatId: chat.id, messageId: id, people: [...chat.members] });
};

/** 对同一条消息的 Pin 操作不能超过 5 QPS: 230047. */
const spend = ({ tenant }: Call, messageId: string): void => {
  tenant.rates.spendFive(`pin ${messageId}`, 230047);
};

const createSchema = z.object({ message_id: z.string('message_id is required') });

/** open.feishu.cn/document/server-docs/im-v1/pin/create: a message that is pinned already answers its pin. */
const create = (call: Call): object => {
  const { message_id: id } = readFields(createSchema, call.body);
  const { message, chat } = requireMessage({ ...call, path: { message_id: id } });
  if (message.recalled) throw refusal(230011);
  requireReachableIn(call.tenant, call.app, chat);
  spend(call, id);
  const operator = { kind: 'app', appId: call.app.appId } as const;
  const pin = chat.pins.get(id) ?? { messageId: id, operator, createdAt: call.tenant.clock.now() };
  chat.pins.set(id, pin);
  announce(call, chat, message);
  return { pin: pinShown(call, chat, pin) };
};

/** open.feishu.cn/document/server-docs/im-v1/pin/delete: one that isn't pinned, or was recalled, is a success. */
const remove = (call: Call): object => {
  const { message, chat } = requireMessage(call);
  requireReachableIn(call.tenant, call.app, chat);
  spend(call, message.id);
  chat.pins.delete(message.id);
  announce(call, chat, message);
  return {};
};

const listSchema = z.object({
  chat_id: z.string('chat_id is required'),
  start_time: z.optional(z.coerce.number()),
  end_time: z.optional(z.coerce.number()),
  page_size: z._default(wholeNumber(1, 50), 20),
  page_token: z.optional(z.string()),
});

/** open.feishu.cn/document/server-docs/im-v1/pin/list: latest first; times in milliseconds. */
const list = (call: Call): object => {
  const query = readQuery(listSchema, call);
  const chat = requireChat(call.tenant, call.app, query.chat_id);
  requireReachableIn(call.tenant, call.app, chat);
  const { start_time: from = 0, end_time: until = Infinity } = query;
  const pins = [...chat.pins.values()]
    .filter(({ createdAt }) => createdAt >= from && createdAt <= until)
    .toSorted((a, b) => b.createdAt - a.createdAt);
  const page = pageOf(pins, query.page_size, query.page_token);
  return { ...page, items: page.items.map((pin) => pinShown(call, chat, pin)) };
};

const path = '/open-apis/im/v1/pins';
const writing = ['im:message', 'im:message.pins:write_only', 'im:message:send_as_bot'];
const reading = ['im:message', 'im:message.pins:read', 'im:message:readonly'];

export const pinEndpoints: readonly Endpoint[] = [
  { method: 'POST', path, scopes: writing, isMetered: true, handle: create },
  { method: 'DELETE', path: `${path}/:message_id`, scopes: writing, isMetered: true, handle: remove },
  { method: 'GET', path, scopes: reading, isMetered: true, handle: list },
];
