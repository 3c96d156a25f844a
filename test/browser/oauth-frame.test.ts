import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localApps } from '../../simulator/feishu/apps.ts';
import { webClient } from '../../simulator/web/serve.ts';
import { authorizeUrl } from '../feishu-simulator/oauth.ts';
import { startWorld, type World, ZHIDA } from '../feishu-simulator/world.ts';
import { launchBrowser } from './browser.ts';
import { namelessControls, paleText, widerThanScreen } from './probes.ts';

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

/** A page as an app serves it: says whether it is in the client, asks for a code, shows what it was given. */
const home = (feishuUrl: string, cookie: string, scopes: string): string => `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>直达工作台</title><link rel="stylesheet" href="${feishuUrl}/assets/font/400.css">
<style>body, button { font-family: "Noto Sans SC"; overflow-wrap: anywhere; }</style>
<script src="${feishuUrl}/lark/h5-js-sdk.js"></script>
<h1>试验页</h1><p id="cookie">${cookie}</p><p id="out">等待</p>
<p><a href="/workbench/next">下一页</a> <a href="/workbench/login">没有脚本的页</a></p>
<p><a href="https://applink.feishu.cn/client/bot/open?appId=${ZHIDA}">打开机器人</a></p>
<button onclick="tt.closeWindow()">关闭</button>
<script>
const out = (text) => { document.querySelector('#out').textContent = text; };
if (!window.h5sdk) out('不在客户端');
else window.h5sdk.ready(() => tt.requestAccess({
  appID: '${ZHIDA}', scopeList: ${scopes}, state: 's1',
  success: ({ code, state, errMsg }) => fetch('/workbench/code?code=' + code, { method: 'POST' }).then((r) => r.text())
    .then((name) => out(name + ' ' + state + ' ' + errMsg)),
  fail: ({ errno, errMsg }) => out(errno + ' ' + errMsg),
}));
</script></html>`;

/** A page of somebody else that says it is the app's. */
const forged = (page: string): string => `<p id="out">等待</p><script>
const out = document.querySelector('#out');
addEventListener('message', ({ data }) => { out.textContent = '得到 ' + JSON.stringify(data); });
const ask = (id, page) => parent.postMessage({ feishu: 'h5', id, api: 'requestAccess', page, title: '',
  params: { appId: '${ZHIDA}', scopes: [] } }, '*');
ask(1, ${JSON.stringify(page)});
setTimeout(() => ask(2, location.href), 200);
</script>`;

/** Says its title when it has loaded: `first` a second time, or for the first time. */
const late = (first: string): string => `<a href="/workbench/login">没有脚本的页</a><script>
const say = (api) => parent.postMessage({ feishu: 'h5', id: 1, api, document: 'late', page: location.href,
  title: '登录 · 直达', params: {} }, '*');
if (${first}) say('hello');
addEventListener('load', () => setTimeout(() => { say('hello'); if (!${first}) say('loaded'); }, 100));
</script>`;

type Site = { readonly url: string; readonly server: Server };

