import { expect, it } from 'vitest';
import { run } from './run.ts';

type Line = { digest: string; window: string; planned: number; accepted: number; read: number; p95: number };
type Result = {
  ok: boolean;
  seconds: number;
  digests: Line[];
  replies: { answered: number };
  problems: string[];
};

it('the demo plays a morning through every function and ends with one JSON line', async () => {
  const demo = await run('simulator/demo.ts');
  const code = await demo.ended;
  const last = demo.output().trimEnd().split('\n').at(-1) ?? '';
  const result = JSON.parse(last) as Result;
  expect(result.problems).toEqual([]);
  expect(result.ok).toBe(true);
  expect(code).toBe(0);
  expect(result.seconds).toBeLessThan(60);
  const [rehearsed, live] = result.digests;
  expect(rehearsed).toMatchObject({ digest: 'morning', accepted: 2, failed: 0, excluded: 0 });
  expect(live).toMatchObject({ digest: 'morning', failed: 0, suppressed: 0 });
  expect(live?.accepted).toBe(live?.planned);
  expect(live?.read).toBe((live?.planned ?? 0) - 3);
  expect(result.replies.answered).toBe(7);
}, 120_000);
