import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import { compressedDay, playDay } from '../../simulator/after-sales.ts';
import { settingsBase, ticketTable } from '../../simulator/demo-bases.ts';
import { caseIds, playedCases } from '../../simulator/demo-cases.ts';
import { allTickets } from '../../simulator/demo-rows.ts';
import type { Stack } from '../../simulator/stack.ts';
import { scrollMessages } from './probes.ts';

export type Camera = {
  readonly browser: Browser;
  readonly stack: Stack;
  readonly openAs: (page: Page, name: string) => Promise<void>;
  readonly shoot: (page: Page, name: string) => Promise<void>;
};

const desktop = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 };
const phone = { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const ticketOf = async (stack: Stack, caseId: string): Promise<Ticket> => {
  for (;;) {
    const ticket = (await allTickets(stack)).find(
      ({ owner, sources, clocks }) =>
        owner !== undefined &&
        clocks.platform !== undefined &&
        sources.some((source) => source.caseId === caseId),
    );
    if (ticket) return ticket;
    await wait(200);
  }
};

/** What its owner has on a phone: three hours are left on the platform. */
const agentsCard = async ({ browser, stack, openAs, shoot }: Camera): Promise<void> => {
  const { ticket, owner } = await ticketOf(stack, caseIds.missing);
  const page = await browser.newPage(phone);
  await openAs(page, owner?.name ?? '');
  await page.locator('.chat-entry', { hasText: '直达' }).click();
  const card = page.locator('.card', { hasText: ticket });
  await card.first().waitFor();
  await card.first().scrollIntoViewIfNeeded();
  await shoot(page, 'phone-ticket');
  await page.close();
};

const hasPins = ({ feishu: { tenant } }: Stack): boolean =>
  tenant.chats.all().some(({ name, pins }) => name === '售后群' && pins.size > 0);

/** The minute's ticks: one posts the board, the next pins it. A function knows a new rota after a minute at most. */
const board = async ({ browser, stack, openAs, shoot }: Camera): Promise<void> => {
  for (let tick = 0; tick < 20 && !hasPins(stack); tick += 1) {
    await stack.invoke('ticket-sla', {});
    await wait(4_000);
  }
  const page = await browser.newPage(desktop);
  await openAs(page, '潘小雨');
  await page.locator('.chat-entry', { hasText: '售后群' }).click();
  await page.getByText('售后看板 · 客诉组').first().waitFor();
  await scrollMessages(page, 'end');
  await shoot(page, 'board');
  await page.close();
};

const openTable = async (page: Page, base: string, table: string): Promise<void> => {
  await page.getByRole('button', { name: '多维表格' }).click();
  await page.getByRole('button', { name: base }).click();
  await page.getByRole('tab', { name: table }).click();
  await page.locator('.grid').waitFor();
};

const tickets = async ({ browser, openAs, shoot }: Camera): Promise<void> => {
  const page = await browser.newPage(desktop);
  await openAs(page, '潘小雨');
  await openTable(page, ticketTable.base, ticketTable.table);
  await shoot(page, 'ticket-table');
  await page.close();
};

const setFirstResponse = async (page: Page, priority: string, minutes: string): Promise<Locator> => {
  const row = page.locator('.grid tbody tr', { hasText: priority }).first();
  await row.locator('.cell[aria-label^="首响（分）"]').click();
  await page.locator('.is-editing').getByLabel('首响（分）', { exact: true }).fill(minutes);
  await page.keyboard.press('Enter');
  return row;
};

/** One value counts, another one can't, and their rows say so. */
const settings = async ({ browser, openAs, shoot }: Camera): Promise<void> => {
  const page = await browser.newPage(desktop);
  await openAs(page, '许念');
  await openTable(page, settingsBase, '时效与升级');
  await (await setFirstResponse(page, 'P1', '12')).getByText('已生效 v2').waitFor();
  const refused = (await setFirstResponse(page, 'P3', '99999')).getByText('未生效');
  await refused.waitFor();
  await page.locator('.grid tbody .cell').last().scrollIntoViewIfNeeded();
  await page.mouse.move(0, 0);
  await shoot(page, 'settings');
  await page.close();
};

/** A day of after-sales, as an agent, a group, and whoever looks after the tables see it. */
export const afterSales = async (camera: Camera): Promise<void> => {
  const { shops } = camera.stack;
  for (const message of playedCases()) shops.send(message);
  await shops.idle();
  await playDay(camera.stack, compressedDay({ cases: 60, seconds: 20 }));
  await agentsCard(camera);
  await board(camera);
  await tickets(camera);
  await settings(camera);
};
