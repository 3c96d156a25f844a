import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

/** A process of its own: the harness stands between Node's libraries and the network. */
const run = (
  file: string,
  ...args: readonly string[]
): Promise<{ code: number | null; lines: readonly string[] }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, file), ...args]);
    let said = '';
    let complained = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      const lines = said.trim().split('\n');
      if (lines[0]) resolve({ code, lines });
      else reject(new Error(`${file} said nothing (${code}): ${complained.slice(0, 2_000)}`));
    });
  });

const summarySchema = z.object({
  flow: z.string(),
  seeds: z.number(),
  duplicates: z.number(),
  misses: z.number(),
  violations: z.number(),
  seconds: z.number(),
  covered: z.number(),
  failedSeeds: z.array(z.number()),
});

const prove = async (...args: readonly string[]) => {
  const { code, lines } = await run('run.ts', '--json', '--workers', '1', ...args);
  const failure = lines.slice(0, -1).join('\n');
  return { code, failure, summary: summarySchema.parse(JSON.parse(lines.at(-1) ?? '')) };
};

const clean = { duplicates: 0, misses: 0, violations: 0, failedSeeds: [] };

describe('a small proof', () => {
  it.each([
    ['digest', '--people', '6', '--digests', '2', '--seeds', '6'],
    ['alert', '--people', '6', '--digests', '1', '--seeds', '6'],
    ['cards', '--people', '6', '--seeds', '2'],
    ['ticket', '--people', '2', '--seeds', '1'],
    ['broadcast', '--people', '8', '--seeds', '1'],
  ])(
    'of the flow %s finds nothing doubled, missed or untrue',
    async (flow, ...options) => {
      const { code, failure, summary } = await prove('--flow', flow, ...options);
      expect(failure).toBe('');
      expect(summary).toMatchObject({ flow, ...clean });
      expect(summary.covered).toBeGreaterThan(5);
      expect(code).toBe(0);
    },
    400_000,
  );

  it('of one seed prints its schedule and plays it the same way each time', async () => {
    const options = ['--flow', 'alert', '--people', '5', '--digests', '1', '--seed', '7', '--workers', '1'];
    const again = () => run('run.ts', ...options);
    const [first, second] = [await again(), await again()];
    expect(first.lines.slice(0, -1)).toEqual(second.lines.slice(0, -1));
    expect(first.lines).toContain(' schedule');
  }, 300_000);
});

const mutantSchema = z.object({ without: z.string(), caught: z.boolean(), applied: z.number() });

it('the proof fails without the claim, the uuid, the lease, the pinned content or the confirming PATCH', async () => {
  const { lines } = await run('mutants.ts');
  const mutants = lines.map((line) => mutantSchema.parse(JSON.parse(line)));
  expect(mutants.map(({ without, caught }) => [without, caught])).toEqual([
    ['claim', true],
    ['uuid', true],
    ['lease', true],
    ['pinned content', true],
    ['confirming PATCH', true],
    ['nothing', false],
  ]);
}, 400_000);
