import * as z from 'zod/mini';

/** An app and where it finds Feishu. */
export type OAuthApp = {
  /** https://open.feishu.cn */
  readonly domain: string;
  /** https://accounts.feishu.cn: where people say yes. */
  readonly accounts: string;
  readonly appId: string;
  readonly appSecret: string;
};

export type Granted = {
  readonly code: string;
  /** Both absent for a code that a page got inside the client. */
  readonly redirectUri?: string;
  readonly verifier?: string;
};

/**
 * `code`: it is unknown, over, used, or doesn't fit its challenge: sign in again. `person`: they may not use the app, have left.
 * `app`: an administrator has to look. `unreachable`: the same again in a moment.
 */
export type NotSignedIn = 'code' | 'person' | 'app' | 'unreachable';
export type SignedIn =
  | { readonly kind: 'ok'; readonly person: string }
  | { readonly kind: 'refused'; readonly because: NotSignedIn; readonly code: number | string };

export type OAuth = {
  readonly authorizeUrl: (asked: { redirectUri: string; state: string; challenge: string }) => string;
  /** Whose code it is, by union_id. Tokens are not kept: nothing is done in people's name. */
  readonly signIn: (granted: Granted) => Promise<SignedIn>;
};

/** Milliseconds per call: two of them, and a person waits. */
const timeoutMs = 4_000;

/** The table of open.feishu.cn/document/authentication-management/access-token/get-user-access-token */
const meanings: Readonly<Record<number, NotSignedIn>> = {
  20003: 'code',
  20004: 'code',
  20024: 'code',
  20049: 'code',
  20065: 'code',
  20071: 'code',
  20008: 'person',
  20010: 'person',
  20066: 'person',
  20050: 'unreachable',
  20072: 'unreachable',
  99991400: 'unreachable',
};

/** Flat, not under `data`. */
const tokenSchema = z.object({ code: z.number(), access_token: z.optional(z.string()) });
/** open.feishu.cn/document/server-docs/authentication-management/login-state-management/get */
const infoSchema = z.object({
  code: z.number(),
  data: z.optional(z.object({ union_id: z.string().check(z.minLength(1)) })),
});

const refused = (code: number | string, because: NotSignedIn): SignedIn => ({
  kind: 'refused',
  because,
  code,
});
const refusedBy = (code: number): SignedIn => refused(code, meanings[code] ?? 'app');

/** `undefined`: no answer that can be read. A code is good once, so nothing is repeated here: the person presses again. */
const ask = async <T extends z.core.$ZodType>(
  url: string,
  schema: T,
  init: RequestInit,
): Promise<z.output<T> | undefined> => {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const read = z.safeParse(schema, await response.json());
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
};

const signIn =
  ({ domain, appId, appSecret }: OAuthApp): OAuth['signIn'] =>
  async ({ code, redirectUri, verifier }) => {
    const token = await ask(`${domain}/open-apis/authen/v2/oauth/token`, tokenSchema, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        client_id: appId,
        client_secret: appSecret,
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    });
    if (!token) return refused('no_reply', 'unreachable');
    if (token.code !== 0 || token.access_token === undefined) return refusedBy(token.code);
    const info = await ask(`${domain}/open-apis/authen/v1/user_info`, infoSchema, {
      headers: { authorization: `Bearer ${token.access_token}` },
    });
    if (!info) return refused('no_reply', 'unreachable');
    return info.code === 0 && info.data ? { kind: 'ok', person: info.data.union_id } : refusedBy(info.code);
  };

/**
 * Sign-in with Feishu: open.feishu.cn/document/common-capabilities/sso/api/obtain-oauth-code (with PKCE, RFC 7636) and
 * …/get-user-access-token. No scope is asked for: every token says who somebody is.
 */
export const feishuOAuth = (app: OAuthApp): OAuth => ({
  authorizeUrl: ({ redirectUri, state, challenge }) => {
    const query = new URLSearchParams({
      client_id: app.appId,
      response_type: 'code',
      redirect_uri: redirectUri,
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    return `${app.accounts}/open-apis/authen/v1/authorize?${query.toString()}`;
  },
  signIn: signIn(app),
});
