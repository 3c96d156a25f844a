/**
 * What a page loads as it loads h5-js-sdk from Feishu's network, served at /lark/h5-js-sdk.js. 仅可用在飞书客户端内
 * (open.feishu.cn/document/client-docs/h5/development-guide/basic-concepts): in a browser of one's own `window.h5sdk` and
 * `window.tt` stay undefined, which is what Feishu's own example looks at.
 */
import { isJson, type Json, numberOf, textOf } from './json.ts';

type Callback = (answer: object) => void;
type Options = {
  readonly appID?: string;
  readonly appId?: string;
  readonly scopeList?: readonly string[];
  readonly state?: string;
  readonly success?: Callback;
  readonly fail?: Callback;
  readonly complete?: Callback;
};

const script = document.currentScript;
/** Only the client that served this script hears the page and is heard. */
const client = new URL(script instanceof HTMLScriptElement ? script.src : location.href).origin;

/** Names this document: the address alone may be that of the one before it. */
const documentId = `${performance.timeOrigin}-${Math.random()}`;

const waiting = new Map<number, (answer: Json) => void>();
let lastId = 0;

const call = (api: string, params: object): Promise<Json> =>
  new Promise((resolve) => {
    lastId += 1;
    waiting.set(lastId, resolve);
    const page = location.href;
    const { title } = document;
    parent.postMessage({ feishu: 'h5', id: lastId, api, document: documentId, page, title, params }, client);
  });

const listen = (): void => {
  addEventListener('message', ({ data, origin, source }: MessageEvent<unknown>) => {
    if (origin !== client || source !== parent || !isJson(data) || data['feishu'] !== 'h5') return;
    const id = numberOf(data, 'id', 0);
    waiting.get(id)?.(data);
    waiting.delete(id);
  });
};

/** 标准对象输出: errMsg is `<api>:ok` or `<api>:fail …`. */
const finish = (api: string, { success, fail, complete, state }: Options, answer: Json): void => {
  const { data, error } = answer;
  const isOk = isJson(data);
  const errno = numberOf(isJson(error) ? error : undefined, 'errno', 0);
  const errString = textOf(isJson(error) ? error : undefined, 'text');
  const result = isOk
    ? { ...data, ...(state === undefined ? {} : { state }), errMsg: `${api}:ok` }
    : { errno, errString, errCode: errno, errMsg: `${api}:fail ${errString}` };
  (isOk ? success : fail)?.(result);
  complete?.(result);
};

const invoke =
  (api: string, read: (options: Options) => object) =>
  (options: Options = {}): void => {
    void call(api, read(options)).then((answer) => {
      finish(api, options, answer);
    });
  };

const afterLoadMs = 50;

/** Called once the client has answered; a page in any other frame waits for ever. */
const createReady = (): ((task: () => void) => void) => {
  const hello = call('hello', {});
  addEventListener('DOMContentLoaded', () => {
    void call('hello', {});
  });
  addEventListener('load', () => {
    // After the frame's own load event.
    setTimeout(() => void call('loaded', {}), afterLoadMs);
  });
  return (task) => {
    void hello.then(task);
  };
};

/** The client opens AppLinks itself wherever they are pressed. */
const catchAppLinks = (): void => {
  addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.host !== 'applink.feishu.cn') return;
    event.preventDefault();
    void call('openLink', { url: link.href });
  });
};

if (parent !== window) {
  listen();
  const ready = createReady();
  catchAppLinks();
  const scopesOf = ({ appID = '', scopeList = [] }: Options): object => ({ appId: appID, scopes: scopeList });
  Object.assign(window, {
    h5sdk: { ready, error: () => undefined },
    tt: {
      requestAccess: invoke('requestAccess', scopesOf),
      requestAuthCode: invoke('requestAuthCode', ({ appId = '' }) => ({ appId, scopes: [] })),
      closeWindow: invoke('closeWindow', () => ({})),
    },
  });
}
