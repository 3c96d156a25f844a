import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { webClient } from '../../simulator/web/serve.ts';
import { type Bot, startBot } from './bot.ts';
import { launchBrowser } from './browser.ts';
import { callbackButton, cardWith } from './cards.ts';
import { namelessControls } from './probes.ts';

let bot: Bot;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const web = await webClient();
  [bot, browser] = await Promise.all([startBot(web, () => ({})), launchBrowser()]);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
}, 90_000);
afterAll(async () => {
  await browser.close();
  await bot.close();
});

it('全员模拟 lets everybody but the one who is signed in read and confirm', async () => {
  const card = cardWith(callbackButton('我已阅读并知悉', { do: 'confirm' }));
  const { company } = bot.feishu.tenant;
  for (const { name } of company.people.slice(0, 25)) await bot.send(name, card);
  await page.goto(`${bot.feishu.url}/?person=${bot.unionIdOf('林知夏')}`);
  await page.getByRole('button', { name: '模拟器' }).click();
  await page.getByRole('tab', { name: '全员' }).click();
  expect(await namelessControls(page)).toEqual([]);
  await page.getByLabel('速度').selectOption('600 倍');
  await page.getByRole('switch', { name: '全员模拟' }).check();
  await page.getByText(/看过 [1-9]\d* 次.*确认 [1-9]\d* 次/).waitFor({ timeout: 15_000 });
  const { chats } = bot.feishu.tenant;
  expect(
    chats.of(bot.unionIdOf('林知夏')).some(({ messages }) => messages.some(({ readAt }) => readAt.size > 0)),
  ).toBe(false);
  await page.getByRole('switch', { name: '全员模拟' }).uncheck();
  await page.getByText('没有人会看消息').waitFor();
});
