import * as z from 'zod';
import { call, type Sim } from './demo-people.ts';
import type { Stack } from './stack.ts';

/** The Workbench's app is 直达, whatever bot a card came from. */
const workbenchApp = 'cli_a1zhida00000001';
const codeSchema = z.object({ code: z.string() });

/** A browser inside the client: it keeps cookies and follows nothing by itself. */
export type Visitor = {
  readonly get: (path: string) => Promise<string>;
  /** The status that the form was answered with. */
  readonly post: (path: string, fields: Readonly<Record<string, string>>) => Promise<number>;
};

const visitor = (home: string): Visitor => {
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(cookie !== '' && { cookie }), origin: home };
    const response = await fetch(new URL(path, home), { ...init, redirect: 'manual', headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  return {
    get: async (path) => (await ask(path, {})).text(),
    post: async (path, fields) =>
      (await ask(path, { method: 'POST', body: new URLSearchParams(fields) })).status,
  };
};

/** The value of a hidden field. */
export const fieldIn = (page: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`, 'u').exec(page)?.[1] ?? '';

/** The Workbench as the client opens it for this person: 免登, with a code that only this page can use. */
export const enterWorkbench = async ({ httpUrl }: Stack, { url }: Sim, unionId: string): Promise<Visitor> => {
  const who = visitor(httpUrl);
  const login = await who.get('/workbench/login');
  const asked = { api: 'requestAccess', page: `${httpUrl}/workbench/login` };
  const { code } = await call(`${url}/sim/people/${unionId}/apps/${workbenchApp}/code`, codeSchema, asked);
  await who.post('/workbench/login', { code, state: fieldIn(login, 'state') });
  return who;
};
