import { expect, it } from 'vitest';
import { recountTickets } from '../../functions/base-sync/recount.ts';
import { recounts } from '../../shared/store/recounts.ts';
import { settingsBase } from './settings-world.ts';

const { make, edit, settle, world } = settingsBase();

it('open tickets whose 时效 changed are computed anew, at most 200 a minute, each once', async () => {
  await make();
  const care: string[] = [];
  for (let index = 0; index < 230; index += 1) care.push(await world.open());
  const urgent = await world.open({ priority: 'P1' });
  const closed = await world.open();
  await world.act(closed, { do: 'closed', because: '测试' });
  const before = await world.ticket(care[0] ?? '');
  await edit('沈南乔', '时效与升级', ['P2', { '首响（分）': 45 }]);
  await settle();
  const deps = {
    recounts: recounts(world.name('ops')),
    tickets: world.tickets,
    changing: { tickets: world.tickets, rules: world.rules, now: () => new Date() },
  };
  expect(await recountTickets(deps)).toBe(0);
  world.later(61_000);
  const first = await recountTickets(deps);
  expect(first).toBeGreaterThan(190);
  expect(first).toBeLessThanOrEqual(200);
  expect(first + (await recountTickets(deps))).toBe(230);
  expect(await recountTickets(deps)).toBe(0);
  const after = await world.ticket(care[0] ?? '');
  expect(before.clocks.firstResponse?.budgetMinutes).toBe(30);
  expect(after.clocks.firstResponse?.budgetMinutes).toBe(45);
  expect(after.version).toBe(before.version + 1);
  expect((await world.history(care[0] ?? '')).at(-1)?.change.do).toBe('rules_changed');
  expect((await world.ticket(urgent)).version).toBe(1);
  expect((await world.ticket(closed)).version).toBe(2);
}, 60_000);
