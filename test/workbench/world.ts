import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import { people } from '../../shared/store/people.ts';
import type { Person } from '../../simulator/company.ts';
import { webClient } from '../../simulator/web/serve.ts';
import { decide, open, signIn } from '../feishu-simulator/oauth.ts';
import { startWorld, type World } from '../feishu-simulator/world.ts';
import type { LocalTables } from '../local.ts';
import { localParam } from '../template/definitions.ts';
import { type Handle, startGateway } from './gateway.ts';

export type Workbench = {
  readonly url: string;
  readonly feishu: World;
  readonly person: (name: string) => Person;
  /** The deployed module again, as a container of another configuration has it. */
  readonly reload: (environment?: Readonly<Record<string, string>>) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The deployed module as a container of this environment has it. */
export const loadPages = async (environment: Readonly<Record<string, string>>): Promise<Handle> => {
  Object.assign(process.env, environment);
  vi.resetModules();
  const { handler } = await import('../../functions/workbench/handler.ts');
  return (event) => handler(event, {} as Context);
};

type Place = { readonly url: string; readonly feishuUrl: string };

export const environmentOf = (tables: LocalTables, { url, feishuUrl }: Place) => ({
  WORKBENCH_URL: `${url}/workbench`,
  WORKBENCH_KEYS: localParam('workbenchKeys'),
  EVIDENCE_KEYS: localParam('evidenceKeys'),
  WORKBENCH_FRAMES: feishuUrl,
  H5_SDK_URL: `${feishuUrl}/lark/h5-js-sdk.js`,
  FEISHU_DOMAIN: feishuUrl,
  FEISHU_ACCOUNTS: feishuUrl,
  FEISHU_APPS: localParam('feishuApps'),
  BROADCASTS_TABLE: tables.name('broadcasts'),
  DELIVERIES_TABLE: tables.name('deliveries'),
  CONTENTS_TABLE: tables.name('contents'),
  PEOPLE_TABLE: tables.name('people'),
  OPS_TABLE: tables.name('ops'),
});

/** The pages behind a real address, a Feishu that knows them, and the people of the directory. */
export const startWorkbench = async (tables: LocalTables): Promise<Workbench> => {
  const gateway = await startGateway();
  const feishu = await startWorld({ web: await webClient(), eventUrl: `${gateway.url}/feishu/events` });
  const environment = environmentOf(tables, { url: gateway.url, feishuUrl: feishu.feishu.url });
  gateway.answerWith(await loadPages(environment));
  const directory = people(tables.name('people'));
  for (const { unionId, name, jobTitle } of feishu.feishu.tenant.company.people)
    await directory.record({
      person: unionId,
      name,
      jobTitle,
      departments: [],
      roles: [],
      syncedAt: '2026-11-23T00:00:00.000Z',
    });
  return {
    url: `${gateway.url}/workbench`,
    feishu,
    person: feishu.person,
    reload: async (more = {}) => {
      gateway.answerWith(await loadPages({ ...environment, ...more }));
    },
    close: async () => {
      await feishu.close();
      await gateway.close();
    },
  };
};

export type Seen = {
  readonly status: number;
  readonly location: string;
  readonly html: string;
  readonly headers: Headers;
};

/** A browser without script: it keeps cookies and follows nothing by itself. */
export type Visitor = {
  readonly cookies: Map<string, string>;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Seen>;
  readonly post: (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Seen>;
};

type Init = {
  readonly method?: string;
  readonly body?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
};

export const visitor = ({ url }: Pick<Workbench, 'url'>): Visitor => {
  const cookies = new Map<string, string>();
  const call = async (path: string, init: Init): Promise<Seen> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, url), {
      redirect: 'manual',
      ...init,
      headers: { ...(cookie !== '' && { cookie }), ...init.headers },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      html: await response.text(),
      headers: response.headers,
    };
  };
  return {
    cookies,
    get: (path, headers = {}) => call(path, { headers }),
    post: (path, fields, headers = { origin: new URL(url).origin }) =>
      call(path, { method: 'POST', body: new URLSearchParams(fields), headers }),
  };
};

const unescape = (text: string): string => text.replaceAll('&amp;', '&');

/** Where the login page sends a browser. */
export const authorizeLink = (html: string): string =>
  unescape(/id="go" href="([^"]+)"/u.exec(html)?.[1] ?? '');

/** The value of a hidden field. */
export const fieldIn = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`, 'u').exec(html)?.[1] ?? '';

/** Says yes on Feishu's pages; answers where the browser is sent back to. */
export const consent = async (workbench: Workbench, name: string, link: string): Promise<string> => {
  const { url } = workbench.feishu.feishu;
  const cookie = await signIn(url, workbench.person(name).unionId);
  const seen = await open(link, cookie);
  return seen.location ?? (await decide(url, { html: seen.html, cookie, decision: 'allow' })).location ?? '';
};

/** Signs somebody in as a browser does, and stands where that ends. */
export const enter = async (workbench: Workbench, name: string, next = '/workbench') => {
  const who = visitor(workbench);
  const page = await who.get(`/workbench/login?${new URLSearchParams({ next }).toString()}`);
  const back = await consent(workbench, name, authorizeLink(page.html));
  const landed = await who.get(back);
  return { ...who, landed };
};
