import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desk } from '../ticket-flow/desk.ts';
import { launchBrowser } from './browser.ts';
import { paleText, scrollMessages, widerThanScreen } from './probes.ts';

const PHONE = { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2 };
const [pan, sun, tian] = ['潘小雨', '孙佳禾', '田小禾'] as const;

describe('a ticket on a phone', () => {
  const d = desk({ web: true });
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 90_000);
  afterAll(() => browser.close());

  const openAs = async (name: string): Promise<Page> => {
    const page = await browser.newPage(PHONE);
    await page.goto(`${d.url()}/?person=${d.person(name).unionId}`);
    await page.locator('.chat-entry', { hasText: '直达' }).click();
    await page.locator('.card').first().waitFor();
    return page;
  };
  const shoot = async (page: Page, name: string): Promise<void> => {
    const folder = process.env['ZHIDA_SHOTS'];
    if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };
  const isClean = async (page: Page): Promise<void> => {
    expect(await widerThanScreen(page)).toEqual([]);
    expect(await paleText(page)).toEqual([]);
  };

  it('is read, asked about, answered on the warehouse’s list and solved', async () => {
    const { ticket } = await d.open(
      {
        content:
          '说好两盒只收到一盒，箱子没有破损，封条也是好的，快递员说发货时就是这个重量。你们仓库是不是漏装了？什么时候补发？不补的话我要申请平台介入了，这已经是第二次了，上次也是少发了一袋，客服答应过不会再发生，请尽快处理，谢谢。还有，上次答应的优惠券也没有到账。',
        source: {
          source: 'doudian',
          caseId: '1',
          kind: 'refund',
          version: 1,
          ended: false,
          deadlineAt: new Date(Date.now() + 3.2 * 3_600_000).toISOString(),
        },
      },
      sun,
    );
    await d.drain();
    const mine = await openAs(sun);
    await isClean(mine);
    await shoot(mine, 'ticket-open');
    await mine.getByRole('button', { name: '请仓储核实' }).click();
    await mine.locator('.card', { hasText: '仓储 待核实' }).waitFor();
    await isClean(mine);
    await shoot(mine, 'ticket-asked');
    await d.drain();
    await d.sla();
    const theirs = await openAs(tian);
    await theirs.locator('.card', { hasText: '待核实 1 单 · 仓储' }).waitFor();
    await isClean(theirs);
    await shoot(theirs, 'warehouse-list');
    await theirs.getByRole('button', { name: '确认漏发' }).click();
    await theirs.getByText('全部核实完毕').waitFor();
    await d.tick();
    await mine.getByText('确认漏发').first().waitFor();
    await scrollMessages(mine, 'end');
    const card = mine.locator('.card').last();
    await card.getByLabel('处理方式（必选）').selectOption({ label: '补发' });
    await card.getByLabel('责任方（必选）').selectOption({ label: '仓库' });
    await shoot(mine, 'ticket-form');
    await card.getByRole('button', { name: '标记已解决' }).click();
    await mine.locator('.card', { hasText: '已解决 · 补发' }).waitFor();
    await isClean(mine);
    await shoot(mine, 'ticket-done');
    expect((await d.ticket(ticket)).state).toBe('resolved');
    await Promise.all([mine.close(), theirs.close()]);
  }, 60_000);

  it('P0 of 食品安全 is red for those who are told, and a form takes a complaint from the chat', async () => {
    const { ticket } = await d.open(
      {
        priority: 'P0',
        category: { group: '食品安全', name: '异物' },
        content: '蛋白棒里有一根头发',
        productName: '蛋白棒·海盐巧克力',
      },
      sun,
    );
    const to = [pan, '冯知秋'].map((name) => d.person(name).unionId);
    await d.change(ticket, [{ do: 'rung', rung: '1:resolution:p0-opened', to }]);
    await d.drain();
    const lead = await openAs(pan);
    await isClean(lead);
    await shoot(lead, 'ticket-p0');
    d.speak(pan, '提交客诉');
    await d.drain();
    await lead.getByText('提交客诉').last().waitFor();
    await scrollMessages(lead, 'end');
    await isClean(lead);
    await shoot(lead, 'submission');
    d.speak(sun, '我的工单');
    await d.drain();
    const mine = await openAs(sun);
    await mine.locator('.card', { hasText: '我的待办' }).waitFor();
    await scrollMessages(mine, 'end');
    await isClean(mine);
    await shoot(mine, 'todo');
    await Promise.all([lead.close(), mine.close()]);
  }, 60_000);
});
