import type { FrameLocator, Locator, Page } from 'playwright-core';
import { playCrowd } from '../../simulator/demo-crowd.ts';
import { legalBot, openChat } from '../../simulator/demo-people.ts';
import type { Camera } from './after-sales-shots.ts';

const phone = {
  viewport: { width: 375, height: 812 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  locale: 'zh-CN',
  // A machine without Chinese characters borrows some for our pages, which their own policy forbids.
  bypassCSP: true,
};
const desktop = { viewport: { width: 1280, height: 1320 }, deviceScaleFactor: 1.5, locale: 'zh-CN' };

const openLegal = async ({ openAs }: Camera, page: Page, name: string): Promise<void> => {
  await openAs(page, name);
  // The group's entry speaks of it as well.
  const named = page.locator('strong', { hasText: /^薄荷法讯$/u });
  await page.locator('.chat-entry', { has: named }).click();
};

const agree = (page: Page): Promise<void> => page.getByRole('dialog').getByRole('button').last().click();

/** In five days at six: the date of a picture that lies in the past when somebody looks at it. */
const deadline = (): string => new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);

/** An editor sends the link of a document and fills in the card that comes back. */
const draft = async (camera: Camera): Promise<void> => {
  const page = await camera.browser.newPage(phone);
  await camera.openAs(page, '裴律安');
  await page.goto(`${page.url()}&view=docs`);
  await page.getByText('广告法新规').first().click();
  await page.getByRole('button', { name: '发送到会话' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '薄荷法讯' }).click();
  await page.getByText('已发送给薄荷法讯').waitFor();
  await openLegal(camera, page, '裴律安');
  const form = page.locator('.card', { hasText: '草稿' });
  await form.getByPlaceholder('例如').fill('直播、详情页、客服话术');
  await form.getByLabel('是否需确认').selectOption({ label: '需要每个人确认' });
  await form.getByLabel('截止时间').fill(`${deadline()}T18:00`);
  await form.getByRole('button', { name: '提交审批' }).click();
  await page.locator('.card').getByText('已提交审批').waitFor();
  await page.close();
};

const approve = async (camera: Camera): Promise<void> => {
  const page = await camera.browser.newPage(phone);
  await openLegal(camera, page, '闻人杰');
  const card = page.locator('.card', { hasText: '待审批' });
  await card.waitFor();
  await card.scrollIntoViewIfNeeded();
  await camera.shoot(page, 'phone-approval');
  await card.getByRole('button', { name: '同意并立即发送' }).click();
  await agree(page);
  await page.locator('.card').getByText('已同意').first().waitFor();
  await page.close();
};

const received = async (camera: Camera): Promise<void> => {
  const page = await camera.browser.newPage(phone);
  await camera.openAs(page, '林知夏');
  const entry = page.locator('.chat-entry', { hasText: '机器人' });
  await entry.filter({ hasText: '【薄荷法讯】' }).waitFor({ timeout: 120_000 });
  await openLegal(camera, page, '林知夏');
  await page.locator('.card').first().waitFor();
  await camera.shoot(page, 'phone-post');
  await page.close();
};

const borrowFont = async ({ stack }: Camera, page: Page): Promise<void> => {
  for (const frame of page.frames())
    for (const weight of [400, 600])
      await frame
        .addStyleTag({ url: `${stack.feishu.url}/assets/font/${weight}.css` })
        .catch(() => undefined);
};

/** The page of the Workbench, inside the client. */
const onPage = async (camera: Camera): Promise<void> => {
  const page = await camera.browser.newPage(phone);
  await camera.openAs(page, '沈南乔');
  await page.goto(`${page.url()}&view=workbench`);
  await page.getByRole('button', { name: /^直达.*打开网页应用/u }).click();
  const inside: FrameLocator = page.frameLocator('.web-frame iframe');
  await inside.getByRole('link', { name: /第 1 期/u }).click();
  const confirm: Locator = inside.getByRole('button', { name: '我已阅读并知悉' });
  await confirm.waitFor();
  await borrowFont(camera, page);
  await camera.shoot(page, 'phone-workbench');
  await page.close();
};

const hasMostRead = async ({ stack }: Camera): Promise<boolean> => {
  const answer = JSON.stringify(await stack.invoke('broadcast', { do: 'standing', post: 'legal-1' }));
  return Number(/"confirmed":(\d+)/u.exec(answer)?.[1] ?? 0) > 25;
};

/** Colleagues read by themselves; the card of the editor follows by the minute. */
const reported = async (camera: Camera): Promise<void> => {
  const { stack, browser, shoot } = camera;
  const spared = stack.feishu.tenant.company.people
    .filter(({ name }) => ['沈南乔', '林知夏'].includes(name))
    .map(({ unionId }) => unionId);
  const sim = { url: stack.feishu.url, bot: legalBot };
  await playCrowd(sim, spared);
  const page = await browser.newPage(desktop);
  await openLegal(camera, page, '裴律安');
  const card = page.locator('.card', { hasText: '发送报告' });
  for (let tick = 0; tick < 30 && !(await hasMostRead(camera)); tick += 1) await page.waitForTimeout(1_000);
  await card.getByText(/已确认 [2-9]\d \+/u).waitFor({ timeout: 180_000 });
  // A chart has two minutes at least: somebody reads in another one.
  await page.waitForTimeout(61_000);
  for (const reader of spared) await openChat(sim, reader);
  await card.locator('.chart').waitFor({ timeout: 180_000 });
  await card.scrollIntoViewIfNeeded();
  await shoot(page, 'post-report');
  await page.close();
};

/** A post of an account, as its approver, a reader, a page and its editor see it. */
export const post = async (camera: Camera): Promise<void> => {
  await draft(camera);
  await approve(camera);
  await received(camera);
  await onPage(camera);
  await reported(camera);
};
