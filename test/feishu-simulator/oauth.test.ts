import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorizeUrl, challengeOf, decide, login, open, REDIRECT, signIn, VERIFIER } from './oauth.ts';
import { days, hours, LEGAL, minutes, startWorld, type World, ZHIDA } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

type Query = Readonly<Record<string, string | undefined>>;
const page = (query: Query = {}): string => authorizeUrl(world.feishu.url, { client_id: ZHIDA, ...query });
const me = (): string => world.person('林知夏').unionId;
const codeFor = async (query: Query = {}, unionId = me()): Promise<string> =>
  (await login(world.feishu.url, unionId, page(query))).searchParams.get('code') ?? '';

type Body = Readonly<Record<string, unknown>>;
const post = async (body: string, headers: Readonly<Record<string, string>> = {}) => {
  const response = await fetch(`${world.feishu.url}/open-apis/authen/v2/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Body };
};
const client = { client_id: ZHIDA, client_secret: 'dev-secret-zhida' };
const exchange = async (code: string, more: Body = {}) =>
  post(
    JSON.stringify({
      grant_type: 'authorization_code',
      ...client,
      code,
      redirect_uri: REDIRECT,
      ...more,
    }),
  );
const refresh = (token: unknown, more: Body = {}) =>
  post(JSON.stringify({ grant_type: 'refresh_token', ...client, refresh_token: token, ...more }));
const userInfo = async (token?: unknown) => {
  const response = await fetch(`${world.feishu.url}/open-apis/authen/v1/user_info`, {
    headers: typeof token === 'string' ? { authorization: `Bearer ${token}` } : {},
  });
  return { status: response.status, body: (await response.json()) as Body };
};
const refused = (code: number) => ({ status: 400, body: { code } });

// open.feishu.cn/document/common-capabilities/sso/api/obtain-oauth-code
describe('the authorization page', () => {
  it('asks who one is, then what one allows, and returns code and state', async () => {
    const nobody = await open(page(), '');
    expect(nobody.html).toContain('登录飞书，继续使用「直达」');
    const cookie = await signIn(world.feishu.url, me());
    const { status, html } = await open(page({ state: 'RANDOM' }), cookie);
    expect(status).toBe(200);
    for (const text of ['「直达」申请获得以下权限', '林知夏', '薄荷营养', '授权', '拒绝', '切换账号'])
      expect(html).toContain(text);
    const { location } = await decide(world.feishu.url, { html, cookie, decision: 'allow' });
    const url = new URL(location ?? '');
    expect(`${url.origin}${url.pathname}`).toBe(REDIRECT);
    expect(url.searchParams.get('state')).toBe('RANDOM');
    expect(url.searchParams.get('code')).toMatch(/^[\w-]{64}$/);
  });

  it('signs in whoever is chosen on it, and lets them change the account', async () => {
    const form = new URLSearchParams({ person: me(), back: page().slice(world.feishu.url.length) });
    const response = await fetch(`${world.feishu.url}/sim/oauth/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      body: form,
    });
    expect(response.headers.get('location')).toBe(form.get('back'));
    const cookie = response.headers.getSetCookie()[0] ?? '';
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    expect((await open(page({ sim_switch: '1' }), cookie)).html).toContain('登录飞书');
  });

  it('returns access_denied and the state when it is refused', async () => {
    const cookie = await signIn(world.feishu.url, me());
    const { html } = await open(page({ state: 's' }), cookie);
    const { location } = await decide(world.feishu.url, { html, cookie, decision: 'deny' });
    expect(location).toBe(`${REDIRECT}?error=access_denied&state=s`);
  });

  it('leaves out a state that was not given, and puts the code before a fragment', async () => {
    const url = await login(world.feishu.url, me(), page({ redirect_uri: `${REDIRECT}#/login` }));
    expect(url.searchParams.has('state')).toBe(false);
    expect([url.searchParams.has('code'), url.hash]).toEqual([true, '#/login']);
  });

  // open.larkoffice.com/document/faq/trouble-shooting/how-to-resolve-the-authorization-page-20029-error
  it.each([
    'http://127.0.0.1:9/workbench/login/',
    'http://127.0.0.1:9/other',
    'https://evil.example/workbench/login',
    'javascript:alert(1)',
    '',
    undefined,
  ])('shows 20029 for %s, which is not in the list of the app, and redirects nowhere', async (address) => {
    const seen = await open(page({ redirect_uri: address }), await signIn(world.feishu.url, me()));
    expect(seen).toMatchObject({ status: 400, location: null });
    expect(seen.html).toContain('20029');
  });

  it('shows 20027 for a scope that the app has not applied for', async () => {
    const seen = await open(page({ scope: 'offline_access task:task:read' }), '');
    expect(seen.html).toContain('20027');
    expect(seen.html).toContain('task:task:read');
  });

  it('takes at most 50 scopes, a known client and response_type=code', async () => {
    const many = Array.from({ length: 51 }, () => 'offline_access').join(' ');
    for (const query of [{ scope: many }, { response_type: 'token' }])
      expect((await open(page(query), '')).html).toContain('20001');
    expect((await open(page({ client_id: 'cli_nobody' }), '')).html).toContain('20048');
  });

  it('escapes what the address says', async () => {
    const seen = await open(page({ client_id: ZHIDA, scope: '<script>alert(1)</script>' }), '');
    expect(seen.html).not.toContain('<script>');
  });

  it('does not ask a browser again for what was allowed, but for what is new or when told to', async () => {
    await codeFor();
    const cookie = await signIn(world.feishu.url, me());
    expect((await open(page(), cookie)).status).toBe(302);
    expect((await open(page({ scope: 'contact:user.email:readonly' }), cookie)).html).toContain('邮箱');
    expect((await open(page({ prompt: 'consent' }), cookie)).status).toBe(200);
  });

  // 在飞书客户端内打开网页应用时可免确认直接跳转
  it('does not ask inside the client, except for new scopes', async () => {
    const cookie = await signIn(world.feishu.url, me());
    const inClient = { 'sec-fetch-dest': 'iframe' };
    expect((await open(page(), cookie, inClient)).status).toBe(302);
    expect((await open(page({ scope: 'offline_access' }), cookie, inClient)).status).toBe(200);
  });

  it('takes the answer only from the person who was asked, and once', async () => {
    const cookie = await signIn(world.feishu.url, me());
    const other = await signIn(world.feishu.url, world.person('周以安').unionId);
    const { html } = await open(page(), cookie);
    expect((await decide(world.feishu.url, { html, cookie: other, decision: 'allow' })).location).toBe(null);
    const answers = [];
    for (let turn = 0; turn < 2; turn += 1)
      answers.push((await decide(world.feishu.url, { html, cookie, decision: 'allow' })).status);
    expect(answers).toEqual([303, 400]);
  });

  it('signs nobody in who has left or never was', async () => {
    for (const unionId of [world.person('龚思齐').unionId, 'on_nobody'])
      expect(await signIn(world.feishu.url, unionId)).toBe('');
  });
});

