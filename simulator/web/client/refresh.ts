import { listChats, listMessages, markRead } from './api.ts';
import { chatOf, type Store } from './store.ts';

export const PAGE = 30;

export type Refresh = {
  readonly chats: () => Promise<void>;
  readonly messages: () => Promise<void>;
  /** Marks the open chat read if somebody is looking at it. */
  readonly read: () => Promise<void>;
  readonly all: () => Promise<void>;
};

/** Says of each answer whether it is news: two may overtake each other, and the older must not bring back what was. */
export const inOrder = (): (() => () => boolean) => {
  let asked = 0;
  let shown = 0;
  return () => {
    asked += 1;
    const turn = asked;
    return () => {
      const isNews = turn > shown;
      if (isNews) shown = turn;
      return isNews;
    };
  };
};

/** Brings the store up to date; an answer that comes after the person or chat was changed is dropped. */
export const createRefresh = (store: Store): Refresh => {
  const askChats = inOrder();
  const askMessages = inOrder();
  const chats = async (): Promise<void> => {
    const { me } = store.get();
    if (!me) return;
    const isNews = askChats();
    const found = await listChats(me.unionId);
    if (store.get().me === me && isNews()) store.set({ chats: found });
  };
  const messages = async (): Promise<void> => {
    const { me, chatId, messages: shown } = store.get();
    if (!me || chatId === undefined) return;
    const limit = Math.max(PAGE, shown.length + 5);
    const isNews = askMessages();
    const found = await listMessages(me.unionId, chatId, { limit });
    const now = store.get();
    if (now.chatId === chatId && now.me === me && isNews())
      store.set({ messages: found, hasEarlier: found.length >= limit });
  };
  const read = async (): Promise<void> => {
    const { me, view, ...state } = store.get();
    const chat = chatOf({ ...state, me, view });
    const isLooking = document.visibilityState === 'visible' && view === 'messages';
    if (me && chat && chat.unread > 0 && isLooking) await markRead(me.unionId, chat.chatId);
  };
  const all = async (): Promise<void> => {
    await Promise.all([chats(), messages()]);
    await read();
  };
  return { chats, messages, read, all };
};
