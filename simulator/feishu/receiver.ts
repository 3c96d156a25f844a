import type { Person } from '../company.ts';
import type { AppRegistration } from './apps.ts';
import type { Chat } from './chats.ts';
import { refusal } from './refusal.ts';
import type { Tenant } from './tenant.ts';

type ReceiveIdType = 'open_id' | 'union_id' | 'user_id' | 'email' | 'chat_id';

/** Throws 230029 for someone who left, 230013 for someone outside 可用范围. */
const requireReachable = (tenant: Tenant, app: AppRegistration, person: Person): void => {
  if (person.resigned) throw refusal(230029);
  if (!tenant.directory.isAvailable(app, person)) throw refusal(230013);
};

const personBy = (tenant: Tenant, app: AppRegistration, to: { type: ReceiveIdType; id: string }): Person => {
  if (to.type !== 'email' && to.type !== 'chat_id')
    return tenant.directory.resolve(app.appId, to.type, to.id);
  const person = tenant.directory.people().find(({ email }) => email === to.id);
  if (!person) throw refusal(230034);
  return person;
};

/** Throws 230002 when the bot isn't in the chat; a chat that nobody has is 230001. */
export const requireChat = (tenant: Tenant, app: AppRegistration, chatId: string): Chat => {
  const chat = tenant.chats.chat(chatId);
  if (!chat) throw refusal(230001, 'invalid chat_id');
  if (!chat.bots.has(app.appId)) throw refusal(230002);
  return chat;
};

/** The chat that a message to `receive_id` lands in: open.feishu.cn/document/server-docs/im-v1/message/create. */
export const chatFor = (
  tenant: Tenant,
  app: AppRegistration,
  to: { type: ReceiveIdType; id: string },
): Chat => {
  if (to.type === 'chat_id') {
    const chat = requireChat(tenant, app, to.id);
    requireReachableIn(tenant, app, chat);
    return chat;
  }
  const person = personBy(tenant, app, to);
  requireReachable(tenant, app, person);
  return tenant.chats.p2p(app.appId, person).chat;
};

/**
 * In a single chat the person on the other side counts, also when addressed by chat_id; the tables of these endpoints
 * have 230013 alone, for those who left too.
 */
export const requireReachableIn = (tenant: Tenant, app: AppRegistration, chat: Chat): void => {
  if (chat.kind === 'group') return;
  const people = [...chat.members].flatMap((unionId) => tenant.directory.byUnion(unionId) ?? []);
  if (people.some((person) => person.resigned || !tenant.directory.isAvailable(app, person)))
    throw refusal(230013);
};
