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

/** Brings the store up to date; an answer that comes after the person or chat was changed is dropped. */
export const createRefresh = (store: Store): Refresh => {
  const chats = async (): Promise<void> => {
    const { me } = store.get();
    if (!me) return;
    const found = await listChats(me.unionId);
    if (store.get().me === me) store.set({ chats: found });
  };
  const messages = async (): Promise<void> => {
    const { me, chatId, messages: shown } = store.get();
    if (!me || chatId === undefined) return;
    const limit = Math.max(PAGE, shown.length + 5);
    const found = await listMessages(me.unionId, chatId, { limit });
    const now = store.get();
    if (now.chatId === chatId && now.me === me)
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
