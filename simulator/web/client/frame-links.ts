/** Parameters of the AppLink itself; every other one belongs to the page. */
const OWN = new Set([
  'appId',
  'mode',
  'path',
  'path_android',
  'path_ios',
  'path_pc',
  'lk_target_url',
  'height',
  'width',
  'min_width',
  'max_width',
  'min_lk_ver',
]);

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/** 协议名 scheme 和域名 domain 应当与开发者后台配置的应用首页相匹配. */
const targetOf = (home: URL, target: string): URL | undefined => {
  const url = parse(target);
  return url?.protocol === home.protocol && url.host === home.host ? url : undefined;
};

/**
 * Which address `/client/web_app/open` opens, `home` being the app's homepage:
 * open.feishu.cn/document/uAjLw4CM/uYjL24iN/applink-protocol/supported-protocol/open-an-h5-app. `path` takes the place of
 * the homepage's path; parameters that aren't the AppLink's own go with it. Undefined: the target isn't the app's.
 */
export const webAppUrl = (home: string, query: URLSearchParams): URL | undefined => {
  const start = parse(home);
  if (!start) return undefined;
  const target = query.get('lk_target_url');
  if (target !== null) return targetOf(start, target);
  const path = query.get('path_pc') ?? query.get('path');
  if (path !== null) start.pathname = path;
  for (const [name, value] of query) if (!OWN.has(name)) start.searchParams.append(name, value);
  return start;
};

/** `sidebar` and `sidebar-semi` are the same place; the other modes are a window or a tab. */
export const modeOf = (query: URLSearchParams): 'sidebar' | 'wide' =>
  (query.get('mode') ?? '').startsWith('sidebar') ? 'sidebar' : 'wide';
