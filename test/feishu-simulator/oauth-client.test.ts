import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modeOf, webAppUrl } from '../../simulator/web/client/frame-links.ts';
import { REDIRECT, signIn } from './oauth.ts';
import { minutes, startWorld, type World, ZHIDA } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

type Body = Readonly<Record<string, unknown>>;
const PAGE = 'http://127.0.0.1:9/workbench';
const me = (): string => world.person('林知夏').unionId;
const ask = async (more: Body = {}, app = ZHIDA) => {
  const response = await fetch(`${world.feishu.url}/sim/people/${me()}/apps/${app}/code`, {
    method: 'POST',
    body: JSON.stringify({ api: 'requestAccess', page: PAGE, scopes: [], ...more }),
  });
  return { status: response.status, body: (await response.json()) as Body };
};
const exchange = async (code: unknown, more: Body = {}): Promise<Body> => {
  const response = await fetch(`${world.feishu.url}/open-apis/authen/v2/oauth/token`, {
    method: 'POST',
    body: JSON.stringify({
      grant_type: 'authorization_code',
      client_id: ZHIDA,
      client_secret: 'dev-secret-zhida',
      code,
      ...more,
    }),
  });
  return (await response.json()) as Body;
};

describe('a code for a page inside the client', () => {
  // open.feishu.cn/document/uYjL24iN/uUzMuUzMuUzM/requestaccess and …/20220308 (requestAuthCode)
  it.each([
    ['requestAccess', 3],
    ['requestAuthCode', 5],
  ])('of %s lives %i minutes and works once', async (api, life) => {
    const [{ body: early }, { body: late }] = [await ask({ api }), await ask({ api })];
    await world.clock.advance(minutes(life) - 1);
    expect(await exchange(early['code'])).toMatchObject({ code: 0 });
    expect(await exchange(early['code'])).toMatchObject({ code: 20065 });
    await world.clock.advance(1);
    expect(await exchange(late['code'])).toMatchObject({ code: 20004 });
  });

  it('had no redirect, so there is none to give: 20071', async () => {
    const { body } = await ask();
    expect(await exchange(body['code'], { redirect_uri: REDIRECT })).toMatchObject({ code: 20071 });
  });

  // open.feishu.cn/document/uYjL24iN/uMTMuMTMuMTM/development-guide/webapp-incremental-authorization-access-guide
  it('is for pages in the list of redirect URLs only: 20029', async () => {
    for (const page of [`${PAGE}/posts/1`, 'https://evil.example/workbench', 'nonsense', ''])
      expect((await ask({ page })).body).toMatchObject({ refused: { code: 20029 } });
    expect((await ask({ page: `${PAGE}?tab=todo#top` })).body).toHaveProperty('code');
  });

  it('waits for the person when scopes are new, and is refused for those the app lacks: 20027', async () => {
    const scopes = ['contact:user.email:readonly'];
    expect((await ask({ scopes })).body).toEqual({ ask: ['获取你的邮箱信息'] });
    const { body } = await ask({ scopes, agreed: true });
    expect((await exchange(body['code']))['scope']).toContain(scopes[0]);
    expect((await ask({ scopes })).body).toHaveProperty('code');
    expect((await ask({ scopes: ['task:task:read'] })).body).toMatchObject({ refused: { code: 20027 } });
  });

  it('needs an app and a well-formed question', async () => {
    expect((await ask({}, 'cli_nobody')).status).toBe(404);
    expect((await ask({ api: 'login' })).status).toBe(400);
    expect((await ask({ page: 1 })).status).toBe(400);
  });
});

describe('the session of a browser', () => {
  const session = async (method: string, cookie: string) => {
    const response = await fetch(`${world.feishu.url}/sim/session`, { method, headers: { cookie } });
    return { response, body: (await response.json()) as Body };
  };

  it('is who signed in, until they sign out, which takes the cookies of every page with it', async () => {
    expect((await session('GET', '')).body).toEqual({ unionId: null });
    const cookie = await signIn(world.feishu.url, me());
    expect((await session('GET', cookie)).body).toEqual({ unionId: me() });
    const { response } = await session('DELETE', cookie);
    expect(response.headers.get('clear-site-data')).toBe('"cookies"');
    expect((await session('GET', cookie)).body).toEqual({ unionId: null });
  });
});

// open.feishu.cn/document/uAjLw4CM/uYjL24iN/applink-protocol/supported-protocol/open-an-h5-app
describe('the AppLink of a web app', () => {
  const open = (query: string) => webAppUrl(`${PAGE}?home=1`, new URLSearchParams(query))?.href;

  it.each([
    ['appId=1', `${PAGE}?home=1`],
    ['appId=1&mode=window&path=/workbench/posts', `${PAGE}/posts?home=1`],
    ['appId=1&path=workbench/me&xxd=123', `${PAGE}/me?home=1&xxd=123`],
    ['appId=1&path=/a&path_pc=/b', 'http://127.0.0.1:9/b?home=1'],
    [`appId=1&lk_target_url=${encodeURIComponent(`${PAGE}/posts?id=1#top`)}`, `${PAGE}/posts?id=1#top`],
    [`appId=1&lk_target_url=${encodeURIComponent('https://evil.example/')}`, undefined],
    ['appId=1&lk_target_url=javascript:alert(1)', undefined],
    ['appId=1&path=//evil.example/x', 'http://127.0.0.1:9//evil.example/x?home=1'],
  ])('%s opens %s', (query, url) => {
    expect(open(query)).toBe(url);
  });

  it('opens nothing for an app without a page, and a sidebar only when asked', () => {
    expect(webAppUrl('', new URLSearchParams())).toBe(undefined);
    const modes = ['', 'mode=appCenter', 'mode=window', 'mode=sidebar', 'mode=sidebar-semi'];
    expect(modes.map((query) => modeOf(new URLSearchParams(query)))).toEqual([
      'wide',
      'wide',
      'wide',
      'sidebar',
      'sidebar',
    ]);
  });
});
