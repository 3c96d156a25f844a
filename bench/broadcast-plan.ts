/**
 * Planning a post on the local engine, each size in a fresh process on fresh tables: time per person against fewer people,
 * memory against one part of the snapshot, rows and write units against the floor; and what an invocation does that goes
 * on where another was stopped.
 */
import * as z from 'zod';
import { runChild } from './broadcast-child.ts';
import { compare, type Line } from './line.ts';
import { meterWrites } from './metered.ts';
import { startTables } from './stream-less.ts';

const plannedSchema = z.object({
  ms: z.number(),
  cpuMs: z.number(),
  left: z.number(),
  tried: z.number(),
  heapMb: z.number(),
  peakMb: z.number(),
});
type Planned = z.output<typeof plannedSchema>;

/**
 * A small young generation, so that a peak is what was needed and not garbage. A small old space does harm instead: at
 * 96 MB node was seen to collect without end, 17 MB of them in use, because its young generation had grown to the rest.
 */
const node = ['--expose-gc', '--max-semi-space-size=8', '--max-old-space-size=256'];

const plan = async (endpoint: string, args: readonly number[]): Promise<Planned> => {
  const env = {
    PATH: process.env['PATH'] ?? '',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'ap-southeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  return plannedSchema.parse(
    await runChild({ file: 'broadcast-plan-child.ts', args: args.map(String), env, node }),
  );
};

const onFreshTables = async (...args: readonly number[]): Promise<Planned> => {
  const { endpoint, close } = await startTables();
  return plan(endpoint, args).finally(close);
};

/** Write units of the ledger's table and its indexes. Apart from the others: asking for them takes time. */
const unitsOf = async (count: number): Promise<number> => {
  const { endpoint, close } = await startTables();
  const meter = await meterWrites(endpoint);
  try {
    await plan(meter.url, [count]);
    return meter
      .take()
      .filter(({ table }) => table.endsWith('-deliveries'))
      .reduce((sum, { units }) => sum + units, 0);
  } finally {
    meter.close();
    await close();
  }
};

const sizes = [1_000, 2_000, 5_000, 10_000] as const;
type Size = (typeof sizes)[number];
type Told = Readonly<Record<Size | 'resumed', readonly Planned[]>>;
const whole = 10_000;
const stoppedAt = 9_000;
/** A part of the snapshot: so many people are in memory at a time. */
const part = 2_000;

const measure = async (rounds: number): Promise<Told> => {
  const told: Record<Size | 'resumed', Planned[]> = { 1000: [], 2000: [], 5000: [], 10000: [], resumed: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const size of sizes) told[size].push(await onFreshTables(size));
    told.resumed.push(await onFreshTables(whole, stoppedAt));
  }
  return told;
};

/** Its processor, too: the engine and whoever else has the machine have their own. */
const paces = [
  { of: 'ms', unit: 'ms per person', suffix: '' },
  { of: 'cpuMs', unit: 'ms of its processor per person', suffix: ':processor' },
] as const;
/** A process is slowest at first: 5,000 people leave little of that. */
const pairs: readonly (readonly [Size, Size])[] = [
  [2_000, 1_000],
  [5_000, 1_000],
  [10_000, 1_000],
  [10_000, 5_000],
];

const timeLines = (told: Told): readonly Line[] =>
  paces.flatMap(({ of, unit, suffix }) => {
    const perPerson = (size: Size): readonly number[] => told[size].map((planned) => planned[of] / size);
    return pairs.map(([many, few]) =>
      compare(
        unit,
        { name: `broadcast-plan-${many}${suffix}`, values: perPerson(many) },
        { name: `${few} people`, values: perPerson(few) },
      ),
    );
  });

const memoryLines = (told: Told): readonly Line[] => [
  compare(
    'MB of heap that planning holds at most',
    { name: `broadcast-plan-${whole}:heap`, values: told[whole].map(({ heapMb }) => heapMb) },
    { name: '2,000 people: one part of the snapshot', values: told[part].map(({ heapMb }) => heapMb) },
  ),
  compare(
    'MB peak',
    { name: `broadcast-plan-${whole}:memory`, values: told[whole].map(({ peakMb }) => peakMb) },
    { name: '1,000 people', values: told[1_000].map(({ peakMb }) => peakMb) },
  ),
];

const resumeLines = ({ resumed, [whole]: all }: Told): readonly Line[] => {
  const name = `broadcast-plan-${whole}:resumed`;
  return [
    compare(
      'rows tried',
      { name, values: resumed.map(({ tried }) => tried) },
      { name: 'those without a row', values: resumed.map(({ left }) => left) },
    ),
    compare(
      's',
      { name, values: resumed.map(({ ms }) => ms / 1_000) },
      { name: 'all of them', values: all.map(({ ms }) => ms / 1_000) },
    ),
    compare(
      'MB peak',
      { name: `${name}:memory`, values: resumed.map(({ peakMb }) => peakMb) },
      { name: 'all of them', values: all.map(({ peakMb }) => peakMb) },
    ),
  ];
};

/** The row, and its entries in two indexes: a person's day and the drainer's queue. */
const floorUnits = 3;

const writeLines = async ({ [whole]: all }: Told): Promise<readonly Line[]> => [
  compare(
    'rows tried per person',
    { name: `broadcast-plan-${whole}:rows`, values: all.map(({ tried }) => tried / whole) },
    { name: 'one each', values: all.map(() => 1) },
  ),
  compare(
    'write units per person',
    { name: `broadcast-plan-${whole}:write-units`, values: [(await unitsOf(whole)) / whole] },
    { name: 'a row and its entries in two indexes', values: [floorUnits] },
  ),
];

export const planLines = async (rounds: number): Promise<readonly Line[]> => {
  const told = await measure(rounds);
  return [...timeLines(told), ...memoryLines(told), ...resumeLines(told), ...(await writeLines(told))];
};
