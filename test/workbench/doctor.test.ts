import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { workbenchCheck } from '../../functions/ops/workbench-check.ts';
import { localTables } from '../local.ts';
import { startWorkbench, type Workbench } from './world.ts';

const tables = localTables();
let workbench: Workbench;
beforeAll(async () => {
  workbench = await startWorkbench(tables);
}, 60_000);
afterAll(() => workbench.close());
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
const events = (): string => workbench.url.replace('/workbench', '/feishu/events');

it('the doctor finds the pages beside the address for events, and says what Feishu has to know', async () => {
  const found = await workbenchCheck(events());
  expect(found).toMatchObject({ ok: true });
  expect(found.detail).toContain(`${workbench.url}/login`);
});

it('the doctor says when the pages take another address for theirs', async () => {
  await workbench.reload({ WORKBENCH_URL: 'https://old.example.com/workbench' });
  const found = await workbenchCheck(events());
  expect(found).toMatchObject({ ok: false });
  expect(found.detail).toContain('https://old.example.com/workbench/login');
});

it.each([
  ['http://127.0.0.1:9/feishu/events', false],
  [undefined, 'unknown'],
])('the doctor asked with %s says %s', async (url, ok) => {
  expect(await workbenchCheck(url)).toMatchObject({ ok });
});
