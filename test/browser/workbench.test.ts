import axe from 'axe-core';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { keepSnapshot } from '../../shared/broadcasts/snapshot.ts';
import { contents } from '../../shared/store/contents.ts';
import { people } from '../../shared/store/people.ts';
import { localTables } from '../local.ts';
import { postOf, publish, rowFor, storesIn } from '../workbench/posts.ts';
import { startWorkbench, type Workbench } from '../workbench/world.ts';
import { launchBrowser } from './browser.ts';
import { widerThanScreen } from './probes.ts';

const tables = localTables();
const reader = '林知夏';
const PHONE = { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2 };
const DESKTOP = { viewport: { width: 1280, height: 800 } };
let workbench: Workbench;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let issue = 200;

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  browser = await launchBrowser();
  workbench = await startWorkbench(tables);
}, 90_000);
afterAll(async () => {
  await browser.close();
  await workbench.close();
});
beforeEach(async () => {
  context = await browser.newContext({ ...PHONE, bypassCSP: process.env['ZHIDA_SHOTS'] !== undefined });
  page = await context.newPage();
});
afterEach(() => context.close());

const unionId = (name = reader): string => workbench.person(name).unionId;
const post = async (more: Parameters<typeof postOf>[0] = {}, people = [reader]) => {
  issue += 1;
  const made = postOf({
    broadcast: `legal-${issue}`,
    issue,
    deadlineAt: '2027-01-04T10:00:00.000Z',
    ...more,
  });
  return publish(tables, { post: made, people: people.map(unionId) });
};
const rowOf = (made: ReturnType<typeof postOf>) =>
  storesIn(tables).deliveries.find({ subject: personalSubject(made), recipient: unionId() });

const editor = '许念';
/** A post of twelve people, and somebody who may read its report. */
const reported = async () => {
  issue += 1;
  const { unionId: person } = workbench.person(editor);
  const facts = { person, name: editor, jobTitle: '', departments: ['法务'], roles: [] };
  await people(tables.name('people')).record({ ...facts, syncedAt: new Date().toISOString() });
  const members = Array.from({ length: 12 }, (_, n) => ({
    person: `on_${issue}_${n}`,
    name: `同事${n + 1}`,
    departments: [['直播运营', '仓储', '客服一组'][n % 3] ?? ''],
  }));
  const base = postOf({ broadcast: `legal-${issue}`, issue });
  const snapshots = await keepSnapshot(contents(tables.name('contents')))(base, members, new Date());
  const made = { ...base, target: 12, snapshots: [...snapshots] };
  await publish(tables, { post: made, people: [] });
  const at = '2026-11-23T02:12:00.000Z';
  for (const [n, member] of members.entries()) {
    const done = {
      state: 'confirmed',
      readAt: at,
      openedAt: at,
      confirmed: { at, version: 1, via: 'card' },
    } as const;
    await storesIn(tables).deliveries.put(rowFor(made, member.person, n % 3 === 0 || n < 4 ? done : {}));
  }
  return made;
};

/** For whoever looks at the pages; a machine without Chinese characters borrows some, which our own policy forbids. */
const shoot = async (name: string): Promise<void> => {
  const folder = process.env['ZHIDA_SHOTS'];
  if (!folder) return;
  const { url } = workbench.feishu.feishu;
  for (const frame of page.frames())
    for (const weight of [400, 600])
      await frame.addStyleTag({ url: `${url}/assets/font/${weight}.css` }).catch(() => undefined);
  await page.evaluate('document.fonts.ready');
  await page.waitForTimeout(800);
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: name.startsWith('report') });
};

type Violation = {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { html: string }[];
};
/** What somebody who can't see, or sees badly, would stumble over. */
const obstacles = async (target: Page): Promise<readonly string[]> => {
  await target.evaluate(axe.source);
  const { violations } = await target.evaluate<{ violations: Violation[] }>('axe.run(document)');
  return violations.map(({ id, impact, nodes }) => `${impact} ${id} ${nodes[0]?.html ?? ''}`);
};

/** Signs in on Feishu's pages, as in a browser. */
const signIn = async (path = '/workbench', name = reader): Promise<void> => {
  await page.goto(new URL(path, workbench.url).href);
  await page.getByLabel('账号').selectOption({ value: unionId(name) });
  await page.getByRole('button', { name: '登录' }).click();
  const allow = page.getByRole('button', { name: '授权' });
  await allow
    .or(page.getByRole('navigation', { name: '直达工作台' }))
    .first()
    .waitFor();
  if (await allow.isVisible()) await allow.click();
  await page.getByRole('navigation', { name: '直达工作台' }).waitFor();
};
/** Presses Tab until what has that text has the focus, and shows it. */
const tabTo = async (text: string): Promise<void> => {
  const focused = () =>
    page.evaluate<string>(
      'document.activeElement === document.body ? "" : document.activeElement.textContent',
    );
  for (let pressed = 0; pressed < 12 && !(await focused()).includes(text); pressed += 1)
    await page.keyboard.press('Tab');
  expect(await focused()).toContain(text);
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
};
const confirmed = (target: Page | FrameLocator) =>
  target.getByText(/已于 \d\d-\d\d \d\d:\d\d 确认 v1/u).waitFor();

