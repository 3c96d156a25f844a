import { afterEach, describe, expect, it } from 'vitest';
import { ALL_SCOPES } from '../../simulator/feishu/apps.ts';
import { hours, minutes, startWorld, type World, ZHIDA } from './world.ts';

let world: World;
afterEach(() => world.close());

// open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
describe('tenant tokens', () => {
  it('are the same while 30 minutes or more remain', async () => {
    world = await startWorld();
    const first = await world.token();
    await world.clock.advance(minutes(90));
    expect(await world.token()).toBe(first);
  });

  it('are renewed below 30 minutes, and the old one stays valid until its end', async () => {
    world = await startWorld();
    const old = await world.token();
    await world.clock.advance(minutes(90) + 1);
    const renewed = await world.token();
    expect(renewed).not.toBe(old);
    for (const token of [old, renewed]) {
      const response = await fetch(`${world.feishu.url}/open-apis/im/v1/chats`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(response.status).toBe(200);
    }
  });

  it('come flat, without data, with the seconds that remain', async () => {
    world = await startWorld();
    const response = await fetch(`${world.feishu.url}/open-apis/auth/v3/tenant_access_token/internal`, {
      method: 'POST',
      body: JSON.stringify({ app_id: ZHIDA, app_secret: 'dev-secret-zhida' }),
    });
    const body = (await response.json()) as object;
    expect(body).toMatchObject({ code: 0, msg: 'ok', expire: 7200 });
    expect(body).not.toHaveProperty('data');
  });

  it('are refused for a wrong secret by the code of a 200', async () => {
    world = await startWorld();
    const response = await fetch(`${world.feishu.url}/open-apis/auth/v3/tenant_access_token/internal`, {
      method: 'POST',
      body: JSON.stringify({ app_id: ZHIDA, app_secret: 'wrong' }),
    });
    expect([response.status, await response.json()]).toEqual([
      200,
      { code: 10014, msg: 'app secret invalid' },
    ]);
  });
});

// open.feishu.cn/document/server-docs/api-call-guide/generic-error-code
describe('a call', () => {
  const call = (authorization?: string) =>
    fetch(
      `${world.feishu.url}/open-apis/im/v1/chats`,
      authorization === undefined ? {} : { headers: { authorization } },
    );

  it('without a token is 99991661', async () => {
    world = await startWorld();
    expect(await (await call()).json()).toMatchObject({ code: 99991661 });
  });

  it('with a token after 2 hours is 99991663', async () => {
    world = await startWorld();
    const token = await world.token();
    await world.clock.advance(hours(2));
    expect(await (await call(`Bearer ${token}`)).json()).toMatchObject({ code: 99991663 });
  });

  it.each([200, 400, 401] as const)(
    'with a bad token has HTTP %i when the switch says so',
    async (status) => {
      world = await startWorld({ switches: { tokenErrorStatus: status } });
      const response = await call('Bearer t-unknown');
      expect([response.status, await response.json()]).toMatchObject([status, { code: 99991663 }]);
    },
  );

  it('with a token that starts with neither t- nor u- is 99991671', async () => {
    world = await startWorld();
    expect(await (await call('Bearer abc')).json()).toMatchObject({ code: 99991671 });
  });

  // open.feishu.cn/document/uAjLw4CM/ugTN1YjL4UTN24CO1UjN/trouble-shooting/how-to-fix-the-99991672-error
  it('without a scope is 99991672 and names the scopes', async () => {
    world = await startWorld({
      alter: (app) => ({ ...app, scopes: ALL_SCOPES.filter((scope) => !scope.startsWith('im:chat')) }),
    });
    const { body } = await world.api('GET /im/v1/chats');
    const missing = { type: 'action_scope_required', subject: 'im:chat' };
    expect(body).toMatchObject({
      code: 99991672,
      error: { permission_violations: expect.arrayContaining([missing]) as unknown },
    });
  });

  it('to a path that does not exist is 404 with 99991201', async () => {
    world = await startWorld();
    expect(await world.api('GET /im/v1/nothing')).toMatchObject({ status: 404, code: 99991201 });
  });

  it('carries X-Tt-Logid, which support asks for', async () => {
    world = await startWorld();
    const { headers } = await world.api('GET /im/v1/chats');
    expect(headers.get('x-tt-logid')).toMatch(/^\d{14}[0-9A-F]+$/);
  });
});
