import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { localTables } from '../local.ts';
import { postOf, publish, storesIn } from './posts.ts';
import { enter, fieldIn, startWorkbench, type Workbench } from './world.ts';

const tables = localTables();
let workbench: Workbench;
beforeAll(async () => {
  workbench = await startWorkbench(tables);
}, 60_000);
afterAll(() => workbench.close());
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

const reader = '林知夏';
const unionId = (name: string): string => workbench.person(name).unionId;
let issue = 100;
/** A post of its own for each test. */
const post = async (more: Parameters<typeof postOf>[0] = {}, people = [reader]) => {
  issue += 1;
  const made = postOf({ broadcast: `legal-${issue}`, issue, title: `第 ${issue} 号红线`, ...more });
  return publish(tables, { post: made, people: people.map(unionId) });
};
const rowOf = (made: ReturnType<typeof postOf>, name = reader) =>
  storesIn(tables).deliveries.find({ subject: personalSubject(made), recipient: unionId(name) });

describe('a post', () => {
  it('stands first on the page of whoever must confirm it, and is confirmed there once', async () => {
    const made = await post();
    const who = await enter(workbench, reader);
    const home = await who.get(who.landed.location);
    expect(home.html).toContain('需要你确认');
    expect(home.html).toContain(`href="/workbench/posts/${made.broadcast}"`);
    const page = await who.get(`/workbench/posts/${made.broadcast}`);
    expect(page.html).toContain('我已阅读并知悉');
    const fields = { form: fieldIn(page.html, 'form'), version: fieldIn(page.html, 'version') };
    const done = await who.post(`/workbench/posts/${made.broadcast}/confirm`, fields);
    expect(done).toMatchObject({ status: 303, location: `/workbench/posts/${made.broadcast}` });
    const row = await rowOf(made);
    expect(row).toMatchObject({ state: 'confirmed', confirmed: { version: 1, via: 'page' } });
    await who.post(`/workbench/posts/${made.broadcast}/confirm`, fields);
    expect((await rowOf(made))?.confirmed).toEqual(row?.confirmed);
    expect((await who.get(done.location)).html).toMatch(/✔ 已于 \d\d-\d\d \d\d:\d\d 确认 v1/u);
  });
});
