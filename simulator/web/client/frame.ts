import { h, run } from './dom.ts';
import { icon } from './icons.ts';
import type { Session } from './session.ts';
import { toast } from './toast.ts';

const APPLINK_HOSTS = new Set(['applink.feishu.cn', 'applink.larksuite.com']);

const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

const isWeb = (url: URL | undefined): url is URL => url?.protocol === 'https:' || url?.protocol === 'http:';

/** A page of our own origin gets no scripts: with both rights it could leave its sandbox. */
const rightsOf = (url: URL): string =>
  url.origin === location.origin ? 'allow-forms' : 'allow-scripts allow-forms allow-same-origin allow-popups';

const frameHeader = (url: URL, shut: () => void): HTMLElement =>
  h(
    'header',
    {},
    h(
      'button',
      { type: 'button', class: 'icon-button', 'aria-label': '关闭网页', onclick: shut },
      icon('close', 20),
    ),
    h('span', { class: 'web-address', title: url.href }, `${url.host}${url.pathname}`),
    h(
      'a',
      {
        class: 'icon-button',
        href: url.href,
        target: '_blank',
        rel: 'noreferrer',
        'aria-label': '在浏览器中打开',
      },
      icon('external', 18),
    ),
  );

/** A page inside the client, as an AppLink of mode=sidebar or window opens it. */
const openFrame = (url: URL): void => {
  document.querySelector('.web-frame')?.remove();
  const shut = (): void => {
    frame.remove();
  };
  const page = h('iframe', {
    src: url.href,
    title: url.host,
    sandbox: rightsOf(url),
    referrerpolicy: 'no-referrer',
  });
  const frame = h(
    'section',
    { class: 'web-frame', role: 'dialog', 'aria-label': `网页 ${url.host}` },
    frameHeader(url, shut),
    page,
  );
  frame.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') shut();
  });
  document.body.append(frame);
  frame.querySelector('button')?.focus();
};

type Opener = (query: URLSearchParams, session: Session) => boolean;

/** open.feishu.cn/document/common-capabilities/applink-protocol: the three that a card of ours may carry. */
const OPENERS: ReadonlyMap<string, Opener> = new Map<string, Opener>([
  [
    '/client/web_url/open',
    (query) => {
      const target = parseUrl(query.get('url') ?? '');
      if (isWeb(target)) openFrame(target);
      return isWeb(target);
    },
  ],
  [
    '/client/bot/open',
    (query, session) => {
      const appId = query.get('appId');
      if (appId) run(session.openBotChat(appId));
      return Boolean(appId);
    },
  ],
  [
    '/client/chat/open',
    (query, session) => {
      const chatId = query.get('openChatId');
      if (chatId) run(session.openChat(chatId));
      return Boolean(chatId);
    },
  ],
]);

const openAppLink = (link: URL, session: Session): void => {
  const isOpened = OPENERS.get(link.pathname)?.(link.searchParams, session) ?? false;
  if (!isOpened) toast('模拟器打不开这个 AppLink', 'warning');
};

/** Follows a link of a message: AppLinks inside the client, http(s) in a new tab, anything else not at all. */
export const openLink = (text: string, session: Session): void => {
  const url = parseUrl(text);
  if (!isWeb(url)) toast('链接无效', 'warning');
  else if (APPLINK_HOSTS.has(url.host)) openAppLink(url, session);
  else window.open(url.href, '_blank', 'noopener,noreferrer');
};
