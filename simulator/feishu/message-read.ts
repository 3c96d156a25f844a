import { z } from 'zod';
import type { Message } from './chats.ts';
import { idOf } from './directory.ts';
import {
  type Call,
  type Endpoint,
  pageOf,
  readFields,
  readQuery,
  userIdTypeQuery,
  userIdTypeSchema,
  wholeNumber,
} from './endpoint.ts';
import { requireMessage } from './message-send.ts';
import { type CardForm, viewOf } from './message-view.ts';
import { requireChat, requireReachableIn } from './receiver.ts';
import { refusal } from './refusal.ts';

const SEVEN_DAYS_MS = 7 * 24 * 60 * 60 * 1000;
const cardFormSchema = z.optional(z.literal('user_card_content'));
const getSchema = z.object({ card_msg_content_type: cardFormSchema });
const formOf = (value: 'user_card_content' | undefined): CardForm =>
  value === undefined ? 'plain' : 'original';

/** open.feishu.cn/document/server-docs/im-v1/message/get */
const getOne = (call: Call): object => {
  const query = readQuery(getSchema, call);
  const { message, chat } = requireMessage(call);
  requireReachableIn(call.tenant, call.app, chat);
  return { items: [viewOf(call, message, formOf(query.card_msg_content_type))] };
};

const listSchema = z.object({
  container_id_type: z.enum(['chat', 'thread'], 'container_id_type is required'),
  container_id: z.string('container_id is required').min(1),
  start_time: z.optional(z.coerce.number()),
  end_time: z.optional(z.coerce.number()),
  sort_type: z._default(z.enum(['ByCreateTimeAsc', 'ByCreateTimeDesc']), 'ByCreateTimeAsc'),
  page_size: z._default(wholeNumber(1, 50), 20),
  page_token: z.optional(z.string()),
  card_msg_content_type: cardFormSchema,
});

/** Seconds of the query, both ends inclusive, against milliseconds of the messages. */
const isWithin = ({ createdAt }: Message, from: number | undefined, to: number | undefined): boolean =>
  createdAt >= (from ?? 0) * 1000 && createdAt < ((to ?? Number.MAX_SAFE_INTEGER / 2000) + 1) * 1000;

/** open.feishu.cn/document/server-docs/im-v1/message/list: a single chat is named by its chat_id, never by a person. */
const list = (call: Call): object => {
  const query = readQuery(listSchema, call);
  if (query.container_id_type === 'thread') throw refusal(230001, 'threads are not simulated');
  const chat = requireChat(call.tenant, call.app, query.container_id);
  requireReachableIn(call.tenant, call.app, chat);
  if (chat.kind === 'group' && !call.app.scopes.includes('im:message.group_msg'))
    throw refusal(230027, 'im:message.group_msg');
  const found = chat.messages.filter((message) => isWithin(message, query.start_time, query.end_time));
  const sorted = query.sort_type === 'ByCreateTimeAsc' ? found : found.toReversed();
  const page = pageOf(sorted, query.page_size, query.page_token);
  return {
    ...page,
    items: page.items.map((message) => viewOf(call, message, formOf(query.card_msg_content_type))),
  };
};

const readUsersSchema = z.object({
  user_id_type: userIdTypeSchema,
  page_size: z._default(wholeNumber(1, 100), 20),
  page_token: z.optional(z.string()),
});

/** open.feishu.cn/document/server-docs/im-v1/message/read_users: own messages of 7 days, only those who have read. */
const readUsers = (call: Call): object => {
  const query = readQuery(readUsersSchema, call);
  const { message, chat } = requireMessage(call);
  if (message.sender.kind !== 'app' || message.sender.appId !== call.app.appId) throw refusal(230012);
  if (message.recalled) throw refusal(230110);
  if (call.tenant.clock.now() - message.createdAt > SEVEN_DAYS_MS) throw refusal(230033);
  requireReachableIn(call.tenant, call.app, chat);
  const page = pageOf([...message.readAt], query.page_size, query.page_token);
  const items = page.items.flatMap(([unionId, at]) => {
    const person = call.tenant.directory.byUnion(unionId);
    if (!person) return [];
    const id = idOf(call.app.appId, query.user_id_type, person);
    return [
      {
        user_id_type: query.user_id_type,
        user_id: id,
        timestamp: String(at),
        tenant_key: call.tenant.company.tenantKey,
      },
    ];
  });
  return { ...page, items };
};

const urgentSchema = z.object({
  user_id_list: z.array(z.string(), 'user_id_list is required').min(1).max(200, 'the max len is 200'),
});

/** A person with more unread urgent messages than this can't be urged again. */
const MAX_UNREAD_URGENT = 200;

const urgentUnread = (call: Call, unionId: string): number =>
  call.tenant.chats
    .of(unionId)
    .flatMap(({ messages }) => messages)
    .filter(({ urgentFor, readAt }) => urgentFor.has(unionId) && !readAt.has(unionId)).length;

/** open.feishu.cn/document/server-docs/im-v1/buzz-messages/urgent_app */
const urge = (call: Call): object => {
  const { user_id_type: type } = readQuery(userIdTypeQuery, call);
  const { user_id_list: ids } = readFields(urgentSchema, call.body);
  const { message, chat } = requireMessage(call);
  if (message.sender.kind !== 'app' || message.sender.appId !== call.app.appId) throw refusal(230012);
  if (message.recalled) throw refusal(230110);
  const found = ids.map((id) => ({ id, person: call.tenant.directory.find(call.app.appId, type, id) }));
  const valid = found.flatMap(({ person }) =>
    person && !person.resigned && chat.members.has(person.unionId) ? [person.unionId] : [],
  );
  if (valid.length === 0) throw refusal(230001, 'all of the user ids are invalid');
  if (valid.some((unionId) => urgentUnread(call, unionId) >= MAX_UNREAD_URGENT)) throw refusal(230023);
  for (const unionId of valid) message.urgentFor.add(unionId);
  call.tenant.changes.publish({ type: 'urgent', chatId: chat.id, messageId: message.id, people: valid });
  const invalid = found
    .filter(({ person }) => !person || !valid.includes(person.unionId))
    .map(({ id }) => id);
  return { invalid_user_id_list: invalid };
};

const READ = ['im:message', 'im:message:readonly'];
const messagePath = '/open-apis/im/v1/messages/:message_id';
export const readEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/open-apis/im/v1/messages',
    scopes: [...READ, 'im:message.history:readonly'],
    isMetered: true,
    handle: list,
  },
  { method: 'GET', path: messagePath, scopes: READ, isMetered: true, handle: getOne },
  {
    method: 'GET',
    path: `${messagePath}/read_users`,
    scopes: [...READ, 'im:message:basic'],
    isMetered: true,
    handle: readUsers,
  },
  {
    method: 'PATCH',
    path: `${messagePath}/urgent_app`,
    scopes: ['im:message.urgent', 'im:message.urgent:app_send'],
    isMetered: true,
    handle: urge,
  },
];
