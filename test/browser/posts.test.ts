import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversation, must } from '../broadcasts/conversation-world.ts';
import { launchBrowser } from './browser.ts';
import { paleText, widerThanScreen } from './probes.ts';

const PHONE = { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2 };
const [editor, approver, reader] = ['裴律安', '闻人杰', '常悦'] as const;

describe('a post on a phone', () => {
  const w = conversation({ web: true });
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 90_000);
  afterAll(() => browser.close());

  const openAs = async (name: string): Promise<Page> => {
    const page = await browser.newPage(PHONE);
    await page.goto(`${w.url()}/?person=${w.person(name).unionId}`);
    await page.locator('.chat-entry', { hasText: '薄荷法讯' }).click();
    await page.locator('.card').first().waitFor();
    return page;
  };
  /** What one would look at, when asked for; and that nothing is cut off or too pale. */
  const look = async (page: Page, name: string, words = ''): Promise<void> => {
    expect(await widerThanScreen(page)).toEqual([]);
    expect(await paleText(page)).toEqual([]);
    const folder = process.env['ZHIDA_SHOTS'];
    if (!folder) return;
    await page.evaluate('document.fonts.ready');
    const cards = page.locator('.card', { hasText: words });
    await cards.last().screenshot({ path: `${folder}/${name}.png` });
  };

  it('goes from a link to a confirmation by its buttons alone', async () => {
    const doc = w.write(editor, '广告法新规：功效宣称的5条红线');
    await w.say(editor, w.link(doc));
    const mine = await openAs(editor);
    await look(mine, 'form');
    const form = mine.locator('.card').last();
    await form.getByLabel('范围', { exact: true }).selectOption({ label: '按部门' });
    await form.getByLabel('选择部门（含下级部门）').selectOption(['人力资源', '法务']);
    await form.getByLabel('是否需确认').selectOption({ label: '需要每个人确认' });
    await form.getByLabel('截止时间').fill('2026-11-27T18:00');
    await form.getByRole('button', { name: '预览给自己' }).click();
    await mine.getByText('已保存，预览已发给你').waitFor();
    await w.settle();
    await mine.getByText('预览：只有你能看到').waitFor();
    await look(mine, 'preview');
    await mine.locator('.card').first().getByRole('button', { name: '提交审批' }).click();
    await mine.locator('.card').getByText('已提交审批 ·').first().waitFor();
    await w.settle();

    const theirs = await openAs(approver);
    await look(theirs, 'approval');
    await theirs.locator('.card').getByText('名单（').first().click();
    await look(theirs, 'approval-list');
    await theirs.getByRole('button', { name: '同意并立即发送' }).click();
    await theirs
      .getByRole('dialog')
      .getByRole('button', { name: /确认|确定/u })
      .click();
    await theirs.locator('.card').getByText('已同意').first().waitFor();
    await look(theirs, 'approved');
    await w.settle();
    await w.minute();
    await w.minute();

    const readers = await openAs(reader);
    await look(readers, 'post');
    await readers.getByRole('button', { name: '我已阅读并知悉' }).click();
    await readers.getByText('确认后将记录时间与版本').waitFor();
    await readers
      .getByRole('dialog')
      .getByRole('button', { name: /确认|确定/u })
      .click();
    await readers.locator('.card').getByText('已确认 ·').first().waitFor();
    await look(readers, 'confirmed');
    const post = must((await w.posts().listOfAccount('legal'))[0], 'post');
    expect(post.deadlineAt).toBe('2026-11-27T10:00:00.000Z');
    expect(post.audience).toMatchObject({ any: [{ departments: ['人力资源', '法务'] }] });
    await Promise.all([mine, theirs, readers].map((page) => page.close()));
  }, 90_000);

  it('reminds, is recalled, lists and refuses in cards that fit', async () => {
    const post = must((await w.posts().listOfAccount('legal'))[0], 'post');
    await w.takeStep(post, [{ step: 'remind' }], approver);
    await w.settle();
    await w.minute();
    const page = await openAs('崔雅宁');
    await page.locator('.card').getByText('还差 1 步').first().waitFor();
    await look(page, 'reminder');
    await w.say('崔雅宁', '待读');
    await page.locator('.card').getByText('待读 1 篇').first().waitFor();
    await look(page, 'unread');
    await w.say('崔雅宁', w.link(w.write('崔雅宁', '我写的')));
    await page.locator('.card').getByText('文章由编辑发起').first().waitFor();
    await look(page, 'not-an-editor');
    const list = await openAs(editor);
    await w.say(editor, '我的文章');
    await list.locator('.card').getByText('我的文章').first().waitFor();
    await look(list, 'posts');
    await w.takeStep(post, [{ step: 'recall', reason: '第 3 条有误，更正后重发' }], approver);
    await w.settle();
    await w.minute();
    const recalled = await openAs(reader);
    await recalled.locator('.card').getByText('已撤回：').first().waitFor();
    await look(recalled, 'recalled', '已撤回：');
    await Promise.all([page, list, recalled].map((each) => each.close()));
  }, 90_000);
});
