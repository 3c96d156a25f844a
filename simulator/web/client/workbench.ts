import type { App } from './api.ts';
import { avatar } from './avatar.ts';
import { h, run } from './dom.ts';
import { openApp } from './frame.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';

const openBot = (app: App, session: Session) => (): void => {
  run(session.openBotChat(app.appId));
};

/** An app with a page opens it; its bot is one press away. Without one the tile is the bot. */
const tile = (app: App, session: Session): HTMLElement => {
  const hasPage = app.homepageUrl !== undefined;
  const onclick = hasPage
    ? (): void => {
        openApp(app.appId, session);
      }
    : openBot(app, session);
  return h(
    'div',
    { class: 'tile' },
    h(
      'button',
      { type: 'button', class: 'tile-open', onclick },
      avatar({ name: app.name, colour: app.avatar, kind: 'bot' }, 48),
      h('strong', {}, app.name),
      h('span', { class: 'muted' }, hasPage ? '打开网页应用' : '打开机器人'),
    ),
    hasPage &&
      h(
        'button',
        {
          type: 'button',
          class: 'tile-bot',
          'aria-label': `${app.name}机器人`,
          onclick: openBot(app, session),
        },
        '机器人',
      ),
  );
};

/** 工作台: the apps of the company that one may use. */
export const workbench = (store: Store, session: Session): HTMLElement => {
  const tiles = h('div', { class: 'tiles' });
  const hello = h('h1');
  store.watch(({ apps, me }) => {
    hello.textContent = me ? `${me.name}，你好` : '工作台';
    const mine = apps.filter((app) => !app.hiddenFrom?.includes(me?.unionId ?? ''));
    tiles.replaceChildren(...mine.map((app) => tile(app, session)));
  });
  return h(
    'main',
    { class: 'page workbench' },
    h('header', {}, hello, h('p', { class: 'muted' }, '企业自建应用')),
    tiles,
  );
};
