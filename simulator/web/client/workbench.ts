import type { App } from './api.ts';
import { avatar } from './avatar.ts';
import { h, run } from './dom.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';

const tile = (app: App, session: Session): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'tile',
      onclick: () => {
        run(session.openBotChat(app.appId));
      },
    },
    avatar({ name: app.name, colour: app.avatar, kind: 'bot' }, 48),
    h('strong', {}, app.name),
    h('span', { class: 'muted' }, '打开机器人'),
  );

/** 工作台: the company's apps. */
export const workbench = (store: Store, session: Session): HTMLElement => {
  const tiles = h('div', { class: 'tiles' });
  const hello = h('h1');
  store.watch(({ apps, me }) => {
    hello.textContent = me ? `${me.name}，你好` : '工作台';
    tiles.replaceChildren(...apps.map((app) => tile(app, session)));
  });
  return h(
    'main',
    { class: 'page workbench' },
    h('header', {}, hello, h('p', { class: 'muted' }, '企业自建应用')),
    tiles,
  );
};
