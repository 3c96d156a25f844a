import type { AppRegistration } from './apps.ts';
import { BASE_SCOPES, type Challenge } from './oauth-book.ts';

/** The error page instead of a redirect. */
export type Refused = { readonly code: number; readonly text: string };

export type AuthorizeRequest = {
  readonly app: AppRegistration;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly challenge: Challenge | undefined;
  /** `prompt=consent`: ask even when there is nothing new to allow. */
  readonly mustAsk: boolean;
};

/** 应用最多一次可以请求用户授予 50 个 scope. */
const MOST_SCOPES = 50;

const withoutQuery = (text: string): string | undefined => {
  if (!URL.canParse(text)) return undefined;
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
};

/**
 * Whether an address is in the app's list 重定向 URL: open.feishu.cn/document/uYjL24iN/uYjN3QjL2YzN04iN2cDN.
 * A query or fragment may follow; that they are not compared is an assumption.
 */
export const isRegistered = ({ redirectUrls = [] }: AppRegistration, address: string): boolean => {
  const wanted = withoutQuery(address);
  return wanted !== undefined && redirectUrls.some((url) => withoutQuery(url) === wanted);
};

/** 20027 when a scope was not applied for in the developer console. */
export const scopeRefusal = (app: AppRegistration, scopes: readonly string[]): Refused | undefined => {
  if (scopes.length > MOST_SCOPES) return { code: 20001, text: `scope 最多 ${MOST_SCOPES} 个` };
  const missing = scopes.filter((scope) => !app.scopes.includes(scope) && !BASE_SCOPES.includes(scope));
  if (missing.length === 0) return undefined;
  return { code: 20027, text: `应用未开通请求的用户授权权限：${missing.join('、')}` };
};

const challengeOf = (query: URLSearchParams): Challenge | undefined => {
  const value = query.get('code_challenge');
  if (!value) return undefined;
  return { value, method: query.get('code_challenge_method') === 'S256' ? 'S256' : 'plain' };
};

export const scopesIn = (text: string | null | undefined): readonly string[] =>
  (text ?? '').split(' ').filter((scope) => scope !== '');

/** Codes other than 20027 and 20029 have no page of their own; these follow the token endpoint's table. */
const firstProblem = (app: AppRegistration, query: URLSearchParams): Refused | undefined => {
  if (!isRegistered(app, query.get('redirect_uri') ?? '')) {
    return { code: 20029, text: 'redirect_uri 请求不合法' };
  }
  if (query.get('response_type') !== 'code') return { code: 20001, text: 'response_type 必须为 code' };
  return scopeRefusal(app, scopesIn(query.get('scope')));
};

/** open.feishu.cn/document/common-capabilities/sso/api/obtain-oauth-code */
export const readAuthorize = (
  apps: ReadonlyMap<string, AppRegistration>,
  query: URLSearchParams,
): AuthorizeRequest | Refused => {
  const app = apps.get(query.get('client_id') ?? '');
  if (!app) return { code: 20048, text: '应用不存在，请检查 client_id' };
  const problem = firstProblem(app, query);
  if (problem) return problem;
  return {
    app,
    redirectUri: query.get('redirect_uri') ?? '',
    scopes: scopesIn(query.get('scope')),
    state: query.get('state') ?? undefined,
    challenge: challengeOf(query),
    mustAsk: query.get('prompt') === 'consent',
  };
};

/** `code` or `error`, and the state unchanged, before a fragment: the last section of the page. */
export const redirectTo = (
  { redirectUri, state }: { readonly redirectUri: string; readonly state: string | undefined },
  answer: { readonly code: string } | { readonly error: 'access_denied' },
): string => {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state !== undefined) url.searchParams.set('state', state);
  return url.href;
};
