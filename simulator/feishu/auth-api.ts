import { z } from 'zod';
import type { AppRegistration } from './apps.ts';
import { type Outcome, type Reply, suffer } from './fault-effects.ts';
import type { Tenant } from './tenant.ts';

const credentialsSchema = z.object({ app_id: z.string(), app_secret: z.string() });
type Credentials = z.infer<typeof credentialsSchema>;

/** Paths that need no token themselves. */
export const tokenPaths = ['tenant_access_token', 'app_access_token'].map(
  (kind) => `/open-apis/auth/v3/${kind}/internal`,
);

const read = (text: string): Credentials | undefined => {
  try {
    return credentialsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

// Status and codes of a wrong secret are not in the documents; these are the ones that people report.
const refuse = (code: number, msg: string): Reply => ({
  kind: 'reply',
  status: 200,
  headers: {},
  body: { code, msg },
});

const issue = (tenant: Tenant, app: AppRegistration | undefined, given: Credentials | undefined): Reply => {
  if (!given) return refuse(10003, 'invalid param');
  if (!app) return refuse(10003, 'invalid app_id');
  if (app.appSecret !== given.app_secret) return refuse(10014, 'app secret invalid');
  const { value, expire } = tenant.tokens.issue(app);
  const body = { code: 0, msg: 'ok', tenant_access_token: value, app_access_token: value, expire };
  return { kind: 'reply', status: 200, headers: {}, body };
};

/**
 * open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal: the answer
 * is flat, without `data`; the call is free of the monthly quota.
 */
export const issueToken = async (tenant: Tenant, path: string, text: string): Promise<Outcome> => {
  const startedAt = performance.now();
  const at = tenant.clock.now();
  const given = read(text);
  const app = tenant.apps.get(given?.app_id ?? '');
  const appId = app?.appId ?? '';
  const api = `POST ${path}`;
  const fault = tenant.faults.take(api, appId);
  const run = (): Reply => issue(tenant, app, given);
  const outcome = fault ? await suffer(tenant, fault, run) : run();
  tenant.calls.record({ at, startedAt, method: 'POST', path, api, appId }, outcome, fault);
  return outcome;
};
