import { docTokenIn } from './doc-link.ts';
import { run } from './dom.ts';
import { modeOf, webAppUrl } from './frame-links.ts';
import { closeFrame, openFrame, type Page } from './frame-window.ts';
import type { Session } from './session.ts';
import { toast } from './toast.ts';

const APPLINK_HOSTS = new Set(['applink.feishu.cn', 'applink.larksuite.com']);

const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

const isWeb = (url: URL | undefined): url is URL => url?.protocol === 'https:' || url?.protocol === 'http:';

/** Shows a page to the person whose client this is. */
const openPage = (page: Page, session: Session): void => {
  const { me } = session.look();
  if (!me) return;
  const follow = (url: string): void => {
    openLink(url, session);
  };
  openFrame(page, { unionId: me.unionId, follow });
};

/** The page of an app, at its homepage or where `query`, an AppLink's, says. False: it has none there. */
export const openApp = (
  appId: string,
  session: Session,
  query: URLSearchParams = new URLSearchParams(),
): boolean => {
  const app = session.look().apps.find((one) => one.appId === appId);
  const url = webAppUrl(app?.homepageUrl ?? '', query);
  if (app && url) openPage({ url, appName: app.name, mode: modeOf(query) }, session);
  return Boolean(app && url);
};

/** A document is a view of the client, above which no page stays open. */
const showDoc = (token: string, session: Session): void => {
  closeFrame();
  session.openDoc(token);
};

type Opener = (query: URLSearchParams, session: Session) => boolean;

/** open.feishu.cn/document/common-capabilities/applink-protocol: those that a card of ours may carry. */
const OPENERS: ReadonlyMap<string, Opener> = new Map<string, Opener>([
  [
    '/client/web_url/open',
    (query, session) => {
      const url = parseUrl(query.get('url') ?? '');
      const token = url && docTokenIn(url);
      if (token !== undefined) showDoc(token, session);
      else if (isWeb(url)) openPage({ url, mode: modeOf(query) }, session);
      return isWeb(url);
    },
  ],
  ['/client/web_app/open', (query, session) => openApp(query.get('appId') ?? '', session, query)],
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

/** A document of Feishu inside the client, another address in a new tab. */
const openAddress = (url: URL, session: Session): void => {
  const token = docTokenIn(url);
  if (token !== undefined) showDoc(token, session);
  else window.open(url.href, '_blank', 'noopener,noreferrer');
};

/** Follows a link of a message: AppLinks inside the client, documents too, http(s) in a new tab, anything else not at all. */
export const openLink = (text: string, session: Session): void => {
  const url = parseUrl(text);
  if (!isWeb(url)) toast('链接无效', 'warning');
  else if (APPLINK_HOSTS.has(url.host)) openAppLink(url, session);
  else openAddress(url, session);
};
