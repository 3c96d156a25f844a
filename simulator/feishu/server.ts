import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpBindings, type ServerType, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { WebClient } from '../web/serve.ts';
import { issueToken, tokenPaths } from './auth-api.ts';
import { controlApp } from './control.ts';
import type { Endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import type { Outcome } from './fault-effects.ts';
import { readMultipart, type Upload } from './multipart.ts';
import { oauthPages } from './oauth-pages.ts';
import { exchangeToken, oauthTokenPath } from './oauth-token.ts';
import { readUserInfo, userInfoPath } from './oauth-user-info.ts';
import { callEndpoint } from './open-api.ts';
import { createTenant, type Tenant, type TenantOptions } from './tenant.ts';

export type FeishuOptions = TenantOptions & {
  /** 0 (default) takes any free port. */
  readonly port?: number;
  /** The web client, served at `/`: `await webClient()` of simulator/web. */
  readonly web?: WebClient;
};

export type FeishuSimulator = {
  readonly url: string;
  readonly tenant: Tenant;
  /** The same in process, without a socket. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly close: () => Promise<void>;
};

type Env = { Bindings: Partial<HttpBindings> };

/** Ends the connection as a broken network does. Without a socket (in process) the answer is a network error. */
const drop = (c: Context<Env>): Response => {
  if (!c.env.outgoing) return Response.error();
  c.env.outgoing.destroy();
  return RESPONSE_ALREADY_SENT;
};

const send = (c: Context<Env>, outcome: Outcome): Response =>
  outcome.kind === 'drop'
    ? drop(c)
    : new Response(outcome.file ?? JSON.stringify(outcome.body), {
        status: outcome.status,
        headers: {
          'content-type': outcome.file?.type ?? 'application/json; charset=utf-8',
          ...outcome.headers,
        },
      });

const uploadOf = async (c: Context<Env>): Promise<Upload | undefined> => {
  const contentType = c.req.header('content-type') ?? '';
  if (!contentType.startsWith('multipart/form-data')) return undefined;
  return readMultipart(Buffer.from(await c.req.arrayBuffer()), contentType);
};

const handle =
  (tenant: Tenant, endpoint: Endpoint) =>
  async (c: Context<Env>): Promise<Response> => {
    const url = new URL(c.req.url);
    const upload = await uploadOf(c);
    const request = {
      method: c.req.method,
      pathname: url.pathname,
      path: c.req.param(),
      query: url.searchParams,
      authorization: c.req.header('authorization'),
      text: upload || c.req.method === 'GET' ? '' : await c.req.text(),
      upload,
    };
    return send(c, await callEndpoint(tenant, { endpoint, request }));
  };

const heardOf = async (c: Context<Env>): Promise<Parameters<typeof exchangeToken>[1]> => ({
  text: await c.req.text(),
  contentType: c.req.header('content-type') ?? '',
  authorization: c.req.header('authorization'),
});

const serveFile = async (web: WebClient, path: string): Promise<Response> => {
  const file = await web(path);
  if (!file) return new Response('not found', { status: 404 });
  const body = typeof file.body === 'string' ? file.body : new Uint8Array(file.body);
  return new Response(body, {
    headers: {
      'content-type': file.type,
      'cache-control': file.isFixed ? 'max-age=86400' : 'no-cache',
      // Pages of apps, on other ports, may use the Chinese font too.
      'access-control-allow-origin': '*',
    },
  });
};

/** The simulator without a socket: `fetch` answers as the server would. */
const feishuApp = (tenant: Tenant, web?: WebClient): Hono<Env> => {
  const app = new Hono<Env>();
  for (const path of tokenPaths) {
    app.post(path, async (c) => send(c, await issueToken(tenant, path, await c.req.text())));
  }
  app.route('/', oauthPages(tenant));
  app.post(oauthTokenPath, async (c) => send(c, await exchangeToken(tenant, await heardOf(c))));
  app.get(userInfoPath, async (c) => send(c, await readUserInfo(tenant, c.req.header('authorization'))));
  for (const endpoint of endpoints) app.on(endpoint.method, endpoint.path, handle(tenant, endpoint));
  app.all('/open-apis/*', (c) => c.json({ code: 99991201, msg: 'invalid path' }, 404));
  app.route('/sim', controlApp(tenant));
  if (web) {
    app.get('/', (c, next) => {
      const url = new URL(c.req.url);
      // Pages of apps are at 127.0.0.1: from localhost their frames would be another site's and lose their cookies.
      if (url.hostname !== 'localhost') return next();
      url.hostname = '127.0.0.1';
      return Promise.resolve(c.redirect(url.href));
    });
    app.get('/*', (c) => serveFile(web, c.req.path));
  }
  return app;
};

/**
 * Starts one tenant on 127.0.0.1. The official SDK works against `url` by its `domain` option. Alone:
 * `node -e "import('./simulator/feishu/server.ts').then(({ startFeishu }) => startFeishu({ port: 4500 }))"`.
 */
export const startFeishu = async ({
  port = 0,
  web,
  ...options
}: FeishuOptions = {}): Promise<FeishuSimulator> => {
  const tenant = createTenant(options);
  const app = feishuApp(tenant, web);
  const started = await new Promise<{ server: ServerType; info: AddressInfo }>((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (info) => {
      resolve({ server, info });
    });
    server.on('error', reject);
  });
  return {
    url: `http://127.0.0.1:${started.info.port}`,
    tenant,
    fetch: async (request) => app.fetch(request, {}),
    close: () =>
      new Promise((resolve) => {
        tenant.stop();
        started.server.close(() => {
          resolve();
        });
        if (started.server instanceof Server) started.server.closeAllConnections();
      }),
  };
};
