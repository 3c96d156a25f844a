import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { AppRegistration } from './apps.ts';
import { type Outcome, type Reply, suffer } from './fault-effects.ts';
import {
  type Challenge,
  type Code,
  grantOf,
  mintUserToken,
  type RefreshToken,
  type UserToken,
} from './oauth-book.ts';
import { OAuthRefusal } from './oauth-refusal.ts';
import { scopesIn } from './oauth-request.ts';
import { Refusal } from './refusal.ts';
import type { Tenant } from './tenant.ts';

const PATH = '/open-apis/authen/v2/oauth/token';
const API = `POST ${PATH}`;

/** Seconds, as in the examples of both pages: 非固定值. */
const LIFETIME = { access: 7200, refresh: 604_800 } as const;
/** 刷新: the former access token has one more minute. */
const GRACE_MS = 60_000;
/** 刷新: 用户授权应用 365 天后 … 重新授权. */
const AGREEMENT_MS = 365 * 24 * 3_600_000;

const text = z.exactOptional(z.string());
const requestSchema = z.object({
  grant_type: text,
  client_id: text,
  client_secret: text,
  code: text,
  redirect_uri: text,
  code_verifier: text,
  refresh_token: text,
  scope: text,
});
type TokenRequest = z.infer<typeof requestSchema>;

type Heard = {
  readonly text: string;
  readonly contentType: string;
  readonly authorization: string | undefined;
};

/** JSON as the page says; a form as RFC 6749 has it, because the page offers standard OAuth libraries. */
const readBody = ({ text: body, contentType }: Heard): TokenRequest => {
  try {
    const isForm = contentType.startsWith('application/x-www-form-urlencoded');
    return requestSchema.parse(isForm ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body));
  } catch {
    throw new OAuthRefusal(20063);
  }
};

const must = (value: string | undefined): string => {
  if (value === undefined || value === '') throw new OAuthRefusal(20001);
  return value;
};

const clientOf = (tenant: Tenant, asked: TokenRequest, { authorization = '' }: Heard): AppRegistration => {
  if (authorization.startsWith('Basic ') && asked.client_secret !== undefined) throw new OAuthRefusal(20070);
  const app = tenant.apps.get(must(asked.client_id));
  const secret = must(asked.client_secret);
  if (!app) throw new OAuthRefusal(20048);
  if (app.appSecret !== secret) throw new OAuthRefusal(20002);
  return app;
};

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** RFC 7636: 43–128 characters, plain or base64url(sha-256). */
const checkVerifier = (challenge: Challenge | undefined, verifier: string | undefined): void => {
  if (!challenge) return;
  if (verifier === undefined || !/^[\w.~-]{43,128}$/.test(verifier)) throw new OAuthRefusal(20049);
  const shown =
    challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  if (!isSame(shown, challenge.value)) throw new OAuthRefusal(20049);
};

/** 网页应用授权场景必填 … 严格与获取授权码时设置的 redirect_uri 保持一致; a code of requestAccess had none. */
const checkRedirect = ({ redirectUri }: Code, given: string | undefined): void => {
  if (redirectUri !== undefined && given === undefined) throw new OAuthRefusal(20001);
  if (given !== undefined && given !== redirectUri) throw new OAuthRefusal(20071);
};

const checkPerson = (tenant: Tenant, app: AppRegistration, unionId: string): void => {
  const person = tenant.directory.byUnion(unionId);
  if (!person) throw new OAuthRefusal(20008);
  if (person.resigned) throw new OAuthRefusal(20066);
  if (!tenant.directory.isAvailable(app, person)) throw new OAuthRefusal(20010);
};

/** Only a success uses a code up; what a failed try does to it is undocumented. */
const redeemCode = (tenant: Tenant, app: AppRegistration, asked: TokenRequest): Code => {
  const code = tenant.oauth.codes.get(must(asked.code));
  if (!code) throw new OAuthRefusal(20003);
  if (code.appId !== app.appId) throw new OAuthRefusal(20024);
  if (code.isUsed) throw new OAuthRefusal(20065);
  if (code.expiresAt <= tenant.clock.now()) throw new OAuthRefusal(20004);
  checkRedirect(code, asked.redirect_uri);
  checkVerifier(code.challenge, asked.code_verifier);
  return code;
};

const redeemRefresh = (tenant: Tenant, app: AppRegistration, asked: TokenRequest): RefreshToken => {
  const now = tenant.clock.now();
  const token = tenant.oauth.refreshTokens.get(must(asked.refresh_token));
  if (!token) throw new OAuthRefusal(20026);
  if (token.appId !== app.appId) throw new OAuthRefusal(20024);
  if (token.isUsed) throw new OAuthRefusal(20073);
  if (token.expiresAt <= now || token.agreedAt + AGREEMENT_MS <= now) throw new OAuthRefusal(20037);
  return token;
};

