import { z } from 'zod';
import type { Chat } from './chats.ts';
import { idOf } from './directory.ts';
import {
  type Call,
  type Endpoint,
  pageOf,
  readQuery,
  userIdTypeQuery,
  userIdTypeSchema,
  wholeNumber,
} from './endpoint.ts';
import { refusal } from './refusal.ts';

const SCOPES = ['im:chat', 'im:chat:readonly', 'im:chat:read', 'im:chat.group_info:readonly'];

const ownerOf = ({ tenant, app }: Call, chat: Chat, type: 'open_id' | 'union_id' | 'user_id'): object => {
  const owner = tenant.directory.byUnion(chat.ownerUnionId ?? '');
  return owner ? { owner_id: idOf(app.appId, type, owner), owner_id_type: type } : {};
};

const listSchema = z.object({
  user_id_type: userIdTypeSchema,
  page_size: z._default(wholeNumber(1, 100), 20),
  page_token: z.optional(z.string()),
});

/** open.feishu.cn/document/server-docs/group/chat/list: groups that the bot is in; single chats are not among them. */
const list = (call: Call): object => {
  const query = readQuery(listSchema, call);
  const groups = call.tenant.chats
    .all()
    .filter(({ kind, bots }) => kind === 'group' && bots.has(call.app.appId));
  const page = pageOf(groups, query.page_size, query.page_token);
  const items = page.items.map((chat) => ({
    chat_id: chat.id,
    name: chat.name,
    description: '',
    external: false,
    tenant_key: call.tenant.company.tenantKey,
    chat_status: 'normal',
    ...ownerOf(call, chat, query.user_id_type),
  }));
  return { ...page, items };
};

const requireOwnChat = (call: Call): Chat => {
  const chat = call.tenant.chats.chat(call.path['chat_id'] ?? '');
  if (!chat) throw refusal(232006);
  if (!chat.bots.has(call.app.appId)) throw refusal(232011);
  return chat;
};

/** open.feishu.cn/document/server-docs/group/chat/get-2 */
const get = (call: Call): object => {
  const { user_id_type: type } = readQuery(userIdTypeQuery, call);
  const chat = requireOwnChat(call);
  return {
    name: chat.kind === 'group' ? chat.name : '',
    chat_mode: chat.kind,
    chat_type: 'private',
    chat_tag: chat.kind === 'group' ? 'inner' : '',
    external: false,
    tenant_key: call.tenant.company.tenantKey,
    user_count: String(chat.members.size),
    bot_count: String(chat.bots.size),
    chat_status: 'normal',
    ...ownerOf(call, chat, type),
  };
};

const membersSchema = z.object({
  member_id_type: userIdTypeSchema,
  page_size: z._default(wholeNumber(1, 100), 20),
  page_token: z.optional(z.string()),
});

/** open.feishu.cn/document/server-docs/group/chat-member/get: people only, never bots. */
const members = (call: Call): object => {
  const query = readQuery(membersSchema, call);
  const chat = requireOwnChat(call);
  const page = pageOf([...chat.members], query.page_size, query.page_token);
  const items = page.items.flatMap((unionId) => {
    const person = call.tenant.directory.byUnion(unionId);
    if (!person) return [];
    const memberId = idOf(call.app.appId, query.member_id_type, person);
    return [
      {
        member_id_type: query.member_id_type,
        member_id: memberId,
        name: person.name,
        tenant_key: call.tenant.company.tenantKey,
      },
    ];
  });
  return { ...page, items, member_total: chat.members.size };
};

const chatPath = '/open-apis/im/v1/chats/:chat_id';
export const chatEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/open-apis/im/v1/chats', scopes: SCOPES, isMetered: true, handle: list },
  { method: 'GET', path: chatPath, scopes: SCOPES, isMetered: true, handle: get },
  { method: 'GET', path: `${chatPath}/members`, scopes: SCOPES, isMetered: true, handle: members },
];
