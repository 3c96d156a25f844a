import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { writeUnits } from '../../bench/write-units.ts';

const before = { ...process.env };
beforeAll(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => {
  process.env = before;
  vi.restoreAllMocks();
});

it('a delivery costs 7 write units on the now lane and 8 in a digest or in bulk, and its row stays below 1 KB', async () => {
  const lines = await writeUnits();
  const value = (name: string): number =>
    lines.find((line) => line.name === `write-units:${name}`)?.value ?? Infinity;
  expect(value('now')).toBeLessThanOrEqual(7);
  expect(value('digest')).toBeLessThanOrEqual(8);
  expect(value('bulk')).toBeLessThanOrEqual(8);
  for (const lane of ['now', 'digest', 'bulk']) expect(value(`${lane}:row`)).toBeLessThan(1_024);
}, 60_000);
