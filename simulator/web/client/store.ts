import type { App, Chat, Message, Person } from './api.ts';
import type { Spot } from './base-api.ts';

export type View = 'messages' | 'base' | 'docs' | 'workbench' | 'simulator';

export type State = {
  readonly people: readonly Person[];
  readonly apps: readonly App[];
  readonly me: Person | undefined;
  readonly view: View;
  readonly chats: readonly Chat[];
  readonly chatId: string | undefined;
  /** Of the open chat, oldest first. */
  readonly messages: readonly Message[];
  /** Where 以下为新消息 stands: the first message that was unread when the chat was opened. */
  readonly firstUnread: string | undefined;
  /** The message that the next one answers. */
  readonly replyTo: Message | undefined;
  readonly hasEarlier: boolean;
  /** The table that is open in 多维表格. */
  readonly spot: Spot | undefined;
  /** Grows when a Base changed somewhere. */
  readonly baseTurn: number;
  /** The document that is open in 云文档, by its own token or by that of its wiki page. */
  readonly docToken: string | undefined;
  /** Grows when a document changed somewhere. */
  readonly docTurn: number;
  readonly isLive: boolean;
};

export type Store = {
  readonly get: () => State;
  readonly set: (patch: Partial<State>) => void;
  /** Calls at once and after each change. */
  readonly watch: (listener: (state: State) => void) => void;
};

const EMPTY: State = {
  people: [],
  apps: [],
  me: undefined,
  view: 'messages',
  chats: [],
  chatId: undefined,
  messages: [],
  firstUnread: undefined,
  replyTo: undefined,
  hasEarlier: false,
  spot: undefined,
  baseTurn: 0,
  docToken: undefined,
  docTurn: 0,
  isLive: true,
};

export const createStore = (): Store => {
  let state = EMPTY;
  const listeners: ((state: State) => void)[] = [];
  return {
    get: () => state,
    set: (patch) => {
      state = { ...state, ...patch };
      for (const listener of listeners) listener(state);
    },
    watch: (listener) => {
      listeners.push(listener);
      listener(state);
    },
  };
};

export const chatOf = ({ chats, chatId }: State): Chat | undefined =>
  chats.find((chat) => chat.chatId === chatId);

export const unreadOf = ({ chats }: State): number => chats.reduce((sum, { unread }) => sum + unread, 0);
