import { randomBytes } from 'node:crypto';

/** What somebody was asked for on the consent page and has not answered yet. */
export type Ask = {
  readonly appId: string;
  readonly unionId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly challenge: Challenge | undefined;
};

export type Challenge = { readonly method: 'S256' | 'plain'; readonly value: string };

export type Code = {
  readonly appId: string;
  readonly unionId: string;
  /** Absent for a code that a page got inside the client, without a redirect. */
  readonly redirectUri?: string;
  readonly challenge?: Challenge | undefined;
  readonly expiresAt: number;
  isUsed: boolean;
};

export type UserToken = {
  readonly appId: string;
  readonly unionId: string;
  readonly scopes: readonly string[];
  expiresAt: number;
};

export type RefreshToken = UserToken & {
  /** The access token that came with it. */
  readonly accessToken: string;
  /** When the person agreed: 365 days later they have to do so again. */
  readonly agreedAt: number;
  isUsed: boolean;
};

/** Everything that is known about who is signed in and what they allowed. */
export type OAuthBook = {
  /** Browser session → union_id. */
  readonly sessions: Map<string, string>;
  readonly asks: Map<string, Ask>;
  readonly codes: Map<string, Code>;
  readonly userTokens: Map<string, UserToken>;
  readonly refreshTokens: Map<string, RefreshToken>;
  readonly grants: Map<string, Grant>;
};

export type Grant = { readonly scopes: readonly string[]; readonly agreedAt: number };

/** What every token carries; a page that asks for nothing gets these (the examples of …/get-user-access-token). */
export const BASE_SCOPES: readonly string[] = ['auth:user.id:read', 'user_profile'];

export const createOAuthBook = (): OAuthBook => ({
  sessions: new Map(),
  asks: new Map(),
  codes: new Map(),
  userTokens: new Map(),
  refreshTokens: new Map(),
  grants: new Map(),
});

/** 64 characters of A–Z a–z 0–9 - _, as the page of the authorization code says. */
export const mintCode = (): string => randomBytes(48).toString('base64url');

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Tokens of v2 look like a JWT of 1–2 KB, for which apps must have room: the page says to reserve 4 KB. */
export const mintUserToken = (): string =>
  [
    encoded({ alg: 'ES256', typ: 'JWT' }),
    encoded({ jti: randomBytes(16).toString('hex'), data: randomBytes(700).toString('base64url') }),
    randomBytes(64).toString('base64url'),
  ].join('.');

const keyOf = (appId: string, unionId: string): string => `${appId} ${unionId}`;

export const grantOf = (book: OAuthBook, appId: string, unionId: string): Grant | undefined =>
  book.grants.get(keyOf(appId, unionId));

/** What somebody allows adds up: 用户授予应用的权限是累积的 (…/access-token/obtain-oauth-code). */
export const addGrant = (
  book: OAuthBook,
  { appId, unionId, scopes }: Pick<Ask, 'appId' | 'unionId' | 'scopes'>,
  now: number,
): void => {
  const before = grantOf(book, appId, unionId)?.scopes ?? BASE_SCOPES;
  book.grants.set(keyOf(appId, unionId), { scopes: [...new Set([...before, ...scopes])], agreedAt: now });
};
