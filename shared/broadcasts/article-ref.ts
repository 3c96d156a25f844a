/** A document that a message names: the document itself, or a wiki node that stands for one. */
export type DocRef = { readonly kind: 'docx' | 'wiki'; readonly token: string };

// Only what may stand in an address: Chinese words and punctuation behind a link are not part of it.
const ADDRESS = /https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;
/** Tokens have 27 characters; older wiki nodes differ a little. */
const PLACE = /^\/(docx|wiki)\/([A-Za-z0-9_]{20,40})(?![A-Za-z0-9_])/;
const DEPTH = 2;

const isDocumentHost = (host: string): boolean => host === 'feishu.cn' || host.endsWith('.feishu.cn');

const refIn = (address: string, depth: number): DocRef | undefined => {
  if (!URL.canParse(address)) return undefined;
  const { hostname, pathname, searchParams } = new URL(address);
  if (!isDocumentHost(hostname)) return undefined;
  if (hostname === 'applink.feishu.cn') {
    if (depth === 0) return undefined;
    return first([...searchParams.values()], (inner) => refIn(inner, depth - 1));
  }
  const [, kind, token] = PLACE.exec(pathname) ?? [];
  if (token === undefined) return undefined;
  return { kind: kind === 'wiki' ? 'wiki' : 'docx', token };
};

const first = <T>(items: readonly string[], find: (item: string) => T | undefined): T | undefined => {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
};

/**
 * The first Feishu document in a text: https://…feishu.cn/docx/… or /wiki/…, as it is or inside an AppLink
 * (open.feishu.cn/document/common-capabilities/applink-protocol/supported-protocol/open-a-web-page).
 */
export const docRefOf = (text: string): DocRef | undefined =>
  // The content of a message is JSON in which & may stand as its escape.
  first(text.replaceAll(String.raw`\u0026`, '&').match(ADDRESS) ?? [], (address) => refIn(address, DEPTH));
