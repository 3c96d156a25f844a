import {
  listApps,
  listMessages,
  listPeople,
  type Message,
  openBot,
  pressMenu,
  type Spot,
  say,
  sendAction,
  sendImage,
} from './api.ts';
import type { CardAction } from './card-context.ts';
import { run } from './dom.ts';
import { createNavigation, type Navigation } from './navigation.ts';
import { createRefresh, PAGE } from './refresh.ts';
import { chatOf, type Store } from './store.ts';
import { toast } from './toast.ts';

/** What a person can do; every verb ends in a change of the store. */
export type Session = Pick<Navigation, 'choosePerson' | 'closeChat' | 'show' | 'openSheet' | 'openDoc'> & {
  readonly look: Store['get'];
  readonly start: () => Promise<void>;
  readonly openChat: (chatId: string) => Promise<void>;
  readonly openBotChat: (appId: string) => Promise<void>;
  /** Both answer `replyTo` of the store when there is one. */
  readonly say: (text: string) => Promise<void>;
  readonly sendImage: (file: Blob) => Promise<void>;
  readonly replyTo: (message: Message | undefined) => void;
  readonly pressMenu: (eventKey: string) => Promise<void>;
  readonly act: (messageId: string, action: CardAction) => Promise<void>;
  readonly loadEarlier: () => Promise<void>;
};

/** What a client says when a callback fails: open.feishu.cn/document/feishu-cards/handle-card-callbacks. */
const failureText = (code: number | undefined): string =>
  code === 200340 ? '该应用没有配置回调地址（200340）' : `操作失败，请稍后重试（${code ?? '未知'}）`;

const saying =
  (what: string) =>
  (error: unknown): void => {
    console.error(error);
    toast(`${what}，请检查模拟器是否在运行`, 'error');
  };

const createStart =
  (store: Store, { restore }: Navigation, read: () => Promise<void>) =>
  async (): Promise<void> => {
    const [people, apps] = await Promise.all([listPeople(), listApps()]);
    store.set({ people, apps });
    addEventListener('popstate', () => {
      run(restore());
    });
    document.addEventListener('visibilitychange', () => {
      run(read());
    });
    await restore();
  };

const click = async (unionId: string, messageId: string, action: CardAction): Promise<void> => {
  const { ok, toast: answer, errorCode } = await sendAction(unionId, messageId, action);
  if (answer) toast(answer.content, answer.type);
  else if (!ok) toast(failureText(errorCode), 'error');
};

const earlierThan = async (store: Store, unionId: string): Promise<void> => {
  const { chatId, messages } = store.get();
  const before = messages[0]?.messageId;
  if (chatId === undefined || before === undefined) return;
  const earlier = await listMessages(unionId, chatId, { limit: PAGE, before });
  store.set({ messages: [...earlier, ...messages], hasEarlier: earlier.length >= PAGE });
};

export const createSession = (store: Store): Session => {
  const refresh = createRefresh(store);
  const navigation = createNavigation(store, refresh);
  const { choosePerson, closeChat, show, openSheet, openDoc } = navigation;
  const asMe = async (failure: string, task: (unionId: string) => Promise<unknown>): Promise<void> => {
    const { me } = store.get();
    if (me) await task(me.unionId).catch(saying(failure));
  };
  const spot = (): Spot => {
    const { chatId = '', replyTo } = store.get();
    store.set({ replyTo: undefined });
    return { chatId, replyTo: replyTo?.messageId };
  };
  return {
    look: store.get,
    start: createStart(store, navigation, refresh.read),
    ...{ choosePerson, closeChat, show, openSheet, openDoc },
    openChat: (chatId) => asMe('打不开会话', () => navigation.enter(chatId)),
    openBotChat: (appId) =>
      asMe('打不开机器人', async (unionId) => {
        const chatId = await openBot(unionId, appId);
        await refresh.chats();
        await navigation.enter(chatId);
      }),
    say: (text) => asMe('消息没有发出', (unionId) => say(unionId, spot(), text)),
    sendImage: (file) => asMe('图片没有发出', (unionId) => sendImage(unionId, spot(), file)),
    replyTo: (message) => {
      store.set({ replyTo: message });
    },
    pressMenu: (eventKey) =>
      asMe('菜单没有响应', (unionId) => pressMenu(unionId, chatOf(store.get())?.appId ?? '', eventKey)),
    act: (messageId, action) =>
      asMe('操作没有发出', async (unionId) => {
        await click(unionId, messageId, action);
        await refresh.messages();
      }),
    loadEarlier: () => asMe('加载失败', (unionId) => earlierThan(store, unionId)),
  };
};
