import type { App, Chat } from './api.ts';
import { avatar } from './avatar.ts';
import { h, run, when } from './dom.ts';
import { icon } from './icons.ts';
import { drawSigns } from './markdown-inline.ts';
import { badge, meButton } from './rail.ts';
import type { Session } from './session.ts';
import type { State, Store } from './store.ts';
import { listTime } from './time.ts';

const faceKind = ({ kind }: Chat): 'bot' | 'group' => (kind === 'p2p' ? 'bot' : 'group');

const chatButton = (chat: Chat, isOpen: boolean, session: Session): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: `chat-entry${chat.unread > 0 ? ' is-unread' : ''}`,
      'aria-current': isOpen ? 'true' : undefined,
      'data-chat': chat.chatId,
      onclick: () => {
        run(session.openChat(chat.chatId));
      },
    },
    h(
      'span',
      { class: 'face' },
      avatar({ name: chat.name, colour: chat.avatar, kind: faceKind(chat) }, 44),
      badge(chat.unread),
    ),
    h(
      'span',
      { class: 'chat-text' },
      h(
        'span',
        { class: 'chat-line' },
        h('strong', {}, chat.name),
        when(chat.kind === 'p2p', () => h('em', { class: 'tag' }, '机器人')),
        when(Boolean(chat.lastAt), () => h('time', {}, listTime(chat.lastAt ?? ''))),
      ),
      h(
        'span',
        { class: 'chat-preview' },
        when(chat.urgent === true, () => h('b', { class: 'urgent' }, '[加急] ')),
        ...drawSigns(chat.preview || '暂无消息'),
      ),
    ),
  );

const newBot = (app: App, session: Session): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'chat-entry is-new',
      onclick: () => {
        run(session.openBotChat(app.appId));
      },
    },
    avatar({ name: app.name, colour: app.avatar, kind: 'bot' }, 44),
    h(
      'span',
      { class: 'chat-text' },
      h('span', { class: 'chat-line' }, h('strong', {}, app.name), h('em', { class: 'tag' }, '机器人')),
      h('span', { class: 'chat-preview' }, '点击开始对话'),
    ),
  );

const entriesOf = (
  { chats, apps, chatId }: State,
  query: string,
  session: Session,
): readonly HTMLElement[] => {
  const known = new Set(chats.map(({ appId }) => appId));
  const holds = (text: string): boolean => text.includes(query);
  return [
    ...chats
      .filter((chat) => holds(chat.name + chat.preview))
      .map((chat) => chatButton(chat, chat.chatId === chatId, session)),
    ...apps.filter(({ appId, name }) => !known.has(appId) && holds(name)).map((app) => newBot(app, session)),
  ];
};

/** Arrow keys move between chats. */
const walk = (list: HTMLElement, event: KeyboardEvent): void => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const buttons = [...list.querySelectorAll<HTMLElement>('.chat-entry')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const next = buttons[Math.max(0, at + step)];
  if (!next) return;
  event.preventDefault();
  next.focus();
};

export const chatList = (store: Store, session: Session): HTMLElement => {
  const entries = h('div', { class: 'chat-entries', role: 'navigation', 'aria-label': '会话' });
  const mine = h('span', { class: 'only-narrow' });
  const search = h('input', { type: 'search', placeholder: '搜索会话', 'aria-label': '搜索会话' });
  const fill = (state: State): void => {
    const focused = document.activeElement?.getAttribute('data-chat');
    const found = entriesOf(state, search.value.trim(), session);
    entries.replaceChildren(...(found.length > 0 ? found : [h('p', { class: 'empty' }, '没有会话')]));
    if (focused) entries.querySelector<HTMLElement>(`[data-chat="${CSS.escape(focused)}"]`)?.focus();
  };
  search.addEventListener('input', () => {
    fill(store.get());
  });
  entries.addEventListener('keydown', (event) => {
    walk(entries, event);
  });
  store.watch((state) => {
    mine.replaceChildren(meButton(state, session, 32));
    fill(state);
  });
  return h(
    'aside',
    { class: 'chat-list' },
    h('header', {}, mine, h('h1', {}, '消息')),
    h('div', { class: 'search' }, icon('search', 16), search),
    entries,
  );
};
