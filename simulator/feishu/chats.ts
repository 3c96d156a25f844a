import { type Group, hexOf, type Person } from '../company.ts';
import type { Directory } from './directory.ts';

export type Sender =
  | { readonly kind: 'app'; readonly appId: string }
  | { readonly kind: 'user'; readonly unionId: string };

export type Message = {
  readonly id: string;
  readonly chatId: string;
  readonly sender: Sender;
  /** Milliseconds since 1970, as everything here. */
  readonly createdAt: number;
  readonly msgType: string;
  readonly parentId?: string;
  readonly rootId?: string;
  updatedAt: number;
  /** JSON text, as sent. */
  content: string;
  recalled: boolean;
  edits: number;
  readonly readAt: Map<string, number>;
  readonly urgentFor: Set<string>;
};

/** A message that stands pinned in its chat. */
export type Pin = { readonly messageId: string; readonly operator: Sender; readonly createdAt: number };

export type Chat = {
  readonly id: string;
  readonly kind: 'p2p' | 'group';
  readonly name: string;
  readonly ownerUnionId: string | undefined;
  readonly members: Set<string>;
  readonly bots: Set<string>;
  /** union_ids that stopped the bot from writing (单聊). */
  readonly mutedBy: Set<string>;
  readonly messages: Message[];
  readonly pins: Map<string, Pin>;
};

export type ChatBook = {
  readonly chat: (chatId: string) => Chat | undefined;
  readonly message: (messageId: string) => Message | undefined;
  readonly all: () => readonly Chat[];
  /** The person's single chats and groups. */
  readonly of: (unionId: string) => readonly Chat[];
  /** The single chat of a bot and a person, made when it is needed first. */
  readonly p2p: (appId: string, person: Person) => { readonly chat: Chat; readonly isNew: boolean };
  readonly add: (
    message: Omit<Message, 'id' | 'updatedAt' | 'recalled' | 'edits' | 'readAt' | 'urgentFor'>,
  ) => Message;
};

const fromGroup = (group: Group, directory: Directory): Chat => {
  const unionOf = (userId: string): string => directory.byUserId(userId)?.unionId ?? '';
  return {
    id: group.chatId,
    kind: 'group',
    name: group.name,
    ownerUnionId: unionOf(group.ownerUserId),
    members: new Set(group.memberUserIds.map(unionOf)),
    bots: new Set(group.botAppIds),
    mutedBy: new Set(),
    messages: [],
    pins: new Map(),
  };
};

const singleChat = (id: string, appId: string, { name, unionId }: Person): Chat => ({
  id,
  kind: 'p2p',
  name,
  ownerUnionId: undefined,
  members: new Set([unionId]),
  bots: new Set([appId]),
  mutedBy: new Set(),
  messages: [],
  pins: new Map(),
});

/** Chats and their messages; `seed` makes message ids differ between two tenants. */
export const createChatBook = (groups: readonly Group[], directory: Directory, seed: string): ChatBook => {
  const chats = new Map(groups.map((group) => [group.chatId, fromGroup(group, directory)]));
  const grouped = [...chats.values()];
  const singleOf = new Map<string, Chat[]>();
  const messages = new Map<string, Message>();
  let count = 0;
  return {
    chat: (chatId) => chats.get(chatId),
    message: (messageId) => messages.get(messageId),
    all: () => [...chats.values()],
    of: (unionId) => [
      ...grouped.filter(({ members }) => members.has(unionId)),
      ...(singleOf.get(unionId) ?? []),
    ],
    p2p: (appId, person) => {
      const id = `oc_${hexOf(`p2p:${appId}:${person.unionId}`)}`;
      const known = chats.get(id);
      if (known) return { chat: known, isNew: false };
      const chat = singleChat(id, appId, person);
      chats.set(id, chat);
      singleOf.set(person.unionId, [...(singleOf.get(person.unionId) ?? []), chat]);
      return { chat, isNew: true };
    },
    add: (draft) => {
      count += 1;
      const message: Message = {
        ...draft,
        id: `om_${hexOf(`message:${seed}:${count}`)}`,
        updatedAt: draft.createdAt,
        recalled: false,
        edits: 0,
        readAt: new Map(),
        urgentFor: new Set(),
      };
      messages.set(message.id, message);
      chats.get(draft.chatId)?.messages.push(message);
      return message;
    },
  };
};
