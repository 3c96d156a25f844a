import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BaseActs, baseActsOf } from '../../simulator/feishu/bitable/acts.ts';
import type { Row } from '../../simulator/feishu/bitable/model.ts';
import { webClient } from '../../simulator/web/serve.ts';
import { add, addMany, createSheet, type Sheet } from '../feishu-simulator/bitable.ts';
import { startWorld, type World } from '../feishu-simulator/world.ts';
import { launchBrowser } from './browser.ts';
import { namelessControls, paleText, widerThanScreen } from './probes.ts';

const PHONE = { width: 375, height: 812 };

describe('多维表格 in the web client', () => {
  let world: World;
  let sheet: Sheet;
  let browser: Browser;
  let page: Page;
  let colleague: BaseActs;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  }, 90_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    problems.length = 0;
    world = await startWorld({ web: await webClient(), switches: { baseWriteMs: 0 } });
    sheet = await createSheet(world);
    colleague = baseActsOf(world.feishu.tenant, world.person('许念').unionId);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', (error) => problems.push(String(error)));
  });
  afterEach(async () => {
    await page.close();
    await world.close();
    expect(problems).toEqual([]);
  });

  const tenantRow = (recordId: string): Row | undefined =>
    world.feishu.tenant.bases.get(sheet.appToken)?.tables.get(sheet.tableId)?.rows.get(recordId);
  const stored = (recordId: string, field: string) => () =>
    tenantRow(recordId)?.cells.get(sheet.fields.get(field) ?? '');
  const open = async (): Promise<void> => {
    const person = world.person('林知夏').unionId;
    const spot = `view=base&base=${sheet.appToken}&table=${sheet.tableId}`;
    await page.goto(`${world.feishu.url}/?person=${person}&${spot}`);
    await page.locator('.grid').waitFor();
  };
  const cell = (recordId: string, field: string): Locator =>
    page.locator(`[data-record="${recordId}"] .cell`).nth([...sheet.fields.keys()].indexOf(field));
  const control = (field: string): Locator => page.locator('.is-editing').getByLabel(field, { exact: true });

  it('lists the Bases, their tables as tabs, and the rows of the first view', async () => {
    await add(world, sheet, { 单号: 'T-1042', 状态: '待处理', 负责人: [] });
    await page.goto(`${world.feishu.url}/?person=${world.person('林知夏').unionId}`);
    await page.getByRole('button', { name: '多维表格' }).click();
    await page.getByRole('button', { name: '售后' }).click();
    await page.getByRole('tab', { name: '工单' }).click();
    await page.getByText('T-1042').waitFor();
    expect(await page.locator('.grid thead').textContent()).toContain('负责人');
    expect(await page.locator('.option', { hasText: '待处理' }).count()).toBe(1);
  });

  it('shows in a view only what passes its filter', async () => {
    await addMany(world, sheet, [{ 单号: 'T-1', 食品安全: true }, { 单号: 'T-2' }]);
    const made = await world.api(`POST ${sheet.path}/views`, { view_name: '食品安全' });
    const { view_id: viewId } = made.data['view'] as { view_id: string };
    const conditions = [{ field_id: sheet.fields.get('食品安全'), operator: 'is', value: '["true"]' }];
    const property = { filter_info: { conjunction: 'and', conditions } };
    await world.api(`PATCH ${sheet.path}/views/${viewId}`, { property });
    await open();
    expect(await page.locator('.grid tbody tr').count()).toBe(2);
    await page.getByRole('tab', { name: '食品安全' }).click();
    await page.getByText('T-2').waitFor({ state: 'detached' });
    expect(await page.locator('.grid tbody tr').count()).toBe(1);
  });

  it('edits text and numbers: Enter saves, Escape leaves them as they were', async () => {
    const id = await add(world, sheet, { 单号: 'T-1', 金额: 1 });
    await open();
    await cell(id, '单号').click();
    await control('单号').fill('T-2');
    await page.keyboard.press('Enter');
    await expect.poll(stored(id, '单号')).toBe('T-2');
    await cell(id, '金额').click();
    await control('金额').fill('39.9');
    await page.keyboard.press('Escape');
    await cell(id, '金额').click();
    await control('金额').fill('12.5');
    await page.keyboard.press('Enter');
    await expect.poll(stored(id, '金额')).toBe(12.5);
    expect(tenantRow(id)?.changedBy).toEqual({ kind: 'user', unionId: world.person('林知夏').unionId });
  });

  it('edits a select by its options, and a tick by a click', async () => {
    const id = await add(world, sheet, { 单号: 'T-1', 状态: '待处理' });
    await open();
    await cell(id, '状态').click();
    await control('状态').selectOption('处理中');
    await expect.poll(stored(id, '状态')).toBe('处理中');
    await cell(id, '食品安全').getByRole('checkbox').check();
    await expect.poll(stored(id, '食品安全')).toBe(true);
  });

  it('edits a date, a colleague by name, and several options', async () => {
    const id = await add(world, sheet, { 单号: 'T-1', 标签: ['漏发'] });
    await add(world, sheet, { 标签: ['破损'] });
    await open();
    await cell(id, '截止').click();
    await control('截止').fill('2026-11-30');
    await page.keyboard.press('Enter');
    await expect.poll(stored(id, '截止')).toBe(Date.parse('2026-11-30T00:00:00+08:00'));
    await cell(id, '负责人').click();
    await control('负责人').fill('周以安');
    await page.keyboard.press('Enter');
    await expect.poll(stored(id, '负责人')).toEqual([world.person('周以安').unionId]);
    await cell(id, '标签').click();
    await control('标签').selectOption(['漏发', '破损']);
    await page.keyboard.press('Enter');
    await expect.poll(stored(id, '标签')).toEqual(['漏发', '破损']);
  });

  it('says so when a value does not fit, and keeps what was there', async () => {
    const id = await add(world, sheet, { 单号: 'T-1' });
    await open();
    await cell(id, '负责人').click();
    await control('负责人').fill('没有这个人');
    await page.keyboard.press('Enter');
    await page.locator('.toast-error').waitFor();
    expect(stored(id, '负责人')()).toBeUndefined();
  });

  it('adds a row, and deletes one after asking', async () => {
    const id = await add(world, sheet, { 单号: 'T-1' });
    await open();
    await page.getByRole('button', { name: '新增一行' }).click();
    await expect.poll(() => page.locator('.grid tbody tr').count()).toBe(2);
    await page.locator(`[data-record="${id}"]`).hover();
    await page.locator(`[data-record="${id}"]`).getByRole('button', { name: '删除这一行' }).click();
    await page.getByRole('button', { name: '确认', exact: true }).click();
    await expect.poll(() => tenantRow(id)).toBeUndefined();
    await expect.poll(() => page.locator('.grid tbody tr').count()).toBe(1);
  });

  it('shows at once what somebody else changed', async () => {
    const id = await add(world, sheet, { 单号: 'T-1' });
    await open();
    colleague.editRecord(sheet.appToken, sheet.tableId, { recordId: id, fields: { 单号: '改好了' } });
    await page.getByText('改好了').waitFor();
  });

  it('leaves an open editor alone while somebody else changes the table', async () => {
    const [one = '', other = ''] = await addMany(world, sheet, [{ 单号: 'T-1' }, { 单号: 'T-2' }]);
    await open();
    await cell(one, '单号').click();
    await control('单号').fill('还没写完');
    colleague.editRecord(sheet.appToken, sheet.tableId, { recordId: other, fields: { 单号: '同事改的' } });
    await page.waitForTimeout(300);
    expect(await control('单号').inputValue()).toBe('还没写完');
    await page.keyboard.press('Enter');
    await page.getByText('同事改的').waitFor();
    await expect.poll(stored(one, '单号')).toBe('还没写完');
  });

  it('works on a phone: the grid scrolls in its own box, the list is one step back', async () => {
    await page.setViewportSize(PHONE);
    await add(world, sheet, { 单号: 'T-1' });
    await open();
    expect(await widerThanScreen(page)).toEqual([]);
    expect(await page.locator('.rail').isVisible()).toBe(false);
    await page.getByRole('button', { name: '返回多维表格列表' }).click();
    await page.getByRole('heading', { name: '多维表格' }).waitFor();
    expect(await widerThanScreen(page)).toEqual([]);
  });

  it('names its controls and is easy to read', async () => {
    await addMany(world, sheet, [
      { 单号: 'T-1', 状态: '待处理', 标签: ['漏发'], 金额: 1 },
      { 状态: '处理中' },
    ]);
    await open();
    expect(await namelessControls(page)).toEqual([]);
    expect(await paleText(page)).toEqual([]);
  });
});
