import { createHash } from 'node:crypto';

/** Where the app's login ends, as registered in 安全设置; nothing listens there. */
export const REDIRECT = 'http://127.0.0.1:9/workbench/login';

export const VERIFIER = 'TxYmzM4PHLBlqm5NtnCmwxMH8mFlRWl_ipie3O0aVzo';
export const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');

/** The address that an app sends a browser to; `undefined` leaves a parameter out. */
export const authorizeUrl = (
  feishuUrl: string,
  query: Readonly<Record<string, string | undefined>>,
): string => {
  const parameters = new URLSearchParams({ response_type: 'code' });
  for (const [name, value] of Object.entries({ redirect_uri: REDIRECT, ...query })) {
    if (typeof value === 'string') parameters.set(name, value);
  }
  return `${feishuUrl}/open-apis/authen/v1/authorize?${parameters.toString()}`;
};

const cookieOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ');

/** Signs a person in as the web client does; answers the session cookie. */
export const signIn = async (feishuUrl: string, unionId: string): Promise<string> =>
  cookieOf(await fetch(`${feishuUrl}/sim/session`, { method: 'POST', body: JSON.stringify({ unionId }) }));

export type Seen = { readonly status: number; readonly location: string | null; readonly html: string };

export const open = async (
  url: string,
  cookie: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Seen> => {
  const response = await fetch(url, { redirect: 'manual', headers: { cookie, ...headers } });
  return {
    status: response.status,
    location: response.headers.get('location'),
    html: await response.text(),
  };
};

/** Presses 授权 or 拒绝 on a consent page; answers where the browser is sent. */
export const decide = async (
  feishuUrl: string,
  { html, cookie, decision }: { readonly html: string; readonly cookie: string; readonly decision: string },
): Promise<Seen> => {
  const ask = /name="ask" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const response = await fetch(`${feishuUrl}/sim/oauth/decide`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie },
    body: new URLSearchParams({ ask, decision }),
  });
  return {
    status: response.status,
    location: response.headers.get('location'),
    html: await response.text(),
  };
};

/** A whole login without a browser: signs in, opens the page of the app, allows it; answers the redirect. */
export const login = async (feishuUrl: string, unionId: string, url: string): Promise<URL> => {
  const cookie = await signIn(feishuUrl, unionId);
  const seen = await open(url, cookie);
  const location =
    seen.location ?? (await decide(feishuUrl, { html: seen.html, cookie, decision: 'allow' })).location;
  if (location === null) throw new Error(`no redirect but ${seen.status}`);
  return new URL(location);
};
