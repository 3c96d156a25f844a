/**
 * A post for a whole company. Time to the last card in simulated time, against the safe minimum; urgent cards meanwhile,
 * against 3 s; planning for 10,000 against ten times 1,000; write units per recipient.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import { broadcastUnits } from './broadcast-units.ts';
import { compare, type Line } from './line.ts';
import { safeMinimumS } from './safe-minimum.ts';
import { startTables } from './stream-less.ts';

const rushSchema = z.object({
  cards: z.number(),
  seconds: z.number(),
  urgent: z.array(z.number()),
  refused: z.number(),
  findings: z.literal(0),
});
type Rush = z.output<typeof rushSchema>;

const plannedSchema = z.object({ ms: z.number(), peakMb: z.number() });
type Planned = z.output<typeof plannedSchema>;

type Child = { readonly file: string; readonly args: readonly string[]; readonly env?: NodeJS.ProcessEnv };

/** A process of its own: the time of the whole process is simulated, and its memory is nobody else's. */
const run = async (
  { file, args, env = process.env }: Child,
  node: readonly string[] = [],
): Promise<unknown> => {
  const child = spawn(process.execPath, [...node, join(import.meta.dirname, file), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${String(code)}`);
  return JSON.parse(said.trim().split('\n').at(-1) ?? '');
};

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;

const rushLines = async (people: number, rateWindow: 'fixed' | 'sliding'): Promise<readonly Line[]> => {
  const rush: Rush = rushSchema.parse(
    await run({ file: 'broadcast-rush.ts', args: [String(people), rateWindow] }),
  );
  const name = `broadcast-${people}:${rateWindow}`;
  return [
    compare(
      's',
      { name, values: [rush.seconds] },
      {
        name: `safe minimum for ${rush.cards} cards: 900 in 60.6 s, 50 in 1.25 s`,
        values: [safeMinimumS(rush.cards)],
      },
    ),
    compare(
      's p95',
      {
        name: `${name}:urgent (${rush.urgent.length} cards, ${rush.refused} refused)`,
        values: [p95(rush.urgent)],
      },
      { name: 'the aim: 3 s', values: [3] },
    ),
  ];
};

/** What is collected doesn't count as memory: a process that kept what it planned would end at this limit. */
const heap = '--max-old-space-size=96';

const planned = async (count: number): Promise<Planned> => {
  const { endpoint, close } = await startTables();
  const env = {
    PATH: process.env['PATH'] ?? '',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'ap-southeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const child = { file: 'broadcast-plan-child.ts', args: [String(count)], env };
  return plannedSchema.parse(await run(child, [heap]).finally(close));
};

const planLines = async (rounds: number): Promise<readonly Line[]> => {
  const sizes = [1_000, 5_000, 10_000] as const;
  const told: Record<(typeof sizes)[number], Planned[]> = { 1_000: [], 5_000: [], 10_000: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const size of sizes) told[size].push(await planned(size));
  const perPerson = (size: (typeof sizes)[number]): readonly number[] =>
    told[size].map(({ ms }) => ms / size);
  const peak = (size: (typeof sizes)[number]): readonly number[] => told[size].map(({ peakMb }) => peakMb);
  return [
    compare(
      'ms per person',
      { name: 'broadcast-plan-10000', values: perPerson(10_000) },
      { name: '1,000 people', values: perPerson(1_000) },
    ),
    compare(
      'ms per person',
      { name: 'broadcast-plan-10000', values: perPerson(10_000) },
      { name: '5,000 people', values: perPerson(5_000) },
    ),
    compare(
      'MB peak',
      { name: 'broadcast-plan-10000:memory', values: peak(10_000) },
      { name: '1,000 people', values: peak(1_000) },
    ),
  ];
};

/** `rounds` of planning; each rush is played once, its time is simulated and nothing of it is chance. */
export const broadcast = async (rounds: number): Promise<readonly Line[]> => {
  const lines: Line[] = [...(await broadcastUnits()), ...(await planLines(rounds))];
  for (const people of [1_000, 5_000])
    for (const rateWindow of ['sliding', 'fixed'] as const)
      lines.push(...(await rushLines(people, rateWindow)));
  return lines;
};
