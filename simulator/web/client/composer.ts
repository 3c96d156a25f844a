import type { Chat, Message } from './api.ts';
import { h, run } from './dom.ts';
import { icon } from './icons.ts';
import type { Session } from './session.ts';
import { type Suggestions, suggestions } from './suggestions.ts';

/** 机器人菜单 of the two local apps: label and event key. */
const MENU = [
  ['今日', 'today'],
  ['订阅', 'subscriptions'],
  ['帮助', 'help'],
] as const;

const MAX_LINES_PX = 132;

const menuBar = (session: Session): HTMLElement =>
  h(
    'div',
    { class: 'bot-menu', role: 'toolbar', 'aria-label': '机器人菜单' },
    ...MENU.map(([label, key]) =>
      h(
        'button',
        {
          type: 'button',
          class: 'menu-button',
          'data-menu': key,
          onclick: () => {
            run(session.pressMenu(key));
          },
        },
        icon('menu', 14),
        label,
      ),
    ),
  );

const grow = (box: HTMLTextAreaElement): void => {
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, MAX_LINES_PX)}px`;
};

type KeyTasks = { readonly list: Suggestions; readonly send: () => void };

/** Enter sends, Shift+Enter breaks the line; Enter that ends a Chinese input method's word does neither. */
const onKey =
  ({ list, send }: KeyTasks) =>
  (event: Event): void => {
    if (!(event instanceof KeyboardEvent) || event.isComposing) return;
    const isTaken = list.onKey(event.key);
    const isSent = !isTaken && event.key === 'Enter' && !event.shiftKey;
    if (isSent) send();
    if (isTaken || isSent) event.preventDefault();
  };

/** The message that is being answered, with a way out. */
const replyBar = (
  session: Session,
  onShow: () => void,
): { readonly node: HTMLElement; readonly show: (message: Message | undefined) => void } => {
  const node = h('div', { class: 'reply-bar', hidden: true });
  let shown: string | undefined;
  return {
    node,
    show: (message) => {
      if (message?.messageId === shown) return;
      shown = message?.messageId;
      if (message) onShow();
      node.hidden = message === undefined;
      node.replaceChildren(
        h('span', {}, `回复 ${message?.sender.name ?? ''}`),
        h(
          'button',
          {
            type: 'button',
            class: 'icon-button',
            'aria-label': '取消回复',
            onclick: () => {
              session.replyTo(undefined);
            },
          },
          icon('close', 14),
        ),
      );
    },
  };
};

/** A file picker behind a button; what is chosen is sent at once. */
const imageButton = (session: Session): HTMLElement => {
  const input = h('input', { type: 'file', accept: 'image/*', hidden: true, 'aria-label': '选择图片' });
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) run(session.sendImage(file));
    input.value = '';
  });
  const button = h(
    'button',
    {
      type: 'button',
      class: 'attach',
      'aria-label': '发送图片',
      onclick: () => {
        input.click();
      },
    },
    icon('image', 20),
  );
  return h('span', { class: 'attach-box' }, input, button);
};

const sendButton = (send: () => void): HTMLElement =>
  h('button', { type: 'button', class: 'send', 'aria-label': '发送', onclick: send }, icon('send', 20));

const placeholderOf = ({ kind, name }: Chat): string =>
  kind === 'p2p' ? `发送给 ${name}，输入 / 看快捷指令` : `发送到 ${name}`;

export type Composer = {
  readonly node: HTMLElement;
  readonly show: (chat: Chat) => void;
  readonly answer: (message: Message | undefined) => void;
};

export const composer = (session: Session): Composer => {
  const box = h('textarea', { rows: 1, 'aria-controls': 'suggestions', 'aria-label': '输入消息' });
  const fill = (text: string): void => {
    box.value = text;
    list.update(text);
    grow(box);
    box.focus();
  };
  const list = suggestions(fill);
  const send = (): void => {
    const text = (list.chosen() ?? box.value).trim();
    if (text === '') return;
    fill('');
    run(session.say(text));
  };
  box.addEventListener('input', () => {
    list.update(box.value);
    grow(box);
  });
  box.addEventListener('keydown', onKey({ list, send }));
  const bar = menuBar(session);
  const reply = replyBar(session, () => {
    box.focus();
  });
  const write = h('div', { class: 'write' }, imageButton(session), box, sendButton(send));
  const node = h('div', { class: 'composer' }, bar, list.node, reply.node, write);
  return {
    node,
    show: (chat) => {
      bar.hidden = chat.kind !== 'p2p';
      box.placeholder = placeholderOf(chat);
      box.value = '';
      list.update('');
    },
    answer: reply.show,
  };
};