// open.feishu.cn/document/authentication-management/access-token/get-user-access-token
describe('a code', () => {
  it('becomes a token, flat, once', async () => {
    const code = await codeFor();
    const first = await exchange(code);
    expect(first).toMatchObject({
      status: 200,
      body: { code: 0, expires_in: 7200, token_type: 'Bearer', scope: 'auth:user.id:read user_profile' },
    });
    expect(first.body).not.toHaveProperty('refresh_token');
    expect(first.body).not.toHaveProperty('data');
    const length = String(first.body['access_token']).length;
    expect(length).toBeGreaterThan(1024);
    expect(length).toBeLessThan(2048);
    expect(await exchange(code)).toEqual({
      status: 400,
      body: {
        code: 20065,
        error: 'invalid_grant',
        error_description:
          'The authorization code has been used. Please note that an authorization code can only be used once.',
      },
    });
  });

  it('is dead after 5 minutes: 20004', async () => {
    const [early, late] = [await codeFor(), await codeFor()];
    await world.clock.advance(minutes(5) - 1);
    expect((await exchange(early)).status).toBe(200);
    await world.clock.advance(1);
    expect(await exchange(late)).toMatchObject(refused(20004));
  });

  it('is worth nothing to another app: 20024', async () => {
    const other = { client_id: LEGAL, client_secret: 'dev-secret-legal' };
    expect(await exchange(await codeFor(), other)).toMatchObject(refused(20024));
  });

  it('is bound to the redirect_uri that it was asked for with: 20071', async () => {
    const code = await codeFor();
    expect(await exchange(code, { redirect_uri: `${REDIRECT}?next=1` })).toMatchObject(refused(20071));
    expect(await exchange(code, { redirect_uri: undefined })).toMatchObject(refused(20001));
    expect((await exchange(code)).status).toBe(200);
  });

  it.each([
    ['S256', challengeOf(VERIFIER)],
    ['plain', VERIFIER],
    [undefined, VERIFIER],
  ])('needs its verifier, challenge method %s: 20049', async (method, challenge) => {
    const code = await codeFor({ code_challenge: challenge, code_challenge_method: method });
    for (const code_verifier of [undefined, VERIFIER.slice(1), `${VERIFIER}!`, 'A'.repeat(43)])
      expect(await exchange(code, { code_verifier })).toMatchObject(refused(20049));
    expect((await exchange(code, { code_verifier: VERIFIER })).status).toBe(200);
  });

  it('is worth nothing for somebody outside the range of the app, or who has left since', async () => {
    const outside = await codeFor({}, world.person('鲁建军').unionId);
    expect(await exchange(outside)).toMatchObject(refused(20010));
    const left = await codeFor();
    await fetch(`${world.feishu.url}/sim/people/${me()}/resign`, { method: 'POST' });
    expect(await exchange(left)).toMatchObject(refused(20066));
  });

  it.each<[string, Body, number]>([
    ['an unknown code', { code: 'nothing' }, 20003],
    ['no code', { code: undefined }, 20001],
    ['a wrong secret', { client_secret: 'wrong' }, 20002],
    ['no secret', { client_secret: undefined }, 20001],
    ['an unknown app', { client_id: 'cli_nobody' }, 20048],
    ['another grant type', { grant_type: 'password' }, 20036],
    ['a scope twice', { scope: 'user_profile user_profile' }, 20067],
    ['a scope that was not granted', { scope: 'contact:user.email:readonly' }, 20068],
  ])('with %s is refused', async (_what, more, code) => {
    expect(await exchange(await codeFor(), more)).toMatchObject(refused(code));
  });

  it('takes a form, as standard libraries send it; not two secrets, and no nonsense', async () => {
    const form = {
      grant_type: 'authorization_code',
      ...client,
      code: await codeFor(),
      redirect_uri: REDIRECT,
    };
    const body = new URLSearchParams(form).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await post(body, { ...type, authorization: 'Basic eDp5' })).toMatchObject(refused(20070));
    expect((await post(body, type)).status).toBe(200);
    for (const nonsense of ['', '{', '[]', '{"code":1}'])
      expect(await post(nonsense)).toMatchObject(refused(20063));
  });

  it('can be narrowed to fewer scopes', async () => {
    const code = await codeFor({ scope: 'contact:user.email:readonly' });
    expect((await exchange(code, { scope: 'user_profile' })).body['scope']).toBe('user_profile');
  });

  it('is used up by an answer that got lost, and not by a refusal', async () => {
    const api = 'POST /open-apis/authen/v2/oauth/token';
    const [lost, kept] = [await codeFor(), await codeFor()];
    world.feishu.tenant.faults.set([{ api, kind: 'lost_reply', count: 1 }]);
    await expect(exchange(lost)).rejects.toThrow();
    expect(await exchange(lost)).toMatchObject(refused(20065));
    world.feishu.tenant.faults.set([{ api, kind: '503', count: 1 }]);
    expect((await exchange(kept)).status).toBe(503);
    expect((await exchange(kept)).status).toBe(200);
    const calls = world.feishu.tenant.calls.since(0).filter((call) => call.api === api);
    expect(calls.map(({ appId, status, code }) => [appId, status, code])).toEqual([
      [ZHIDA, 0, -1],
      [ZHIDA, 400, 20065],
      [ZHIDA, 503, 1500],
      [ZHIDA, 200, 0],
    ]);
  });

  it('counts per app: 50 tokens a second', async () => {
    const answers = await Promise.all(Array.from({ length: 51 }, () => exchange('nothing')));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});

// open.feishu.cn/document/authentication-management/access-token/refresh-user-access-token
describe('a refresh token', () => {
  const tokens = async () => (await exchange(await codeFor({ scope: 'offline_access' }))).body;

  it('comes with offline_access only, and works once; the former token has one more minute', async () => {
    const first = await tokens();
    expect(first).toMatchObject({ refresh_token_expires_in: 604_800 });
    const second = await refresh(first['refresh_token']);
    expect(second).toMatchObject({ status: 200, body: { code: 0, expires_in: 7200 } });
    expect(second.body['refresh_token']).not.toBe(first['refresh_token']);
    expect(await refresh(first['refresh_token'])).toMatchObject(refused(20073));
    await world.clock.advance(minutes(1) - 1);
    expect((await userInfo(first['access_token'])).status).toBe(200);
    await world.clock.advance(1);
    expect((await userInfo(first['access_token'])).body).toMatchObject({ code: 99991677 });
    expect((await userInfo(second.body['access_token'])).status).toBe(200);
  });

  it('ends after 7 days, and 365 days after the person agreed', async () => {
    const lazy = await tokens();
    await world.clock.advance(days(7));
    expect(await refresh(lazy['refresh_token'])).toMatchObject(refused(20037));
    let body: Body = await tokens();
    for (let week = 0; week < 60; week += 1) {
      await world.clock.advance(days(6));
      body = (await refresh(body['refresh_token'])).body;
    }
    expect(body['code']).toBe(0);
    await world.clock.advance(days(6));
    expect(await refresh(body['refresh_token'])).toMatchObject(refused(20037));
  });

  it('is refused when unknown, or given by another app', async () => {
    expect(await refresh('nothing')).toMatchObject(refused(20026));
    const { refresh_token: token } = await tokens();
    const other = { client_id: LEGAL, client_secret: 'dev-secret-legal' };
    expect(await refresh(token, other)).toMatchObject(refused(20024));
  });
});

// open.feishu.cn/document/server-docs/authentication-management/login-state-management/get
describe('user_info', () => {
  it('says who it is; other fields need their scopes', async () => {
    const { body } = await exchange(await codeFor());
    const { data } = (await userInfo(body['access_token'])).body;
    expect(data).toMatchObject({
      name: '林知夏',
      union_id: me(),
      tenant_key: world.feishu.tenant.company.tenantKey,
    });
    for (const field of ['user_id', 'email', 'mobile', 'employee_no']) expect(data).not.toHaveProperty(field);
    const scope = 'contact:user.employee_id:readonly contact:user.employee:readonly';
    const more = await exchange(await codeFor({ scope }));
    expect((await userInfo(more.body['access_token'])).body).toMatchObject({
      code: 0,
      data: { user_id: world.person('林知夏').userId, employee_no: 'BH0001' },
    });
  });

  it('refuses a token that is missing, an app’s, malformed, unknown or 2 hours old', async () => {
    expect(await userInfo()).toMatchObject(refused(99991661));
    expect(await userInfo(await world.token())).toMatchObject(refused(99991663));
    expect(await userInfo('abc')).toMatchObject(refused(99991671));
    expect(await userInfo('u-unknown')).toMatchObject(refused(99991668));
    const { body } = await exchange(await codeFor());
    await world.clock.advance(hours(2));
    expect(await userInfo(body['access_token'])).toMatchObject(refused(99991677));
  });

  it('answers 20021 with HTTP 200 for somebody who has left', async () => {
    const { body } = await exchange(await codeFor());
    await fetch(`${world.feishu.url}/sim/people/${me()}/resign`, { method: 'POST' });
    expect(await userInfo(body['access_token'])).toMatchObject({ status: 200, body: { code: 20021 } });
  });
});
