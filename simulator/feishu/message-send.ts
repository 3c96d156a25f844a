import { z } from 'zod';
import type { Chat, Message } from './chats.ts';
import { checkContent } from './content.ts';
import { type Call, type Endpoint, readFields, readQuery } from './endpoint.ts';
import { viewOf } from './message-view.ts';
import { chatFor, requireChat, requireReachableIn } from './receiver.ts';
import { refusal } from './refusal.ts';

const SCOPES = ['im:message', 'im:message:send_as_bot', 'im:message:send'];
const msgTypeSchema = z.enum(['text', 'post', 'image', 'interactive'], 'msg_type is not supported here');
const uuidSchema = z.optional(z.string().max(50, 'the max len is 50'));

const createQuerySchema = z.object({
  receive_id_type: z.enum(
    ['open_id', 'union_id', 'user_id', 'email', 'chat_id'],
    'receive_id_type is required',
  ),
});
const createSchema = z.object({
  receive_id: z.string('receive_id is required').min(1, 'receive_id is required'),
  msg_type: msgTypeSchema,
  content: z.string('content is required'),
  uuid: uuidSchema,
});
const replySchema = z.object({
  msg_type: msgTypeSchema,
  content: z.string('content is required'),
  reply_in_thread: z.optional(z.boolean()),
  uuid: uuidSchema,
});

type Draft = {
  readonly chat: Chat;
  readonly msgType: string;
  readonly content: string;
  readonly replyTo?: Message;
};

const announce = ({ tenant }: Call, { id, chatId }: Message, chat: Chat): void => {
  tenant.changes.publish({ type: 'message', chatId, messageId: id, people: [...chat.members] });
};

const put = (call: Call, { chat, msgType, content, replyTo }: Draft): Message => {
  const { tenant, app } = call;
  // One group's bots share 5/s; a single chat is one person to one bot: 5/s to the same person.
  tenant.rates.spendFive(chat.kind === 'group' ? chat.id : `person ${[...chat.members].join()} ${app.appId}`);
  const message = tenant.chats.add({
    chatId: chat.id,
    sender: { kind: 'app', appId: app.appId },
    createdAt: tenant.clock.now(),
    msgType,
    content,
    ...(replyTo ? { parentId: replyTo.id, rootId: replyTo.rootId ?? replyTo.id } : {}),
  });
  announce(call, message, chat);
  return message;
};

/** The message that an earlier request with this uuid made, within 1 h; the switch decides what a replay gets. */
const replayed = ({ tenant, app }: Call, uuid: string | undefined): Message | undefined => {
  const earlier = uuid === undefined || uuid === '' ? undefined : tenant.uuids.find(app.appId, uuid);
  if (earlier === undefined) return undefined;
  if (tenant.switches().uuidReplay === 'refuse') throw refusal(230049);
  return tenant.chats.message(earlier);
};

const remember = ({ tenant, app }: Call, uuid: string | undefined, { id }: Message): void => {
  if (uuid !== undefined && uuid !== '') tenant.uuids.put(app.appId, uuid, id);
};

/** open.feishu.cn/document/server-docs/im-v1/message/create */
const create = (call: Call): object => {
  const { receive_id_type: type } = readQuery(createQuerySchema, call);
  const request = readFields(createSchema, call.body);
  const earlier = replayed(call, request.uuid);
  if (earlier) return viewOf(call, earlier, 'original');
  const chat = chatFor(call.tenant, call.app, { type, id: request.receive_id });
  if (chat.mutedBy.size > 0) throw refusal(230053);
  checkContent(call, request.msg_type, request.content);
  const message = put(call, { chat, msgType: request.msg_type, content: request.content });
  remember(call, request.uuid, message);
  return viewOf(call, message, 'original');
};

/** The message of the path, in a chat that the app's bot is in. */
export const requireMessage = (call: Call): { readonly message: Message; readonly chat: Chat } => {
  const message = call.tenant.chats.message(call.path['message_id'] ?? '');
  if (!message) throw refusal(230001, 'invalid message_id');
  return { message, chat: requireChat(call.tenant, call.app, message.chatId) };
};

/** open.feishu.cn/document/server-docs/im-v1/message/reply */
const reply = (call: Call): object => {
  const request = readFields(replySchema, call.body);
  const earlier = replayed(call, request.uuid);
  if (earlier) return viewOf(call, earlier, 'original');
  const { message: replyTo, chat } = requireMessage(call);
  if (replyTo.recalled) throw refusal(230011);
  requireReachableIn(call.tenant, call.app, chat);
  checkContent(call, request.msg_type, request.content);
  const message = put(call, { chat, msgType: request.msg_type, content: request.content, replyTo });
  remember(call, request.uuid, message);
  return viewOf(call, message, 'original');
};

export const sendEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: '/open-apis/im/v1/messages', scopes: SCOPES, isMetered: true, handle: create },
  {
    method: 'POST',
    path: '/open-apis/im/v1/messages/:message_id/reply',
    scopes: SCOPES,
    isMetered: true,
    handle: reply,
  },
];
