import { openBot, say } from './api.ts';
import { h, run } from './dom.ts';
import type { State } from './store.ts';
import { toast } from './toast.ts';

type Target = { readonly name: string; readonly kind: string; readonly chatId: () => Promise<string> };

/** Bots first, whether or not one has written with them, then one's groups. */
const targetsOf = ({ me, apps, chats }: State): readonly Target[] => [
  ...apps.map(({ appId, name }) => ({
    name,
    kind: '机器人',
    chatId: () => openBot(me?.unionId ?? '', appId),
  })),
  ...chats
    .filter(({ kind }) => kind === 'group')
    .map(({ chatId, name }) => ({ name, kind: '群', chatId: () => Promise.resolve(chatId) })),
];

const send = async ({ me }: State, target: Target, link: string): Promise<void> => {
  if (!me) return;
  try {
    await say(me.unionId, { chatId: await target.chatId(), replyTo: undefined }, link);
    toast(`已发送给${target.name}`, 'success');
  } catch (error) {
    console.error(error);
    toast('链接没有发出，请检查模拟器是否在运行', 'error');
  }
};

/** Asks for a chat and sends the link there. */
export const sendLink = (state: State, link: string): void => {
  const dialog = h('dialog', { class: 'confirm doc-send', 'aria-label': '发送到会话' });
  const close = (): void => {
    dialog.close();
    dialog.remove();
  };
  const buttons = targetsOf(state).map((target) =>
    h(
      'button',
      {
        type: 'button',
        class: 'menu-item',
        onclick: () => {
          close();
          run(send(state, target, link));
        },
      },
      target.name,
      h('span', { class: 'muted' }, target.kind),
    ),
  );
  const cancel = h('button', { type: 'button', class: 'btn btn-default btn-medium', onclick: close }, '取消');
  dialog.append(
    h('h2', {}, '发送到会话'),
    h('div', { class: 'doc-targets' }, ...buttons),
    h('div', { class: 'confirm-buttons' }, cancel),
  );
  dialog.addEventListener('cancel', () => {
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
};

export const copyLink = (link: string): void => {
  const said = navigator.clipboard.writeText(link).then(
    () => {
      toast('链接已复制', 'success');
    },
    () => {
      toast(link, 'info');
    },
  );
  run(said);
};
