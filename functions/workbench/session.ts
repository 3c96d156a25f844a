import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Account } from '../../shared/broadcasts/account.ts';
import type { People, Person } from '../../shared/store/people.ts';
import { maySeeReports } from './report-rights.ts';
import type { Signer } from './signed.ts';

/** Who looks, and in which session: forms are bound to it. */
export type Viewer = {
  readonly person: Person;
  readonly session: string;
  /** The accounts whose reports they may see. */
  readonly mayReport: readonly Account[];
};

export type SessionDeps = {
  readonly signer: Signer;
  readonly people: Pick<People, 'find'>;
  readonly accounts: readonly Account[];
  /** The address of the pages, ending in /workbench. */
  readonly home: URL;
  readonly now: () => Date;
};

const name = 'zhida_session';
const hours = 12;
export const sessionMs = hours * 3_600_000;

export const isSecure = (home: URL): boolean => home.protocol === 'https:';

/**
 * First-party, or iOS would not keep it. `__Host-` binds it to this very host; a development machine without https can't
 * have that.
 */
const prefixOf = (home: URL): { prefix?: 'host' } => (isSecure(home) ? { prefix: 'host' } : {});

export const startSession = (c: Context, { signer, home, now }: SessionDeps, person: string): void => {
  const until = new Date(now().getTime() + sessionMs);
  const session = randomBytes(16).toString('base64url');
  setCookie(c, name, signer.sign('session', { person, session }, until), {
    ...prefixOf(home),
    path: '/',
    httpOnly: true,
    secure: isSecure(home),
    sameSite: 'Lax',
    maxAge: hours * 3600,
  });
};

export const endSession = (c: Context, { home }: SessionDeps): void => {
  deleteCookie(c, name, { ...prefixOf(home), path: '/', secure: isSecure(home) });
};

type Session = { readonly person: string; readonly session: string };

const readSession = (c: Context, { signer, home, now }: SessionDeps): Session | undefined => {
  const text = getCookie(c, name, prefixOf(home).prefix) ?? '';
  const { person, session } = signer.open('session', text, now()) ?? {};
  return person === undefined || session === undefined ? undefined : { person, session };
};

/** `undefined`: sign in first. Whoever has left the company, or the app's sight, has no session any more. */
export const findViewer = async (c: Context, deps: SessionDeps): Promise<Viewer | undefined> => {
  const known = readSession(c, deps);
  const person = known && (await deps.people.find(known.person));
  if (!known || person?.directory !== 'here') return undefined;
  const mayReport = deps.accounts.filter((account) => maySeeReports(person, account, deps.now()));
  return { person, session: known.session, mayReport };
};