/** `scope` narrows what the token may do; it never widens it. */
const narrowed = (granted: readonly string[], asked: string | undefined): readonly string[] => {
  const wanted = scopesIn(asked);
  if (wanted.length === 0) return granted;
  if (new Set(wanted).size < wanted.length) throw new OAuthRefusal(20067);
  if (wanted.some((scope) => !granted.includes(scope))) throw new OAuthRefusal(20068);
  return wanted;
};

const refreshPart = (tenant: Tenant, accessToken: string, token: UserToken): object => {
  if (!token.scopes.includes('offline_access')) return {};
  const value = mintUserToken();
  const now = tenant.clock.now();
  const agreedAt = grantOf(tenant.oauth, token.appId, token.unionId)?.agreedAt ?? now;
  const expiresAt = now + LIFETIME.refresh * 1000;
  tenant.oauth.refreshTokens.set(value, { ...token, expiresAt, accessToken, agreedAt, isUsed: false });
  return { refresh_token: value, refresh_token_expires_in: LIFETIME.refresh };
};

type Holder = Pick<UserToken, 'appId' | 'unionId'>;

const issue = (tenant: Tenant, { appId, unionId }: Holder, scopes: readonly string[]): object => {
  const accessToken = mintUserToken();
  const token = { appId, unionId, scopes, expiresAt: tenant.clock.now() + LIFETIME.access * 1000 };
  tenant.oauth.userTokens.set(accessToken, token);
  return {
    code: 0,
    access_token: accessToken,
    expires_in: LIFETIME.access,
    ...refreshPart(tenant, accessToken, token),
    scope: scopes.join(' '),
    token_type: 'Bearer',
  };
};

const grantedTo = (tenant: Tenant, { appId, unionId }: Holder): readonly string[] =>
  grantOf(tenant.oauth, appId, unionId)?.scopes ?? [];

const byCode = (tenant: Tenant, app: AppRegistration, asked: TokenRequest): object => {
  const code = redeemCode(tenant, app, asked);
  checkPerson(tenant, app, code.unionId);
  const scopes = narrowed(grantedTo(tenant, code), asked.scope);
  code.isUsed = true;
  return issue(tenant, code, scopes);
};

const byRefresh = (tenant: Tenant, app: AppRegistration, asked: TokenRequest): object => {
  const token = redeemRefresh(tenant, app, asked);
  checkPerson(tenant, app, token.unionId);
  const scopes = narrowed(grantedTo(tenant, token), asked.scope);
  token.isUsed = true;
  const former = tenant.oauth.userTokens.get(token.accessToken);
  if (former) former.expiresAt = Math.min(former.expiresAt, tenant.clock.now() + GRACE_MS);
  return issue(tenant, token, scopes);
};

const answer = (tenant: Tenant, heard: Heard, asked: TokenRequest): object => {
  const kind = must(asked.grant_type);
  if (kind !== 'authorization_code' && kind !== 'refresh_token') throw new OAuthRefusal(20036);
  const app = clientOf(tenant, asked, heard);
  tenant.rates.spendApi(app.appId, API);
  return kind === 'authorization_code' ? byCode(tenant, app, asked) : byRefresh(tenant, app, asked);
};

const refused = (error: unknown): Reply => {
  const reply = { kind: 'reply', headers: {} } as const;
  if (error instanceof OAuthRefusal) return { ...reply, status: error.status, body: error.body() };
  if (!(error instanceof Refusal)) throw error;
  return {
    ...reply,
    status: error.status,
    headers: error.headers,
    body: { code: error.code, msg: error.message },
  };
};

/** A body that can't be read belongs to nobody yet. */
const appIdIn = (heard: Heard): string => {
  try {
    return readBody(heard).client_id ?? '';
  } catch {
    return '';
  }
};

/**
 * open.feishu.cn/document/authentication-management/access-token/get-user-access-token and …/refresh-user-access-token:
 * the answers are flat, the call is free of the monthly quota.
 */
export const exchangeToken = async (tenant: Tenant, heard: Heard): Promise<Outcome> => {
  const startedAt = performance.now();
  const at = tenant.clock.now();
  const appId = tenant.apps.get(appIdIn(heard))?.appId ?? '';
  const fault = tenant.faults.take(API, appId);
  const run = (): Reply => {
    try {
      return { kind: 'reply', status: 200, headers: {}, body: answer(tenant, heard, readBody(heard)) };
    } catch (error) {
      return refused(error);
    }
  };
  const outcome = fault ? await suffer(tenant, fault, run) : run();
  tenant.calls.record({ at, startedAt, method: 'POST', path: PATH, api: API, appId }, outcome, fault);
  return outcome;
};

export const oauthTokenPath = PATH;
