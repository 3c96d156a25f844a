import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { AppRegistration } from './apps.ts';
import { Refusal } from './refusal.ts';

const LIFETIME_MS = 2 * 60 * 60 * 1000;
const RENEW_BELOW_MS = 30 * 60 * 1000;

type Token = { readonly value: string; readonly appId: string; readonly expiresAt: number };

export type Tokens = {
  /** The same token while 30 min or more remain, else a new one; both stay valid. `expire` in seconds. */
  readonly issue: (app: AppRegistration) => { readonly value: string; readonly expire: number };
  /** Throws 99991661 without a token, 99991663 for one that is unknown or expired. */
  readonly appIdOf: (authorization: string | undefined) => string;
};

const MISSING = 'Missing access token for authorization. Please make a request with token attached.';
const MALFORMED = 'Invalid access token format: it must start with t- or u-.';
const INVALID = 'Invalid access token for authorization. Please make a request with a valid access token.';

const bearerOf = (authorization: string | undefined): string => {
  const value = /^Bearer\s+(\S+)$/.exec(authorization ?? '')?.[1];
  if (value === undefined) throw new Refusal(99991661, MISSING);
  if (!/^[tu]-/.test(value)) throw new Refusal(99991671, MALFORMED);
  return value;
};

/** open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal */
export const createTokens = (clock: Clock): Tokens => {
  const current = new Map<string, Token>();
  const valid = new Map<string, Token>();
  const renew = (appId: string): Token => {
    for (const { value, expiresAt } of valid.values()) if (expiresAt <= clock.now()) valid.delete(value);
    const value = `t-${randomBytes(20).toString('hex')}`;
    const token = { value, appId, expiresAt: clock.now() + LIFETIME_MS };
    current.set(appId, token);
    valid.set(value, token);
    return token;
  };
  return {
    issue: ({ appId }) => {
      const known = current.get(appId);
      const token = known && known.expiresAt - clock.now() >= RENEW_BELOW_MS ? known : renew(appId);
      return { value: token.value, expire: Math.floor((token.expiresAt - clock.now()) / 1000) };
    },
    appIdOf: (authorization) => {
      const token = valid.get(bearerOf(authorization));
      if (!token || token.expiresAt <= clock.now()) throw new Refusal(99991663, INVALID);
      return token.appId;
    },
  };
};
