import type { Person } from '../company.ts';
import type { AppRegistration } from './apps.ts';
import type { Chat, Message } from './chats.ts';
import { idsOf } from './directory.ts';
import { checkImageBytes } from './image-endpoint.ts';
import type { Tenant } from './tenant.ts';

type Actor = { readonly tenant: Tenant; readonly person: Person };

/** What a person writes; `replyTo` makes it a reply (回复). */
export type Said = { readonly chat: Chat; readonly replyTo?: Message | undefined };

/** A group's bot hears what names it, and everything only with im:message.group_msg. */
const hears = (app: AppRegistration, chat: Chat, content: string): boolean =>
  chat.kind === 'p2p' || app.scopes.includes('im:message.group_msg') || content.includes(`@${app.name}`);

type Heard = { readonly chat: Chat; readonly message: Message };

/** open.feishu.cn/document/server-docs/im-v1/message/events/receive: root_id and parent_id only of a reply. */
const pushReceived = ({ tenant, person }: Actor, app: AppRegistration, { chat, message }: Heard): void => {
  tenant.pushes.push(app, {
    type: 'im.message.receive_v1',
    event: {
      sender: { sender_id: idsOf(app, person), sender_type: 'user', tenant_key: tenant.company.tenantKey },
      message: {
        message_id: message.id,
        ...(message.parentId === undefined ? {} : { root_id: message.rootId, parent_id: message.parentId }),
        create_time: String(message.createdAt),
        update_time: String(message.updatedAt),
        chat_id: chat.id,
        chat_type: chat.kind,
        message_type: message.msgType,
        content: message.content,
      },
    },
  });
};

type Content = { readonly msgType: string; readonly content: object };

const put = (actor: Actor, { chat, replyTo }: Said, { msgType, content }: Content): Message => {
  const { tenant, person } = actor;
  const message = tenant.chats.add({
    chatId: chat.id,
    sender: { kind: 'user', unionId: person.unionId },
    createdAt: tenant.clock.now(),
    msgType,
    content: JSON.stringify(content),
    ...(replyTo ? { parentId: replyTo.id, rootId: replyTo.rootId ?? replyTo.id } : {}),
  });
  message.readAt.set(person.unionId, message.createdAt);
  const people = [...chat.members];
  tenant.changes.publish({ type: 'message', chatId: chat.id, messageId: message.id, people });
  for (const appId of chat.bots) {
    const app = tenant.apps.get(appId);
    if (app && hears(app, chat, message.content)) pushReceived(actor, app, { chat, message });
  }
  return message;
};

export const sayText = (actor: Actor, said: Said, text: string): Message =>
  put(actor, said, { msgType: 'text', content: { text } });

/** Throws a Refusal for bytes that are no picture. */
export const sendPicture = (actor: Actor, said: Said, bytes: Buffer): Message => {
  const mediaType = checkImageBytes(bytes, 'message');
  const owner = { kind: 'user', unionId: actor.person.unionId } as const;
  const key = actor.tenant.images.put({ bytes, owner, mediaType });
  return put(actor, said, { msgType: 'image', content: { image_key: key } });
};