describe('pages inside the client', () => {
  let site: Site;
  let world: World;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  const nameBehind = async (code: string): Promise<string> => {
    const answer = await fetch(`${world.feishu.url}/open-apis/authen/v2/oauth/token`, {
      method: 'POST',
      body: JSON.stringify({
        grant_type: 'authorization_code',
        client_id: ZHIDA,
        client_secret: 'dev-secret-zhida',
        code,
      }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const info = await fetch(`${world.feishu.url}/open-apis/authen/v1/user_info`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return ((await info.json()) as { data: { name: string } }).data.name;
  };

  type Served = { readonly url: URL; readonly request: IncomingMessage; readonly response: ServerResponse };
  const routes: Readonly<Record<string, (served: Served) => string | Promise<string>>> = {
    '/workbench/code': async ({ url, response }) => {
      const name = await nameBehind(url.searchParams.get('code') ?? '');
      const value = encodeURIComponent(name);
      response.setHeader('set-cookie', `me=${value}; HttpOnly; SameSite=Lax; Path=/workbench`);
      return name;
    },
    '/workbench/oauth': ({ response }) => {
      const query = { client_id: ZHIDA, redirect_uri: `${site.url}/workbench/login` };
      response.writeHead(302, { location: authorizeUrl(world.feishu.url, query) });
      return '';
    },
    '/workbench/login': ({ url }) =>
      `<p id="out">${url.searchParams.has('code') ? '有授权码' : '没有授权码'}</p>`,
    '/late': ({ url }) => late(url.searchParams.get('first') ?? 'false'),
    '/forged': () => forged(`${site.url}/workbench`),
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', site.url);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    const cookie = decodeURIComponent(request.headers.cookie ?? '');
    const scopes = url.searchParams.get('scopes') ?? '[]';
    const page = () => home(world.feishu.url, cookie, scopes);
    response.end(await (routes[url.pathname] ?? page)({ url, request, response }));
  };

  beforeAll(async () => {
    browser = await launchBrowser();
    const server = createServer((request, response) => void serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    site = { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const [, legal] = localApps(`${site.url}/feishu/events`);
    world = await startWorld({
      web: await webClient(),
      eventUrl: `${site.url}/feishu/events`,
      alter: (app) => (app.appId === legal?.appId ? { ...app, homepageUrl: `${site.url}/elsewhere` } : app),
    });
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await world.close();
    await new Promise((resolve) => {
      site.server.close(resolve);
      site.server.closeAllConnections();
    });
  });
  beforeEach(async () => {
    context = await browser.newContext(DESKTOP);
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const shoot = async (name: string): Promise<void> => {
    const folder = process.env['ZHIDA_SHOTS'];
    if (!folder) return;
    await page.evaluate('document.fonts.ready');
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${folder}/${name}.png` });
  };
  const workbenchOf = async (name: string): Promise<void> => {
    await page.goto(`${world.feishu.url}/?person=${world.person(name).unionId}&view=workbench`);
    await page.getByRole('heading', { name: `${name}，你好` }).waitFor();
  };
  const inside = (): FrameLocator => page.frameLocator('.web-frame iframe');
  const openTile = async (name: string): Promise<void> => {
    await workbenchOf(name);
    await page.getByRole('button', { name: /直达.*打开网页应用/ }).click();
  };
  const out = (text: string) => inside().locator('#out', { hasText: text }).waitFor();

  it.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ])('open from their tile, know who looks, and fit a %s', async (kind, { viewport }) => {
    await page.setViewportSize(viewport);
    await workbenchOf('林知夏');
    await shoot(`workbench-${kind}`);
    expect([await widerThanScreen(page), await namelessControls(page), await paleText(page)]).toEqual([
      [],
      [],
      [],
    ]);
    await openTile('林知夏');
    await out('林知夏 s1 requestAccess:ok');
    await page.locator('.web-title', { hasText: '直达工作台' }).waitFor();
    await shoot(`frame-${kind}`);
    expect([await widerThanScreen(page), await namelessControls(page)]).toEqual([[], []]);
    const box = await page.locator('.web-frame').boundingBox();
    if (kind === 'phone') expect(box).toMatchObject({ x: 0, y: 0, ...viewport });
  });

  // open.feishu.cn/document/home/introduction-to-scope-and-authorization/availability
  it('have no tile for people outside the range of the app', async () => {
    await workbenchOf('鲁建军');
    await page.getByRole('button', { name: /薄荷法讯.*打开网页应用/ }).waitFor();
    expect(await page.getByRole('button', { name: /直达.*打开网页应用/ }).count()).toBe(0);
  });

  it('get their SameSite=Lax cookie back, and lose it when somebody else takes the client', async () => {
    await openTile('林知夏');
    await out('林知夏');
    await page.getByRole('button', { name: '关闭网页' }).click();
    await openTile('林知夏');
    await inside().locator('#cookie', { hasText: 'me=林知夏' }).waitFor();
    await openTile('周以安');
    await out('周以安');
    expect(await inside().locator('#cookie').textContent()).not.toContain('林知夏');
  });

  it('are loaded again for their person when another tab took the browser for somebody else', async () => {
    await openTile('林知夏');
    await out('林知夏');
    const other = await context.newPage();
    await other.goto(`${world.feishu.url}/?person=${world.person('周以安').unionId}&view=workbench`);
    await other.getByRole('button', { name: /直达.*打开网页应用/ }).click();
    await other.frameLocator('.web-frame iframe').locator('#out', { hasText: '周以安' }).waitFor();
    const reloaded = page.waitForRequest(`${site.url}/workbench`);
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await reloaded;
    await out('林知夏');
  });

  it('close with the back button of a phone, which stays where one was', async () => {
    await openTile('林知夏');
    await out('林知夏');
    await page.goBack();
    await page.locator('.web-frame').waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: '林知夏，你好' }).waitFor();
  });

  it('keep their cookies when the client is opened at localhost, which leads to 127.0.0.1', async () => {
    await page.goto(
      `${world.feishu.url.replace('127.0.0.1', 'localhost')}/?person=${world.person('高远').unionId}`,
    );
    expect(page.url()).toBe(`${world.feishu.url}/?person=${world.person('高远').unionId}`);
  });

  it('ask for new scopes first, and are told when the answer is no', async () => {
    await workbenchOf('高远');
    const link = `https://applink.feishu.cn/client/web_app/open?appId=${ZHIDA}&scopes=["contact:user.email:readonly"]`;
    await world.send('高远', {
      schema: '2.0',
      body: { elements: [{ tag: 'markdown', content: `[去处理](${encodeURI(link)})` }] },
    });
    await page.locator('.rail').getByRole('button', { name: '消息' }).click();
    await page.locator('.chat-entry', { hasText: '直达' }).click();
    await page.getByRole('link', { name: '去处理' }).click();
    await page.getByRole('dialog', { name: '「直达」申请获得以下权限' }).waitFor();
    await shoot('frame-ask');
    await page.getByRole('button', { name: '取消' }).click();
    await out('requestAccess:fail auth deny');
    await page.getByRole('button', { name: '关闭网页' }).click();
    await page.getByRole('link', { name: '去处理' }).click();
    await page.getByRole('button', { name: '确认' }).click();
    await out('高远 s1 requestAccess:ok');
  });

  it('go on, come back, close themselves, and open AppLinks in the client', async () => {
    await openTile('林知夏');
    await out('林知夏');
    await inside().getByRole('link', { name: '下一页' }).click();
    // Its address is not in the list of redirect URLs.
    await out('20029');
    await page.getByRole('button', { name: '返回' }).click();
    await out('林知夏');
    await inside().getByRole('link', { name: '没有脚本的页' }).click();
    await page.locator('.web-title', { hasText: /^直达$/ }).waitFor();
    await page.getByRole('button', { name: '返回' }).click();
    await page.locator('.web-title', { hasText: '直达工作台' }).waitFor();
    await out('林知夏');
    await inside().getByRole('link', { name: '打开机器人' }).click();
    await page.locator('.view-messages').getByRole('textbox', { name: '输入消息' }).waitFor();
    await inside().getByRole('button', { name: '关闭' }).click();
    await page.locator('.web-frame').waitFor({ state: 'detached' });
  });

  it('may log in by a redirect too, without being asked', async () => {
    const url = `https://applink.feishu.cn/client/web_url/open?mode=sidebar-semi&url=${encodeURIComponent(`${site.url}/workbench/oauth`)}`;
    await world.send('林知夏', {
      schema: '2.0',
      body: { elements: [{ tag: 'markdown', content: `[登录](${url})` }] },
    });
    await page.goto(`${world.feishu.url}/?person=${world.person('林知夏').unionId}`);
    await page.locator('.chat-entry', { hasText: '直达' }).click();
    await page.getByRole('link', { name: '登录' }).last().click();
    await out('有授权码');
    await shoot('frame-sidebar');
  });

  it.each(['true', 'false'])(
    'keep no title of the page before that said it late, again: %s',
    async (again) => {
      const late = encodeURIComponent(`${site.url}/late?first=${again}`);
      const content = `[迟到的标题 ${again}](https://applink.feishu.cn/client/web_url/open?mode=window&url=${late})`;
      await world.send('林知夏', { schema: '2.0', body: { elements: [{ tag: 'markdown', content }] } });
      await page.goto(`${world.feishu.url}/?person=${world.person('林知夏').unionId}`);
      await page.locator('.chat-entry', { hasText: '直达' }).click();
      await page.getByRole('link', { name: `迟到的标题 ${again}` }).click();
      await page.locator('.web-title', { hasText: '登录 · 直达' }).waitFor();
      await page.waitForTimeout(300);
      expect(await page.locator('.web-title').textContent()).toBe('登录 · 直达');
      await inside().getByRole('link', { name: '没有脚本的页' }).click();
      await out('没有授权码');
      await page.locator('.web-title', { hasText: /^(?!登录)/u }).waitFor();
    },
  );

  it('can not say that they are somewhere else: the only answer is a refusal of where they are', async () => {
    const elsewhere = site.url.replace('127.0.0.1', 'localhost');
    const url = `https://applink.feishu.cn/client/web_url/open?mode=window&url=${encodeURIComponent(`${elsewhere}/forged`)}`;
    await world.send('周以安', {
      schema: '2.0',
      body: { elements: [{ tag: 'markdown', content: `[外部网页](${url})` }] },
    });
    await page.goto(`${world.feishu.url}/?person=${world.person('周以安').unionId}`);
    await page.locator('.chat-entry', { hasText: '直达' }).click();
    await page.getByRole('link', { name: '外部网页' }).click();
    await out('得到');
    expect(await inside().locator('#out').textContent()).toMatch(/"id":2.*20029/);
  });

  it.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ])('in a browser have no client and are asked for consent, on a %s', async (kind, { viewport }) => {
    await page.setViewportSize(viewport);
    await page.goto(`${site.url}/workbench`);
    await page.locator('#out', { hasText: '不在客户端' }).waitFor();
    await page.goto(`${site.url}/workbench/oauth`);
    await shoot(`sign-in-${kind}`);
    await page.getByLabel('账号').selectOption({ label: '沈南乔 · 大区负责人' });
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { name: '「直达」申请获得以下权限' }).waitFor();
    await shoot(`consent-${kind}`);
    expect([await widerThanScreen(page), await namelessControls(page), await paleText(page)]).toEqual([
      [],
      [],
      [],
    ]);
    await page.getByRole('button', { name: '拒绝' }).click();
    await page.locator('#out', { hasText: '没有授权码' }).waitFor();
    expect(page.url()).toContain('error=access_denied');
  });
});
