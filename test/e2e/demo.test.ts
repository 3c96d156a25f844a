import { expect, it } from 'vitest';
import { run } from './run.ts';

type Line = {
  digest: string;
  window: string;
  planned: number;
  accepted: number;
  excluded: number;
  read: number;
  p95: number;
};
type Result = {
  ok: boolean;
  seconds: number;
  digests: Line[];
  replies: { answered: number };
  alert: { told: number; p95: number; refreshMs: Record<string, number>; duplicates: number; doctor: object };
  tickets: {
    cases: number;
    tickets: number;
    merged: number;
    batchEvents: number;
    endedBySource: number;
    duplicates: number;
    cardsToAgents: number;
    base: { rows: number; drift: number };
    editMs: number;
    settingMs: number;
  };
  problems: string[];
};

it('the demo plays a morning, an alert and a day of after-sales through every function and ends with one JSON line', async () => {
  const demo = await run('simulator/demo.ts');
  const code = await demo.ended;
  const last = demo.output().trimEnd().split('\n').at(-1) ?? '';
  const result = JSON.parse(last) as Result;
  expect(result.problems).toEqual([]);
  expect(result.ok).toBe(true);
  expect(code).toBe(0);
  expect(result.seconds).toBeLessThan(120);
  const [rehearsed, live] = result.digests;
  expect(rehearsed).toMatchObject({ digest: 'morning', accepted: 2, failed: 0 });
  expect(live).toMatchObject({ digest: 'morning', failed: 0, suppressed: 0 });
  expect(live?.accepted).toBe((live?.planned ?? 0) - (live?.excluded ?? 0));
  expect(live?.read).toBe((live?.accepted ?? 0) - 3);
  expect(result.replies.answered).toBe(7);
  expect(result.alert).toMatchObject({ told: 6, duplicates: 0, doctor: { broken: 0 } });
  expect(result.alert.p95).toBeLessThanOrEqual(3_000);
  expect(Object.keys(result.alert.refreshMs)).toEqual(['acknowledged', 'assigned', 'closed', 'recovered']);

  const { tickets } = result;
  expect(tickets).toMatchObject({ tickets: tickets.cases, batchEvents: 1, duplicates: 0 });
  expect(tickets.cases).toBeGreaterThan(100);
  expect(tickets.merged).toBeGreaterThan(1);
  expect(tickets.endedBySource).toBeGreaterThan(5);
  expect(tickets.cardsToAgents).toBeGreaterThan(5);
  expect(tickets.base.drift).toBe(0);
  expect(tickets.base.rows).toBeGreaterThanOrEqual(tickets.tickets - tickets.merged);
  expect(tickets.editMs).toBeLessThanOrEqual(10_000);
  expect(tickets.settingMs).toBeLessThanOrEqual(10_000);
}, 240_000);
