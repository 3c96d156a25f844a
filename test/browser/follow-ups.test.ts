import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clicks } from '../feishu-cards/clicks.ts';
import { launchBrowser } from './browser.ts';
import { paleText, widerThanScreen } from './probes.ts';

const PHONE = { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2 };
const [lin, zhou, gao] = ['林知夏', '周以安', '高远'] as const;

describe('a follow-up on a phone', () => {
  const board = clicks({ web: true });
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 90_000);
  afterAll(() => browser.close());

  const openAs = async (name: string): Promise<Page> => {
    const page = await browser.newPage(PHONE);
    await page.goto(`${board.url()}/?person=${board.person(name).unionId}`);
    await page.locator('.chat-entry', { hasText: '直达' }).click();
    await page.locator('.card').first().waitFor();
    return page;
  };
  const shoot = async (page: Page, name: string): Promise<void> => {
    const folder = process.env['ZHIDA_SHOTS'];
    if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };

  it('is assigned by a choice, changes on the other’s screen, and is closed with cause and measure', async () => {
    const line = await board.give(lin, zhou, gao);
    const mine = await openAs(lin);
    expect(await widerThanScreen(mine)).toEqual([]);
    expect(await paleText(mine)).toEqual([]);
    await shoot(mine, 'open');
    const theirs = await openAs(zhou);
    await mine.getByRole('combobox', { name: '指派跟进' }).selectOption({ label: zhou });
    await mine.getByText(`${zhou} 跟进中`).waitFor();
    await shoot(mine, 'assigned');
    await board.drain();
    await theirs.getByText(`${zhou} 跟进中`).first().waitFor();
    await theirs.getByText('请你跟进', { exact: true }).first().waitFor();
    expect(await widerThanScreen(theirs)).toEqual([]);
    await shoot(theirs, 'form');
    const card = theirs.locator('.card').last();
    await card.getByPlaceholder('原因').fill('供应商延期');
    await card.getByPlaceholder('措施').fill('加急空运 2,000 件');
    await card.getByRole('button', { name: '办结' }).click();
    await card.getByText('措施：加急空运 2,000 件').waitFor();
    // Mine was the answer to a click a moment ago: nothing may change it for 3 s, the next minute does.
    await board.tick();
    await mine.getByText('措施：加急空运 2,000 件').waitFor();
    await shoot(mine, 'closed');
    expect((await board.rowOf(line)).state).toBe('closed');
    await Promise.all([mine.close(), theirs.close()]);
  }, 60_000);

  it('stays closed on the screen when an older answer of the chat arrives late', async () => {
    const line = await board.give(lin, zhou, gao);
    const page = await openAs(gao);
    const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
    let steps = 'none';
    const holdBack = async (route: Route): Promise<void> => {
      const response = await route.fetch();
      steps = 'held';
      await released;
      await route.fulfill({ response });
      steps = 'arrived';
    };
    await page.route('**/messages?*', holdBack, { times: 1 });
    await board.click(lin, { do: 'assign', on: line, to: lin });
    await board.drain();
    await vi.waitFor(() => {
      expect(steps).toBe('held');
    });
    await board.click(lin, { do: 'close', on: line, cause: '供应商延期', measure: '空运' });
    await board.drain();
    await page.getByText('措施：空运').waitFor();
    release(undefined);
    await vi.waitFor(() => {
      expect(steps).toBe('arrived');
    });
    await page.waitForTimeout(300);
    expect(await page.getByText('措施：空运').count()).toBe(1);
    await page.close();
  }, 60_000);
});
