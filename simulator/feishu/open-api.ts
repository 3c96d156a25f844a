import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { AppRegistration } from './apps.ts';
import type { Endpoint } from './endpoint.ts';
import { type Outcome, type Reply, suffer } from './fault-effects.ts';
import type { Fault } from './faults.ts';
import type { Upload } from './multipart.ts';
import { fieldRefusal, Refusal } from './refusal.ts';
import type { Tenant } from './tenant.ts';

/** A request to one endpoint, before anything of it was checked. */
type OpenRequest = {
  readonly method: string;
  readonly pathname: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly text: string;
  readonly upload: Upload | undefined;
};

const logId = (): string =>
  `${new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)}${randomBytes(9).toString('hex').toUpperCase()}`;

const TOKEN_CODES: readonly number[] = [99991661, 99991663, 99991668, 99991671, 99991672];

const refused = (tenant: Tenant, error: Refusal): Reply => {
  const { tokenErrorStatus, businessErrorStatus } = tenant.switches();
  const isBusiness = error.code < 99990000;
  const status = isBusiness && businessErrorStatus === 'ok' ? 200 : error.status;
  const body = { code: error.code, msg: error.message, ...error.extra };
  return {
    kind: 'reply',
    status: TOKEN_CODES.includes(error.code) ? tokenErrorStatus : status,
    headers: error.headers,
    body,
  };
};

const parseBody = ({ text }: OpenRequest): unknown => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw fieldRefusal('body', 'the request body is not valid JSON');
  }
};

/** 99991672 names what is missing: open.feishu.cn/document/uAjLw4CM/ugTN1YjL4UTN24CO1UjN/trouble-shooting/how-to-fix-the-99991672-error. */
const requireScope = (app: AppRegistration, { scopes }: Endpoint): void => {
  if (scopes.length === 0 || scopes.some((scope) => app.scopes.includes(scope))) return;
  const list = scopes.join(', ');
  throw new Refusal(99991672, `Access denied. One of the following scopes is required: [${list}]`, {
    extra: {
      error: {
        permission_violations: scopes.map((subject) => ({ type: 'action_scope_required', subject })),
        helps: [
          { url: `https://open.feishu.cn/app/${app.appId}/auth?q=${scopes.join(',')}`, description: list },
        ],
      },
    },
  });
};

const succeeded = (tenant: Tenant, { isFlat, holdMs }: Endpoint, data: object): Reply => {
  const body = { code: 0, msg: 'success' };
  const reply = { kind: 'reply', status: 200, headers: {} } as const;
  if (data instanceof Blob) return { ...reply, body, file: data };
  return { ...reply, body: { ...body, ...(isFlat ? data : { data }) }, holdMs: holdMs?.(tenant) ?? 0 };
};

const execute = (tenant: Tenant, app: AppRegistration, { endpoint, request }: Matched): Reply => {
  try {
    requireScope(app, endpoint);
    tenant.rates.spendApi(app.appId, `${endpoint.method} ${endpoint.path}`, endpoint.rate);
    if (endpoint.isMetered) tenant.quota.check(tenant.switches().monthlyQuota);
    const { path, query, upload } = request;
    const body = upload ? undefined : parseBody(request);
    const data = endpoint.handle({ tenant, app, path, query, upload, body });
    if (endpoint.isMetered) tenant.quota.count();
    return succeeded(tenant, endpoint, data);
  } catch (error) {
    if (error instanceof Refusal) return refused(tenant, error);
    throw error;
  }
};

type Matched = { readonly endpoint: Endpoint; readonly request: OpenRequest };

type Met = { readonly appId: string; readonly fault?: Fault; readonly outcome: Outcome };

const meet = async (tenant: Tenant, matched: Matched): Promise<Met> => {
  let appId = '';
  try {
    appId = tenant.tokens.appIdOf(matched.request.authorization);
    const app = tenant.apps.get(appId);
    if (!app) throw new Refusal(99991673, 'the app is not installed or was disabled');
    const run = (): Reply => execute(tenant, app, matched);
    const fault = tenant.faults.take(apiOf(matched), appId);
    return fault ? { appId, fault, outcome: await suffer(tenant, fault, run) } : { appId, outcome: run() };
  } catch (error) {
    if (error instanceof Refusal) return { appId, outcome: refused(tenant, error) };
    throw error;
  }
};

const apiOf = ({ endpoint }: Matched): string => `${endpoint.method} ${endpoint.path}`;

/** Authorises, meets its fault or runs, and is logged. */
export const callEndpoint = async (tenant: Tenant, matched: Matched): Promise<Outcome> => {
  const startedAt = performance.now();
  const at = tenant.clock.now();
  const { appId, fault, outcome } = await meet(tenant, matched);
  const { method, pathname: path } = matched.request;
  if (outcome.kind === 'reply' && outcome.holdMs) await setTimeout(outcome.holdMs);
  tenant.calls.record({ at, startedAt, method, path, api: apiOf(matched), appId }, outcome, fault);
  return withLogId(outcome);
};

/** Support asks for this id: it is in the `X-Tt-Logid` header, and in `error.log_id` of a failure. */
const withLogId = (outcome: Outcome): Outcome =>
  outcome.kind === 'drop' ? outcome : { ...outcome, headers: { ...outcome.headers, 'x-tt-logid': logId() } };
