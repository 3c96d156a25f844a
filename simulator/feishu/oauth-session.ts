import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Person } from '../company.ts';
import type { Tenant } from './tenant.ts';

/** Cookies know no ports, so the name must not meet one of an app on another port of 127.0.0.1. */
const COOKIE = 'feishu_sim_session';

/** Who is signed in in this browser. */
export const personOf = (tenant: Tenant, c: Context): Person | undefined => {
  const unionId = tenant.oauth.sessions.get(getCookie(c, COOKIE) ?? '');
  const person = tenant.directory.byUnion(unionId ?? '');
  return person?.resigned === true ? undefined : person;
};

/** False: nobody who can sign in has this union_id. */
export const signIn = (tenant: Tenant, c: Context, unionId: string): boolean => {
  const person = tenant.directory.byUnion(unionId);
  if (!person || person.resigned) return false;
  const session = randomBytes(24).toString('base64url');
  tenant.oauth.sessions.set(session, unionId);
  setCookie(c, COOKIE, session, { httpOnly: true, sameSite: 'Lax', path: '/' });
  return true;
};

/**
 * Changing the account empties the client's web views: a page must not show the former person's data. The header takes
 * every cookie of this host, of whatever port and path.
 */
export const signOut = (tenant: Tenant, c: Context): void => {
  tenant.oauth.sessions.delete(getCookie(c, COOKIE) ?? '');
  deleteCookie(c, COOKIE, { path: '/' });
  c.header('clear-site-data', '"cookies"');
};
