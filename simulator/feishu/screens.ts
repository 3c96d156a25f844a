import { hexOf, type Person } from '../company.ts';
import type { Chat, Message } from './chats.ts';
import { openIdOf } from './directory.ts';
import { previewOf } from './message-view.ts';
import type { Tenant } from './tenant.ts';

const COLOURS = ['#3370ff', '#34c724', '#ff8800', '#7f3bf5', '#00b8d4', '#f54a45', '#d9a000', '#4e83fd'];

const colourOf = (text: string): string =>
  COLOURS[Number.parseInt(hexOf(text, 6), 16) % COLOURS.length] ?? '#3370ff';

/** A person as the client's person switcher shows them. */
export const personScreen = (tenant: Tenant, person: Person): object => {
  const departments = person.departmentIds.flatMap((id) => tenant.directory.department(id) ?? []);
  return {
    unionId: person.unionId,
    userId: person.userId,
    name: person.name,
    jobTitle: person.jobTitle,
    department: departments.map(({ name }) => name).join('、'),
    avatarColor: colourOf(person.name),
    resigned: person.resigned,
    openIds: Object.fromEntries(
      [...tenant.apps.keys()].map((appId) => [appId, openIdOf(appId, person.unionId)]),
    ),
  };
};

const isUnread =
  (unionId: string) =>
  ({ readAt, recalled }: Message): boolean =>
    !readAt.has(unionId) && !recalled;

/** A single chat is shown as its bot, a group as itself. */
const faceOf = (tenant: Tenant, chat: Chat): object => {
  const [appId = ''] = chat.kind === 'p2p' ? chat.bots : [];
  const app = tenant.apps.get(appId);
  return app
    ? { name: app.name, appId, avatar: app.avatar }
    : { name: chat.name, avatar: colourOf(chat.name) };
};

const lastOf = (chat: Chat): object => {
  const last = chat.messages.at(-1);
  return last
    ? { preview: previewOf(last), lastAt: new Date(last.createdAt).toISOString() }
    : { preview: '', lastAt: null };
};

/** The latest first, as the bar above a group's messages shows them. */
const pinsOf = (chat: Chat): readonly object[] =>
  [...chat.pins.keys()].toReversed().flatMap((id) => {
    const message = chat.messages.find((one) => one.id === id);
    return message && !message.recalled ? [{ messageId: id, preview: previewOf(message) }] : [];
  });

const chatScreen = (tenant: Tenant, unionId: string, chat: Chat): object => {
  const unread = chat.messages.filter(isUnread(unionId));
  return {
    chatId: chat.id,
    kind: chat.kind,
    ...faceOf(tenant, chat),
    ...lastOf(chat),
    unread: unread.length,
    urgent: unread.some(({ urgentFor }) => urgentFor.has(unionId)),
    pins: pinsOf(chat),
  };
};

/** The chat list of one person, latest first; chats without a message last. */
export const chatList = (tenant: Tenant, unionId: string): readonly object[] =>
  tenant.chats
    .of(unionId)
    .toSorted((a, b) => (b.messages.at(-1)?.createdAt ?? 0) - (a.messages.at(-1)?.createdAt ?? 0))
    .map((chat) => chatScreen(tenant, unionId, chat));

const senderName = (tenant: Tenant, { sender }: Message): string =>
  sender.kind === 'app'
    ? (tenant.apps.get(sender.appId)?.name ?? '机器人')
    : (tenant.directory.byUnion(sender.unionId)?.name ?? '');

const parseContent = (content: string): unknown => JSON.parse(content);

/** What a reply answers, as the line above it. */
const quoteOf = (tenant: Tenant, { parentId }: Message): object => {
  const parent = tenant.chats.message(parentId ?? '');
  return parent
    ? { replyTo: { messageId: parent.id, name: senderName(tenant, parent), preview: previewOf(parent) } }
    : {};
};

const messageScreen = (tenant: Tenant, unionId: string, message: Message): object => ({
  messageId: message.id,
  sender: {
    kind: message.sender.kind,
    name: senderName(tenant, message),
    ...(message.sender.kind === 'user'
      ? { unionId: message.sender.unionId }
      : { appId: message.sender.appId }),
  },
  createdAt: new Date(message.createdAt).toISOString(),
  updatedAt: new Date(message.updatedAt).toISOString(),
  msgType: message.msgType,
  content: message.recalled ? null : parseContent(message.content),
  recalled: message.recalled,
  readByMe: message.readAt.has(unionId),
  readCount: message.readAt.size,
  editedCount: message.edits,
  urgent: message.urgentFor.has(unionId),
  ...quoteOf(tenant, message),
});

/** Oldest first, at most `limit`, all before the message `before`. */
export const messageList = (
  tenant: Tenant,
  { unionId, chat }: { readonly unionId: string; readonly chat: Chat },
  { limit, before }: { readonly limit: number; readonly before: string | undefined },
): readonly object[] => {
  const end = chat.messages.findIndex(({ id }) => id === before);
  const visible = end < 0 ? chat.messages : chat.messages.slice(0, end);
  return visible.slice(-limit).map((message) => messageScreen(tenant, unionId, message));
};
