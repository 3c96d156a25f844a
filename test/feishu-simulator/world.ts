import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ManualClock, manualClock } from '../../simulator/clock.ts';
import type { Person } from '../../simulator/company.ts';
import { type AppRegistration, localApps } from '../../simulator/feishu/apps.ts';
import { openIdOf } from '../../simulator/feishu/directory.ts';
import { type FeishuOptions, type FeishuSimulator, startFeishu } from '../../simulator/feishu/server.ts';

export const ZHIDA = 'cli_a1zhida00000001';
export const LEGAL = 'cli_a1legal00000002';
/** A Monday, 09:00 in Shanghai. */
const START = Date.UTC(2026, 10, 23, 1);

export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
export const days = (n: number): number => n * 86_400_000;

export type Answer = {
  readonly status: number;
  readonly code: number;
  readonly msg: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
};

export type World = {
  readonly feishu: FeishuSimulator;
  readonly clock: ManualClock;
  /** `api('GET /im/v1/chats')`, with a fresh token of the app. */
  readonly api: (call: string, body?: unknown, appId?: string) => Promise<Answer>;
  readonly token: (appId?: string) => Promise<string>;
  readonly person: (name: string) => Person;
  readonly send: (to: string, content: unknown, more?: Record<string, unknown>) => Promise<Answer>;
  readonly close: () => Promise<void>;
};

export const card = (...elements: object[]): Record<string, unknown> => ({
  schema: '2.0',
  config: { update_multi: true, summary: { content: '昨日支付186.4万' } },
  header: { title: { tag: 'plain_text', content: '晨报' } },
  body: { elements },
});
export const markdown = (content = '**晨报**', id?: string): object => ({
  tag: 'markdown',
  content,
  ...(id === undefined ? {} : { element_id: id }),
});

type Body = { readonly code: number; readonly msg: string; readonly data?: Record<string, unknown> };

const readAnswer = async (response: Response): Promise<Answer> => {
  const body = (await response.json()) as Body;
  const { code, msg, data = {} } = body;
  return { status: response.status, code, msg, data, body, headers: response.headers };
};

/** The message that an answer is about. */
export const messageIdOf = ({ data }: Answer): string => String(data['message_id']);
export const itemsOf = ({ data }: Answer): readonly Readonly<Record<string, unknown>>[] =>
  data['items'] as Record<string, unknown>[];

/** A tenant with a clock that tests move; pushes go nowhere unless `eventUrl` is given. */
export const startWorld = async (
  options: FeishuOptions & {
    readonly eventUrl?: string;
    readonly alter?: (app: AppRegistration) => AppRegistration;
  } = {},
): Promise<World> => {
  const clock = manualClock(START);
  const { eventUrl, alter = (app: AppRegistration) => app, ...rest } = options;
  const apps = localApps(eventUrl ?? 'http://127.0.0.1:9/none').map(alter);
  const feishu = await startFeishu({ clock, apps, ...rest });
  const token = async (appId = ZHIDA): Promise<string> => {
    const app = feishu.tenant.apps.get(appId);
    const response = await fetch(`${feishu.url}/open-apis/auth/v3/tenant_access_token/internal`, {
      method: 'POST',
      body: JSON.stringify({ app_id: appId, app_secret: app?.appSecret }),
    });
    const { tenant_access_token: value } = (await response.json()) as { tenant_access_token: string };
    return value;
  };
  const api: World['api'] = async (call, body, appId = ZHIDA) => {
    const [method = '', path = ''] = call.split(' ');
    return readAnswer(
      await fetch(`${feishu.url}/open-apis${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await token(appId)}`,
          'content-type': 'application/json; charset=utf-8',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  };
  const person = (name: string): Person => {
    const found = feishu.tenant.company.people.find((one) => one.name === name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };
  return {
    feishu,
    clock,
    api,
    token,
    person,
    send: (to, content, more = {}) =>
      api('POST /im/v1/messages?receive_id_type=union_id', {
        receive_id: person(to).unionId,
        msg_type: 'interactive',
        content: typeof content === 'string' ? content : JSON.stringify(content),
        ...more,
      }),
    close: () => feishu.close(),
  };
};

export const openId = (world: World, name: string, appId = ZHIDA): string =>
  openIdOf(appId, world.person(name).unionId);

export type Received = { readonly headers: IncomingMessage['headers']; readonly body: string };
export type Inbox = {
  readonly url: string;
  readonly received: Received[];
  /** What the next requests are answered, in order; 200 `{}` when empty. */
  readonly answers: { status: number; body?: string; delayMs?: number }[];
  readonly close: () => Promise<void>;
};

/** An app's server: keeps what it gets and answers what it is told to. */
export const startInbox = async (): Promise<Inbox> => {
  const received: Received[] = [];
  const answers: Inbox['answers'] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      const { status, body = '{}', delayMs = 0 } = answers.shift() ?? { status: 200 };
      setTimeout(() => response.writeHead(status, { 'content-type': 'application/json' }).end(body), delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
