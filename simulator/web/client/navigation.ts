import { listMessages, openBot } from './api.ts';
import type { Spot } from './base-api.ts';
import { run } from './dom.ts';
import { closeFrame } from './frame-window.ts';
import { listen } from './live.ts';
import { readPlace, writePlace } from './place.ts';
import { PAGE, type Refresh } from './refresh.ts';
import type { Store, View } from './store.ts';
import { toast } from './toast.ts';

/** Where one is: person, view, chat. Every step writes the address. */
export type Navigation = {
  readonly choosePerson: (unionId: string | undefined) => Promise<void>;
  readonly enter: (chatId: string) => Promise<void>;
  readonly closeChat: () => void;
  readonly show: (view: View) => void;
  /** Opens a table of a Base, or the list of Bases. */
  readonly openSheet: (spot: Spot | undefined) => void;
  /** Opens a document, or the list of documents. */
  readonly openDoc: (token: string | undefined) => void;
  /** Goes where the address says. */
  readonly restore: () => Promise<void>;
};

/** Opens a chat and reads it; with a bot, Feishu tells the bot that one has come in. */
const createEnter =
  (store: Store, refresh: Refresh, remember: () => void) =>
  async (chatId: string): Promise<void> => {
    const { me, chats } = store.get();
    const chat = chats.find((one) => one.chatId === chatId);
    if (!me || !chat) return;
    if (chat.kind === 'p2p' && chat.appId) await openBot(me.unionId, chat.appId);
    const messages = await listMessages(me.unionId, chatId, { limit: PAGE });
    const firstUnread = messages.find(({ readByMe, recalled }) => !readByMe && !recalled)?.messageId;
    const hasEarlier = messages.length >= PAGE;
    store.set({ view: 'messages', chatId, messages, firstUnread, hasEarlier, replyTo: undefined });
    remember();
    await refresh.read();
  };

const follow = (store: Store, refresh: Refresh): ReturnType<typeof listen> =>
  listen({
    onChange: () => {
      run(refresh.all());
    },
    onUrgent: () => {
      toast('你有一条加急消息', 'warning');
    },
    onBase: () => {
      store.set({ baseTurn: store.get().baseTurn + 1 });
    },
    onDocument: () => {
      store.set({ docTurn: store.get().docTurn + 1 });
    },
    onState: (isLive) => {
      store.set({ isLive });
    },
  });

/** Becomes another person, with nothing open. */
const createBecome = (store: Store, refresh: Refresh): Navigation['choosePerson'] => {
  const live = follow(store, refresh);
  return async (unionId) => {
    const me = store.get().people.find((person) => person.unionId === unionId);
    closeFrame();
    store.set({
      me,
      chats: [],
      chatId: undefined,
      messages: [],
      spot: undefined,
      docToken: undefined,
      view: 'messages',
    });
    live.follow(me?.unionId);
    await refresh.chats();
  };
};

const createOpeners = (store: Store, remember: () => void): Pick<Navigation, 'openSheet' | 'openDoc'> => ({
  openSheet: (spot) => {
    store.set({ view: 'base', spot });
    remember();
  },
  openDoc: (docToken) => {
    store.set({ view: 'docs', docToken });
    remember();
  },
});

export const createNavigation = (store: Store, refresh: Refresh): Navigation => {
  const remember = (): void => {
    const { me, chatId, view, spot, docToken } = store.get();
    writePlace({ person: me?.unionId, chat: chatId, view, spot, docToken });
  };
  const enter = createEnter(store, refresh, remember);
  const closeChat = (): void => {
    store.set({ chatId: undefined, messages: [] });
  };
  const become = createBecome(store, refresh);
  return {
    enter,
    choosePerson: async (unionId) => {
      const arrived = become(unionId);
      remember();
      await arrived;
    },
    closeChat: () => {
      closeChat();
      remember();
    },
    show: (view) => {
      store.set({ view });
      remember();
      run(refresh.read());
    },
    ...createOpeners(store, remember),
    restore: async () => {
      const { person, chat, view, spot, docToken } = readPlace();
      if (person !== store.get().me?.unionId) await become(person);
      store.set({ view, spot, docToken });
      if (chat === undefined) closeChat();
      else if (chat !== store.get().chatId) await enter(chat);
    },
  };
};
