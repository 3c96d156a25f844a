import type { Chat } from './api.ts';
import { composer } from './composer.ts';
import { h, when } from './dom.ts';
import { icon } from './icons.ts';
import { showMessage } from './message.ts';
import { messageList } from './message-list.ts';
import type { Session } from './session.ts';
import { chatOf, type State, type Store } from './store.ts';

const header = (state: State, session: Session): HTMLElement => {
  const chat = chatOf(state);
  return h(
    'header',
    { class: 'pane-header' },
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button only-narrow',
        'aria-label': '返回会话列表',
        onclick: () => {
          session.closeChat();
        },
      },
      icon('back', 22),
    ),
    h('h2', {}, chat?.name ?? ''),
    when(chat?.kind === 'p2p', () => h('em', { class: 'tag' }, '机器人')),
    when(chat?.kind === 'group', () => h('em', { class: 'tag tag-grey' }, '群')),
  );
};

/** Pin: what stands above the messages of a chat; a press goes there. */
const pinBar = ({ pins = [] }: Chat): readonly HTMLElement[] =>
  pins.map(({ messageId, preview }) =>
    h(
      'button',
      {
        type: 'button',
        class: 'pin',
        onclick: () => {
          showMessage(messageId);
        },
      },
      icon('pin', 14),
      h('span', {}, preview),
    ),
  );

const nothingOpen = (): HTMLElement =>
  h('div', { class: 'nothing-open' }, icon('chat', 56), h('p', {}, '选一个会话，看看今天的消息'));

/** The open chat: its messages and the box to write in. */
export const messagePane = (store: Store, session: Session): HTMLElement => {
  const pane = h('main', { class: 'pane' });
  const list = messageList(session);
  const write = composer(session);
  const top = h('div');
  const pins = h('div', { class: 'pins' });
  const empty = nothingOpen();
  let shown: string | undefined;
  store.watch((state) => {
    const chat = chatOf(state);
    if (!chat) {
      pane.replaceChildren(empty);
      shown = undefined;
      return;
    }
    if (shown === undefined) pane.replaceChildren(top, pins, list.node, write.node);
    if (shown !== chat.chatId) {
      top.replaceChildren(header(state, session));
      write.show(chat);
    }
    shown = chat.chatId;
    pins.replaceChildren(...pinBar(chat));
    write.answer(state.replyTo);
    list.show(state);
  });
  return pane;
};
