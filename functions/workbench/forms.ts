import type { Context } from 'hono';
import { html } from 'hono/html';
import { InvalidInputError } from '../../shared/errors.ts';
import type { Html } from './layout.ts';
import { type SessionDeps, sessionMs, type Viewer } from './session.ts';

const field = 'form';

/** Proves that a form was made for this session. */
export const formToken = (viewer: Viewer, { signer, now }: SessionDeps): Html => {
  const until = new Date(now().getTime() + sessionMs);
  return html`<input type="hidden" name="${field}" value="${signer.sign('form', { session: viewer.session }, until)}">`;
};

/** A browser that says where a form came from must say: from here. */
export const comesFromElsewhere = (c: Context, home: URL): boolean => {
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  return (origin !== undefined && origin !== home.origin) || (site !== undefined && site !== 'same-origin');
};

export type Fields = Readonly<Record<string, string>>;

export const readFields = async (c: Context): Promise<Fields> =>
  Object.fromEntries(new URLSearchParams(await c.req.text()));

/** Throws `form_refused` for a form that another site sends in somebody's name (CSRF). */
export const readForm = async (c: Context, viewer: Viewer, deps: SessionDeps): Promise<Fields> => {
  const fields = await readFields(c);
  const { session } = deps.signer.open('form', fields[field] ?? '', deps.now()) ?? {};
  if (session !== viewer.session || comesFromElsewhere(c, deps.home))
    throw new InvalidInputError('form_refused', '页面已过期，请返回刷新后再试');
  return fields;
};
