import { h, run } from './dom.ts';
import { signInAs } from './frame-api.ts';
import { answerPage, type Frame } from './frame-bridge.ts';
import { icon } from './icons.ts';

export type Page = {
  readonly url: URL;
  /** Of the app whose page it is. */
  readonly appName?: string;
  /** `sidebar` beside the chat; `wide` is a window or a tab. On a phone both fill the screen. */
  readonly mode: 'sidebar' | 'wide';
};

export type Viewer = { readonly unionId: string; readonly follow: (url: string) => void };

/** A page of our own origin gets no scripts: with both rights it could leave its sandbox. */
const rightsOf = (url: URL): string =>
  url.origin === location.origin
    ? 'allow-forms'
    : 'allow-scripts allow-forms allow-same-origin allow-popups allow-modals allow-downloads';

let closeOpen: () => void = () => undefined;

/** Closes the page that is open, if any. */
export const closeFrame = (): void => {
  closeOpen();
};

/**
 * Goes back in the page: its steps are in the history of the whole window. `depth` steps were made since the page was
 * opened; with none left, back closes it, as on a phone.
 */
const createBack = (page: HTMLIFrameElement, shut: () => void): (() => void) => {
  const lengthBefore = history.length;
  let backs = 0;
  let isGoingBack = false;
  page.addEventListener('load', () => {
    if (!isGoingBack) backs = 0;
    isGoingBack = false;
  });
  return () => {
    if (history.length - lengthBefore - backs <= 0) {
      shut();
      return;
    }
    backs += 1;
    isGoingBack = true;
    history.back();
  };
};

const iconButton = (label: string, sign: Parameters<typeof icon>[0], onclick: () => void): HTMLElement =>
  h('button', { type: 'button', class: 'icon-button', 'aria-label': label, onclick }, icon(sign, 20));

const outside = (url: URL): HTMLElement =>
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
  );

const frameOf = (page: HTMLIFrameElement, { url, appName, mode }: Page, title: HTMLElement): HTMLElement => {
  const frame = h(
    'section',
    {
      class: `web-frame web-frame-${mode}`,
      role: 'dialog',
      'aria-label': `网页 ${appName ?? url.host}`,
    },
    h(
      'header',
      {},
      iconButton('返回', 'back', createBack(page, closeFrame)),
      title,
      outside(url),
      iconButton('关闭网页', 'close', closeFrame),
    ),
    page,
  );
  frame.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeFrame();
  });
  return frame;
};

/**
 * Loads the page for this person, and again when the tab is looked at after another tab took the browser for somebody
 * else: cookies belong to the browser, not to a tab.
 */
const load = (page: HTMLIFrameElement, url: URL, unionId: string): (() => void) => {
  const check = async (): Promise<void> => {
    const isNew = await signInAs(unionId);
    if (isNew || page.src === '') page.src = url.href;
  };
  const onLook = (): void => {
    if (document.visibilityState === 'visible') run(check());
  };
  run(check());
  document.addEventListener('visibilitychange', onLook);
  return () => {
    document.removeEventListener('visibilitychange', onLook);
  };
};

type Naming = Pick<Frame, 'rename' | 'loaded'> & { readonly title: HTMLElement };

/**
 * Only a page that loads h5-sdk.ts can say its title; any other one is called by its app or address. What a document says
 * may come after the frame's load event, and again: only the first load after a title that isn't over is its own.
 */
const createTitle = (
  page: HTMLIFrameElement,
  { url, appName = `${url.host}${url.pathname}` }: Page,
): Naming => {
  const title = h('span', { class: 'web-title', title: url.href }, appName);
  let named: { readonly document: string; isLoaded: boolean } | undefined;
  page.addEventListener('load', () => {
    if (named && !named.isLoaded) {
      named.isLoaded = true;
      return;
    }
    named = undefined;
    title.textContent = appName;
  });
  return {
    title,
    rename: (document, text) => {
      if (named?.document !== document) named = { document, isLoaded: false };
      title.textContent = text;
    },
    loaded: (document) => {
      if (named?.document === document) named.isLoaded = true;
    },
  };
};

/** The browser's own back, which a phone has, closes the page and stays where one was. */
const closeOnBack = (): (() => void) => {
  history.pushState(null, '', location.href);
  addEventListener('popstate', closeFrame);
  return () => {
    removeEventListener('popstate', closeFrame);
  };
};

/** Shows a page inside the client, signed in as the person who looks at it. */
export const openFrame = (what: Page, { unionId, follow }: Viewer): void => {
  closeFrame();
  const { url, appName = url.host } = what;
  const page = h('iframe', { title: appName, sandbox: rightsOf(url), referrerpolicy: 'no-referrer' });
  const { title, ...naming } = createTitle(page, what);
  const stopHistory = closeOnBack();
  const frame = frameOf(page, what, title);
  const stopBridge = answerPage({ page, appName, unionId, close: closeFrame, ...naming, follow });
  document.body.append(frame);
  const stopLoad = load(page, url, unionId);
  closeOpen = () => {
    closeOpen = () => undefined;
    for (const stop of [stopHistory, stopBridge, stopLoad]) stop();
    frame.remove();
  };
  frame.querySelector('button')?.focus();
};
