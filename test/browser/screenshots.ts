import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { signed } from '../../events/metric-intake/sign.ts';
import { openForBusiness } from '../../simulator/opening.ts';
import { freePorts, type Stack, startStack } from '../../simulator/stack.ts';
import { afterSales } from './after-sales-shots.ts';
import { launchBrowser } from './browser.ts';
import { post } from './post-shots.ts';
import { scrollMessages } from './probes.ts';

/**
 * `npm run screenshots` starts everything, as `npm start` does, and takes the pictures of the READMEs;
 * `npm run screenshots -- after-sales`, or `post`, only those.
 */
const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'screenshots');
const DESKTOP = { viewport: { width: 1280, height: 1060 }, deviceScaleFactor: 1.5 };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const say = (line: string): void => {
  process.stdout.write(`  ${line}\n`);
};

const openAs = async (page: Page, stack: Stack, name: string): Promise<void> => {
  const person = stack.feishu.tenant.company.people.find((one) => one.name === name);
  await page.goto(`${stack.feishu.url}/?person=${person?.unionId ?? ''}`);
  await page.locator('.chat-entry').first().waitFor();
};

/** Fonts come in parts as text appears; a chart grows for a second. */
const settle = async (page: Page): Promise<void> => {
  await page.evaluate('document.fonts.ready');
  await page.waitForTimeout(1500);
};

const shoot = async (page: Page, name: string): Promise<void> => {
  await settle(page);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  say(`docs/screenshots/${name}.png`);
};

const openBot = async (page: Page): Promise<void> => {
  await page.locator('.chat-entry', { hasText: '直达' }).click();
  await page.locator('.card').first().waitFor();
};

const desktop = async (browser: Browser, stack: Stack): Promise<void> => {
  const page = await browser.newPage(DESKTOP);
  await openAs(page, stack, '林知夏');
  await openBot(page);
  await shoot(page, 'morning');
  await page.getByRole('textbox', { name: '输入消息' }).fill('帮助');
  await page.keyboard.press('Enter');
  await page.getByText('直达 · 帮助').waitFor();
  await page.getByRole('button', { name: '订阅', exact: true }).click();
  await page.getByText('我的订阅').waitFor();
  await scrollMessages(page, 'end');
  await shoot(page, 'answers');
  await page.getByRole('button', { name: '模拟器' }).click();
  await page.getByText('im.message.message_read_v1').first().waitFor();
  await page.setViewportSize({ width: DESKTOP.viewport.width, height: 640 });
  await shoot(page, 'simulator');
  await page.close();
};

const phone = async (browser: Browser, stack: Stack): Promise<void> => {
  const page = await browser.newPage(PHONE);
  await openAs(page, stack, '沈南乔');
  await openBot(page);
  await shoot(page, 'phone-morning');
  await page.close();
};

const report = async (stack: Stack, name: string): Promise<void> => {
  const { body, headers } = signed(name);
  await fetch(`${stack.httpUrl}/metrics/bi`, { method: 'POST', body, headers });
};

/** Told, followed up, closed and over, on the phone of whoever takes it on. */
const alert = async (browser: Browser, stack: Stack): Promise<void> => {
  await report(stack, 'batch-complaints');
  const page = await browser.newPage(PHONE);
  await openAs(page, stack, '潘小雨');
  await page.locator('.chat-entry', { hasText: '72 小时客诉' }).waitFor();
  await openBot(page);
  await page.getByRole('combobox', { name: '指派跟进' }).selectOption({ label: '我来跟进（潘小雨）' });
  await page.getByText('潘小雨 跟进中').waitFor();
  await page.locator('.toast').waitFor();
  await page.locator('.toast').waitFor({ state: 'hidden' });
  await page.getByPlaceholder('原因').fill('同一产线封口温度偏低');
  await page.getByPlaceholder('措施').fill('停发该批次，通知客户换货');
  await scrollMessages(page, 'top');
  await shoot(page, 'phone-alert');
  await page.getByRole('button', { name: '办结' }).click();
  await page.getByText('已办结 · 潘小雨').waitFor();
  // A card is left alone for 3 s after a click on it.
  await page.waitForTimeout(3_500);
  await report(stack, 'batch-complaints-over');
  await page.getByText('已恢复', { exact: true }).waitFor();
  await scrollMessages(page, 'top');
  await shoot(page, 'phone-recovered');
  await page.close();
};

const stack = await startStack({ ports: await freePorts(), say });
const browser = await launchBrowser();
try {
  await openForBusiness(stack, say);
  await mkdir(FOLDER, { recursive: true });
  const camera = { browser, stack, shoot, openAs: (page: Page, name: string) => openAs(page, stack, name) };
  const asked = process.argv.slice(2);
  const isAsked = (what: string): boolean => asked.length === 0 || asked.includes(what);
  if (isAsked('digests')) {
    await desktop(browser, stack);
    await phone(browser, stack);
    await alert(browser, stack);
  }
  // Before the day of after-sales keeps every function busy.
  if (isAsked('post')) await post(camera);
  if (isAsked('after-sales')) await afterSales(camera);
} finally {
  await browser.close();
  await stack.close();
}
