import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { AppRegistration } from './apps.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fault } from './faults.ts';
import type { Upload } from './image-endpoint.ts';
import { fieldRefusal, Refusal } from './refusal.ts';
import type { Tenant } from './tenant.ts';

/** A request to one endpoint, before anything of it was checked. */
export type OpenRequest = {
  readonly method: string;
  readonly pathname: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly text: string;
  readonly upload: Upload | undefined;
};

/** `drop`: the connection ends without an answer. */
export type Outcome =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: object;
    }
  | { readonly kind: 'drop' };

type Reply = Extract<Outcome, { kind: 'reply' }>;

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
  if (scopes.some((scope) => app.scopes.includes(scope))) return;
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

const execute = (tenant: Tenant, app: AppRegistration, { endpoint, request }: Matched): Reply => {
  try {
    requireScope(app, endpoint);
    tenant.rates.spendApi(app.appId, `${endpoint.method} ${endpoint.path}`);
    if (endpoint.isMetered) tenant.quota.check(tenant.switches().monthlyQuota);
    const { path, query, upload } = request;
    const body = upload ? undefined : parseBody(request);
    const data = endpoint.handle({ tenant, app, path, query, upload, body });
    if (endpoint.isMetered) tenant.quota.count();
    return { kind: 'reply', status: 200, headers: {}, body: { code: 0, msg: 'success', data } };
  } catch (error) {
    if (error instanceof Refusal) return refused(tenant, error);
    throw error;
  }
};

type Matched = { readonly endpoint: Endpoint; readonly request: OpenRequest };

const DROP: Outcome = { kind: 'drop' };
const LONG_MS = 60_000;

const faultReply = (kind: '429' | '500' | '502' | '503'): Reply => {
  if (kind === '429') {
    return {
      kind: 'reply',
      status: 429,
      headers: { 'x-ogw-ratelimit-limit': '1000', 'x-ogw-ratelimit-reset': '1' },
      body: { code: 99991400, msg: 'request trigger frequency limit' },
    };
  }
  return { kind: 'reply', status: Number(kind), headers: {}, body: { code: 1500, msg: 'internal error' } };
};

const wait = (tenant: Tenant, ms: number): Promise<void> =>
  new Promise((resolve) => {
    tenant.clock.after(ms, resolve);
  });

const answerLate = async (
  tenant: Tenant,
  { kind, delayMs = 1000 }: Fault,
  run: () => Reply,
): Promise<Reply> => {
  const early = kind === 'slow' ? run() : undefined;
  await wait(tenant, delayMs);
  return early ?? run();
};

const suffer = async (tenant: Tenant, fault: Fault, run: () => Reply): Promise<Outcome> => {
  switch (fault.kind) {
    case 'timeout':
      await wait(tenant, fault.delayMs ?? LONG_MS);
      return DROP;
    case 'lost_reply':
      run();
      return DROP;
    case 'slow':
    case 'late':
      return answerLate(tenant, fault, run);
    default:
      return faultReply(fault.kind);
  }
};

const codeSchema = z.looseObject({ code: z.number() });

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

const resultOf = (outcome: Outcome): { readonly status: number; readonly code: number } =>
  outcome.kind === 'drop'
    ? { status: 0, code: -1 }
    : { status: outcome.status, code: codeSchema.parse(outcome.body).code };

/** Authorises, meets its fault or runs, and is logged. */
export const callEndpoint = async (tenant: Tenant, matched: Matched): Promise<Outcome> => {
  const startedAt = performance.now();
  const at = tenant.clock.now();
  const { appId, fault, outcome } = await meet(tenant, matched);
  tenant.calls.add({
    at,
    method: matched.request.method,
    path: matched.request.pathname,
    api: apiOf(matched),
    appId,
    ...resultOf(outcome),
    ms: Math.round(performance.now() - startedAt),
    ...(fault ? { fault: fault.kind } : {}),
  });
  return withLogId(outcome);
};

/** Support asks for this id: it is in the `X-Tt-Logid` header, and in `error.log_id` of a failure. */
const withLogId = (outcome: Outcome): Outcome =>
  outcome.kind === 'drop' ? outcome : { ...outcome, headers: { ...outcome.headers, 'x-tt-logid': logId() } };
