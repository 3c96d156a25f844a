import type { Person } from '../company.ts';
import type { AppRegistration } from './apps.ts';
import { openIdOf } from './directory.ts';
import { type Outcome, type Reply, suffer } from './fault-effects.ts';
import type { UserToken } from './oauth-book.ts';
import { Refusal } from './refusal.ts';
import type { Tenant } from './tenant.ts';

export const userInfoPath = '/open-apis/authen/v1/user_info';
const API = `GET ${userInfoPath}`;

const INVALID = 'Invalid access token for authorization. Please make a request with valid access token.';

/** open.feishu.cn/document/server-docs/api-call-guide/generic-error-code: which code a wrong token is. */
const tokenOf = (tenant: Tenant, authorization: string | undefined): UserToken => {
  const value = /^Bearer\s+(\S+)$/.exec(authorization ?? '')?.[1];
  if (value === undefined) throw new Refusal(99991661, 'Missing access token for authorization.');
  if (value.startsWith('t-')) throw new Refusal(99991663, INVALID);
  if (!/^(?:u-|eyJ)/.test(value)) throw new Refusal(99991671, 'Invalid access token format.');
  const token = tenant.oauth.userTokens.get(value);
  if (!token) throw new Refusal(99991668, INVALID);
  if (token.expiresAt <= tenant.clock.now()) throw new Refusal(99991677, 'Authentication token expired.');
  return token;
};

const EMPLOYEE_NO_SCOPES = [
  'contact:user.employee:readonly',
  'contact:contact:access_as_app',
  'contact:contact:readonly',
  'contact:contact:readonly_as_app',
];

const FIELDS: readonly {
  readonly scopes: readonly string[];
  readonly read: (person: Person) => object;
}[] = [
  { scopes: ['contact:user.email:readonly'], read: ({ email }) => ({ email }) },
  { scopes: ['contact:user.employee:readonly'], read: ({ email }) => ({ enterprise_email: email }) },
  { scopes: ['contact:user.employee_id:readonly'], read: ({ userId }) => ({ user_id: userId }) },
  { scopes: ['contact:user.phone:readonly'], read: ({ mobile }) => ({ mobile }) },
  { scopes: EMPLOYEE_NO_SCOPES, read: ({ employeeNo }) => ({ employee_no: employeeNo }) },
];

/** open.feishu.cn/document/server-docs/authentication-management/login-state-management/get: a field without its scope is missing. */
const userInfo = (tenant: Tenant, { appId, scopes }: UserToken, person: Person): object => ({
  name: person.name,
  en_name: person.name,
  avatar_url: '',
  avatar_thumb: '',
  avatar_middle: '',
  avatar_big: '',
  open_id: openIdOf(appId, person.unionId),
  union_id: person.unionId,
  ...Object.fromEntries(
    FIELDS.filter((field) => field.scopes.some((scope) => scopes.includes(scope))).flatMap(({ read }) =>
      Object.entries(read(person)),
    ),
  ),
  tenant_key: tenant.company.tenantKey,
});

const answer = (tenant: Tenant, token: UserToken): Reply => {
  const reply = { kind: 'reply', status: 200, headers: {} } as const;
  const person = tenant.directory.byUnion(token.unionId);
  if (!person) return { ...reply, body: { code: 20008, msg: 'User not exist' } };
  if (person.resigned) return { ...reply, body: { code: 20021, msg: 'User resigned' } };
  return { ...reply, body: { code: 0, msg: 'success', data: userInfo(tenant, token, person) } };
};

const refused = (tenant: Tenant, error: unknown): Reply => {
  if (!(error instanceof Refusal)) throw error;
  const { code, message, headers, status } = error;
  const isToken = code !== 99991400;
  return {
    kind: 'reply',
    status: isToken ? tenant.switches().tokenErrorStatus : status,
    headers,
    body: { code, msg: message },
  };
};

const appOf = (tenant: Tenant, { appId }: UserToken): AppRegistration => {
  const app = tenant.apps.get(appId);
  if (!app) throw new Refusal(99991673, 'the app is not installed or was disabled');
  return app;
};

/** Who a user token belongs to. Its own rate is 特殊频控, which nobody publishes: the usual one applies here. */
export const readUserInfo = async (tenant: Tenant, authorization: string | undefined): Promise<Outcome> => {
  const startedAt = performance.now();
  const at = tenant.clock.now();
  const appId = tenant.oauth.userTokens.get(authorization?.slice('Bearer '.length) ?? '')?.appId ?? '';
  const fault = tenant.faults.take(API, appId);
  const run = (): Reply => {
    try {
      const token = tokenOf(tenant, authorization);
      tenant.rates.spendApi(appOf(tenant, token).appId, API);
      return answer(tenant, token);
    } catch (error) {
      return refused(tenant, error);
    }
  };
  const outcome = fault ? await suffer(tenant, fault, run) : run();
  tenant.calls.record({ at, startedAt, method: 'GET', path: userInfoPath, api: API, appId }, outcome, fault);
  return outcome;
};
