import { avatar } from './avatar.ts';
import { h, run } from './dom.ts';
import { type IconName, icon } from './icons.ts';
import type { Session } from './session.ts';
import { type State, type Store, unreadOf, type View } from './store.ts';

type Entry = { readonly view: View; readonly label: string; readonly sign: IconName };
const ENTRIES: readonly Entry[] = [
  { view: 'messages', label: '消息', sign: 'chat' },
  { view: 'docs', label: '云文档', sign: 'page' },
  { view: 'base', label: '多维表格', sign: 'table' },
  { view: 'workbench', label: '工作台', sign: 'grid' },
  { view: 'simulator', label: '模拟器', sign: 'dial' },
];
const MOST_SHOWN = 99;

export const badge = (unread: number): HTMLElement | undefined =>
  unread > 0
    ? h(
        'span',
        { class: 'badge', 'aria-label': `${unread} 条未读` },
        unread > MOST_SHOWN ? '99+' : String(unread),
      )
    : undefined;

/** One's own picture; a press changes the person. */
export const meButton = ({ me }: State, session: Session, size: number): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'me',
      title: me ? `${me.name} · ${me.jobTitle}（点击切换身份）` : '切换身份',
      'aria-label': `切换身份，当前是${me?.name ?? '未选择'}`,
      onclick: () => {
        run(session.choosePerson(undefined));
      },
    },
    avatar({ name: me?.name ?? '', colour: me?.avatarColor }, size),
  );

const entryButton = ({ view, label, sign }: Entry, state: State, session: Session): HTMLElement => {
  const isHere = state.view === view;
  return h(
    'button',
    {
      type: 'button',
      class: 'rail-entry',
      'aria-current': isHere ? 'page' : undefined,
      onclick: () => {
        if (isHere && state.chatId !== undefined) session.closeChat();
        else session.show(view);
      },
    },
    icon(sign, 22),
    h('span', {}, label),
    view === 'messages' ? badge(unreadOf(state)) : undefined,
  );
};

/** Left on a wide screen, at the bottom of a phone. */
export const rail = (store: Store, session: Session): HTMLElement => {
  const node = h('nav', { class: 'rail', 'aria-label': '主导航' });
  store.watch((state) => {
    node.replaceChildren(
      meButton(state, session, 36),
      ...ENTRIES.map((entry) => entryButton(entry, state, session)),
    );
    if (!state.isLive) node.append(h('span', { class: 'offline', role: 'status' }, '连接中断'));
  });
  return node;
};
