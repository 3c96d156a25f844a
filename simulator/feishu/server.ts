import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpBindings, type ServerType, serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { issueToken } from './auth-api.ts';
import { controlApp } from './control.ts';
import type { Endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import { readUpload } from './image-endpoint.ts';
import { callEndpoint, type Outcome } from './open-api.ts';
import { createTenant, type Tenant, type TenantOptions } from './tenant.ts';

export type FeishuOptions = TenantOptions & {
  /** 0 (default) takes any free port. */
  readonly port?: number;
  /** Directory of the built web client, served at `/`. */
  readonly webRoot?: string;
};

export type FeishuSimulator = {
  readonly url: string;
  readonly tenant: Tenant;
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
    : new Response(JSON.stringify(outcome.body), {
        status: outcome.status,
        headers: { 'content-type': 'application/json; charset=utf-8', ...outcome.headers },
      });

const isForm = (c: Context<Env>): boolean =>
  (c.req.header('content-type') ?? '').startsWith('multipart/form-data');

const handle =
  (tenant: Tenant, endpoint: Endpoint) =>
  async (c: Context<Env>): Promise<Response> => {
    const url = new URL(c.req.url);
    const upload = isForm(c) ? await readUpload(await c.req.formData()) : undefined;
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

const tokenPaths = ['tenant_access_token', 'app_access_token'].map(
  (kind) => `/open-apis/auth/v3/${kind}/internal`,
);

/** The simulator without a socket: `fetch` answers as the server would. */
export const feishuApp = (tenant: Tenant, webRoot?: string): Hono<Env> => {
  const app = new Hono<Env>();
  for (const path of tokenPaths) {
    app.post(path, async (c) => {
      const fault = tenant.faults.take(`POST ${path}`, '');
      if (fault)
        return send(c, {
          kind: 'reply',
          status: 503,
          headers: {},
          body: { code: 1500, msg: 'internal error' },
        });
      const { body } = issueToken(tenant, await c.req.text());
      return c.json(body);
    });
  }
  for (const endpoint of endpoints) app.on(endpoint.method, endpoint.path, handle(tenant, endpoint));
  app.all('/open-apis/*', (c) => c.json({ code: 99991201, msg: 'invalid path' }, 404));
  app.route('/sim', controlApp(tenant));
  if (webRoot !== undefined) app.use('/*', serveStatic({ root: webRoot }));
  return app;
};

/** Starts one tenant on 127.0.0.1. The official SDK works against `url` by its `domain` option. */
export const startFeishu = async ({
  port = 0,
  webRoot,
  ...options
}: FeishuOptions = {}): Promise<FeishuSimulator> => {
  const tenant = createTenant(options);
  const app = feishuApp(tenant, webRoot);
  const started = await new Promise<{ server: ServerType; info: AddressInfo }>((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (info) => {
      resolve({ server, info });
    });
    server.on('error', reject);
  });
  return {
    url: `http://127.0.0.1:${started.info.port}`,
    tenant,
    close: () =>
      new Promise((resolve) => {
        started.server.close(() => {
          resolve();
        });
        if (started.server instanceof Server) started.server.closeAllConnections();
      }),
  };
};
