import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { docActsOf } from '../../simulator/feishu/docs/acts.ts';
import type { Doc } from '../../simulator/feishu/docs/model.ts';
import { webClient } from '../../simulator/web/serve.ts';
import { seedWiki } from '../../simulator/wiki.ts';
import { card, LEGAL, startWorld, type World } from '../feishu-simulator/world.ts';
import { launchBrowser } from './browser.ts';
import { namelessControls, paleText, widerThanScreen } from './probes.ts';

const PHONE = { width: 390, height: 844 };

describe('云文档 in the web client', () => {
  let world: World;
  let claims: Doc;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  }, 90_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    problems.length = 0;
    world = await startWorld({ web: await webClient() });
    const [first] = seedWiki(world.feishu.tenant);
    if (!first) throw new Error('nothing was written');
    claims = first;
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', (error) => problems.push(String(error)));
  });
  afterEach(async () => {
    await page.close();
    await world.close();
    expect(problems).toEqual([]);
  });

  const viewersOf = (doc: Doc) => (): readonly string[] =>
    [...doc.views.keys()].map((id) => world.feishu.tenant.directory.byUnion(id)?.name ?? '');
  const goAs = async (name: string, query = ''): Promise<void> => {
    await page.goto(`${world.feishu.url}/?person=${world.person(name).unionId}${query}`);
  };
  const title = () => page.locator('.doc-article h1');

  it('lists what was written and opens it, which counts as a view', async () => {
    await goAs('林知夏');
    await page.getByRole('button', { name: '云文档' }).click();
    await page.getByRole('button', { name: '广告法新规' }).click();
    await expect.poll(() => title().textContent()).toBe('广告法新规：功效宣称的 5 条红线');
    expect(await page.locator('.doc-article th').allTextContents()).toEqual([
      '宣称',
      '每 100 克（固体）要求',
    ]);
    expect(await page.locator('.doc-article ol > li').count()).toBe(5);
    const width = (): Promise<number> =>
      page.evaluate<number>(`document.querySelector('.doc-article img').naturalWidth`);
    await expect.poll(width).toBe(344);
    expect(viewersOf(claims)()).toEqual(['林知夏']);
    expect(await namelessControls(page)).toEqual([]);
    expect(await paleText(page)).toEqual([]);
  });

  it('is read on a phone without sideways scrolling, and the list is one step back', async () => {
    await page.setViewportSize(PHONE);
    await goAs('林知夏', `&view=docs&doc=${claims.token}`);
    await title().waitFor();
    expect(await widerThanScreen(page)).toEqual([]);
    await page.getByRole('button', { name: '返回文档列表' }).click();
    await page.getByRole('heading', { name: '云文档' }).waitFor();
    expect(await widerThanScreen(page)).toEqual([]);
  });

  const cardWith = (url: string): object =>
    card({
      tag: 'button',
      text: { tag: 'plain_text', content: '阅读全文' },
      behaviors: [{ type: 'open_url', default_url: url }],
    });

  it.each([
    ['a link', (url: string) => url],
    [
      'an AppLink around it',
      (url: string) =>
        `https://applink.feishu.cn/client/web_url/open?mode=window&url=${encodeURIComponent(url)}`,
    ],
  ])('opens from a card by %s, and goes back to the chat', async (_, wrap) => {
    const node = world.feishu.tenant.spaces.all()[0]?.nodes.values().next().value;
    await world.send('林知夏', cardWith(wrap(`https://bohe.feishu.cn/wiki/${node?.token ?? ''}`)));
    await goAs('林知夏');
    await page.locator('.chat-entry').first().click();
    await page.getByRole('button', { name: '阅读全文' }).click();
    await expect.poll(() => title().textContent()).toBe('员工信息安全守则');
    await page.getByRole('button', { name: '返回会话' }).click();
    await page.getByRole('button', { name: '阅读全文' }).waitFor();
  });

  it('writes a new document and sends its link to a bot, where it opens', async () => {
    await goAs('裴律安');
    await page.getByRole('button', { name: '云文档' }).click();
    await page.getByRole('button', { name: '新建文档' }).click();
    await page.getByRole('textbox', { name: '标题' }).fill('第 43 期：合同用印');
    await page.getByRole('textbox', { name: '正文' }).fill('## 三步\n\n1. 申请\n2. 审批\n3. 用印');
    expect(await namelessControls(page)).toEqual([]);
    await page.getByRole('button', { name: '创建' }).click();
    await expect.poll(() => title().textContent()).toBe('第 43 期：合同用印');
    await page.getByRole('button', { name: '发送到会话' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '薄荷法讯' }).click();
    await page.getByText('已发送给薄荷法讯').waitFor();
    const doc = world.feishu.tenant.documents.all().at(-1);
    expect(doc?.roles.get(LEGAL)).toBe('view');
    const pushed = world.feishu.tenant.pushes.log
      .since(0)
      .find((push) => push.appId === LEGAL && push.eventType === 'im.message.receive_v1');
    expect(JSON.stringify(pushed?.payload)).toContain(`https://bohe.feishu.cn/docx/${doc?.token ?? ''}`);
    await page.getByRole('button', { name: '消息' }).click();
    await page.getByRole('button', { name: '薄荷法讯' }).first().click();
    await page.locator('.bubble a').click();
    await expect.poll(() => title().textContent()).toBe('第 43 期：合同用印');
  });

  it('lets the author go on writing, with a picture, and nobody else', async () => {
    await goAs('裴律安', `&view=docs&doc=${claims.token}`);
    await page.getByRole('button', { name: '编辑' }).click();
    const body = page.getByRole('textbox', { name: '正文' });
    expect(await body.inputValue()).toContain('![上架前三步](图片1)');
    await page.getByRole('textbox', { name: '标题' }).fill('五条红线（修订）');
    await page.locator('input[type=file]').setInputFiles({
      name: '样例.png',
      mimeType: 'image/png',
      buffer: await page.screenshot({ clip: { x: 0, y: 0, width: 40, height: 40 } }),
    });
    await expect.poll(() => body.inputValue()).toContain('![样例.png](图片2)');
    await page.getByRole('button', { name: '保存' }).click();
    await expect.poll(() => title().textContent()).toBe('五条红线（修订）');
    await expect.poll(() => page.locator('.doc-article img').count()).toBe(2);
    expect(claims.views.size).toBe(1);
    await goAs('林知夏', `&view=docs&doc=${claims.token}`);
    await title().waitFor();
    expect(await page.getByRole('button', { name: '编辑' }).count()).toBe(0);
  });

  it('says that a document is closed to its reader, and records nothing', async () => {
    const author = docActsOf(world.feishu.tenant, world.person('裴律安').unionId);
    const doc = author.write({ title: '草稿', markdown: '未完', isOpen: false });
    await goAs('林知夏', `&view=docs&doc=${doc.token}`);
    await page.getByText('文档不存在，或者你没有阅读权限').waitFor();
    expect(viewersOf(doc)()).toEqual([]);
  });

  it('shows at once what an app has changed, without another view', async () => {
    await goAs('林知夏', `&view=docs&doc=${claims.token}`);
    await title().waitFor();
    await world.api(
      `POST /docx/v1/documents/${claims.token}/blocks/${claims.token}/children`,
      { children: [{ block_type: 2, text: { elements: [{ text_run: { content: '补充一条' } }] } }] },
      LEGAL,
    );
    await page.getByText('补充一条').waitFor();
    expect(claims.reads.all).toBe(1);
  });
});