describe('the pages in a browser', () => {
  it('are confirmed on a phone after consent, by keyboard alone', async () => {
    const made = await post();
    await signIn();
    await shoot('phone-home');
    expect(await widerThanScreen(page)).toEqual([]);
    await page.keyboard.press('Tab');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('跳到正文');
    await tabTo('广告法新规');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '广告法新规' }).waitFor();
    await tabTo('我已阅读并知悉');
    await shoot('phone-post');
    await page.keyboard.press('Enter');
    await confirmed(page);
    await shoot('phone-confirmed');
    expect(await rowOf(made)).toMatchObject({ state: 'confirmed', confirmed: { via: 'page' } });
  });

  it.each([
    ['phone', 'light', PHONE],
    ['phone', 'dark', PHONE],
    ['desktop', 'light', DESKTOP],
    ['desktop', 'dark', DESKTOP],
  ] as const)('put nothing in the way of anybody, on a %s, %s', async (kind, colorScheme, { viewport }) => {
    const made = await post({ mustConfirm: kind === 'phone' });
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await signIn();
    for (const path of ['', '/past', '/me', `/posts/${made.broadcast}`, '/posts/legal-1']) {
      await page.goto(`${workbench.url}${path}`);
      await shoot(`${kind}-${colorScheme}${path.replaceAll('/', '-')}`);
      expect({ path, obstacles: await obstacles(page), wide: await widerThanScreen(page) }).toEqual({
        path,
        obstacles: [],
        wide: [],
      });
    }
  });

  it.each([
    ['phone', 'light', PHONE],
    ['desktop', 'dark', DESKTOP],
  ] as const)(
    'show a report to everybody who may see it, on a %s, %s',
    async (kind, colorScheme, { viewport }) => {
      const made = await reported();
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await signIn('/workbench/reports', editor);
      await page.getByRole('link', { name: `第 ${made.issue} 期` }).click();
      await page.getByText('还差').last().click();
      await shoot(`report-${kind}-${colorScheme}`);
      expect([await obstacles(page), await widerThanScreen(page)]).toEqual([[], []]);
      await page.getByLabel('暂停原因').fill('第 3 条有误');
      await page.getByRole('button', { name: '暂停' }).click();
      await page.getByText('已暂停：第 3 条有误').waitFor();
    },
  );

  it('break no rule of their own policy, and load nothing from elsewhere', async () => {
    const made = await post();
    await context.close();
    context = await browser.newContext(PHONE);
    page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(request.url()));
    await signIn(`/workbench/posts/${made.broadcast}`);
    expect(said.filter((line) => /policy|refused/iu.test(line))).toEqual([]);
    const elsewhere = [...asked].filter(
      (url) => !url.startsWith(workbench.url) && !url.startsWith(workbench.feishu.feishu.url),
    );
    expect(elsewhere).toEqual([]);
  });
});

describe('the pages without script', () => {
  it('sign in, read and confirm by links and forms', async () => {
    await context.close();
    context = await browser.newContext({ ...PHONE, javaScriptEnabled: false });
    page = await context.newPage();
    const made = await post({}, ['周以安']);
    await page.goto(`${workbench.url}/posts/${made.broadcast}`);
    await page.getByRole('link', { name: '用飞书账号登录' }).click();
    await page.getByLabel('账号').selectOption({ value: unionId('周以安') });
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('button', { name: '授权' }).click();
    await page.getByRole('button', { name: '我已阅读并知悉' }).click();
    await confirmed(page);
  });
});

describe('the pages in the client', () => {
  const inside = (): FrameLocator => page.frameLocator('.web-frame iframe');
  const openTile = async (name: string): Promise<void> => {
    const { url } = workbench.feishu.feishu;
    await page.goto(`${url}/?person=${unionId(name)}&view=workbench`);
    await page.getByRole('button', { name: /直达.*打开网页应用/u }).click();
  };

  it('know who looks without asking, and are confirmed there', async () => {
    const made = await post();
    await openTile(reader);
    await inside()
      .getByRole('link', { name: `第 ${made.issue} 期` })
      .click();
    await shoot('frame-post');
    await inside().getByRole('button', { name: '我已阅读并知悉' }).click();
    await confirmed(inside());
    await shoot('frame-confirmed');
    expect(await rowOf(made)).toMatchObject({ state: 'confirmed' });
  });

  it('open the article in the client, stay where they are, and have recorded it', async () => {
    const url = `${workbench.feishu.feishu.url}/nowhere`;
    const base = postOf();
    const made = await post({ page: { ...(base.page ?? never()), url } });
    await openTile(reader);
    await inside()
      .getByRole('link', { name: `第 ${made.issue} 期` })
      .click();
    await inside().getByRole('link', { name: '阅读全文' }).click();
    await expect.poll(() => page.locator('.web-frame iframe').last().getAttribute('src')).toBe(url);
    expect((await rowOf(made))?.openedAt).toBeDefined();
  });

  it('belong to whoever has the client now', async () => {
    await openTile(reader);
    await inside().getByText(reader, { exact: true }).waitFor();
    await page.getByRole('button', { name: '关闭网页' }).click();
    await openTile('周以安');
    await inside().getByText('周以安', { exact: true }).waitFor();
  });
});

const never = (): never => {
  throw new Error('a post has a page');
};
