/**
 * `npm run prove -- --flow digest --seeds 500`: plays a flow again and again, each seed with its own faults, and checks
 * after each that everybody has exactly one card, or a reason. `--seed 17` plays one and prints its schedule, `--seed 17,42` some.
 * The last line is JSON; the exit code is 1 when anything was doubled, missed or violated.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { Job } from './child.ts';
import { describeRun, type Report, reportSchema, sum, summarise } from './report.ts';
import { flows, layGround, prepareProcess } from './seeds.ts';
import type { Flow } from './stage.ts';

const whole = z.coerce.number().int();
const listed = z.preprocess((text) => String(text).split(','), z.array(whole.positive()));
const optionsSchema = z.object({
  flow: z
    .string()
    .refine((name) => Object.hasOwn(flows, name), `is none of ${Object.keys(flows).join(', ')}`),
  seeds: whole.positive(),
  'seed-from': whole.positive(),
  seed: listed.optional(),
  people: whole.min(2).max(10_000).optional(),
  digests: whole.min(1).max(3),
  workers: whole.positive(),
  json: z.boolean(),
});

type Options = z.output<typeof optionsSchema>;

const readOptions = (): Options => {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    options: {
      flow: text('digest'),
      seeds: text('500'),
      'seed-from': text('1'),
      seed: { type: 'string' },
      people: { type: 'string' },
      digests: text('3'),
      workers: text('2'),
      json: { type: 'boolean', default: false },
    },
  });
  return optionsSchema.parse(values);
};

/** At most so many seeds are played by one process, which then ends: each container leaves a loaded module behind. */
const mostPerChild = 5;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const runChild = (job: Job, onReport: (report: Report) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'child.ts'), [JSON.stringify(job)]);
    child.on('message', (message) => {
      onReport(reportSchema.parse(message));
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a child ended with ${code}`));
    });
  });

/** Of the local company, unless the flow has its own. */
const localPeople = { usual: 50, least: 2, most: 58 };

const peopleOf = ({ people = localPeople }: Flow, asked = people.usual): number => {
  const { least, most } = people;
  if (asked < least || asked > most) throw new Error(`--people is from ${least} to ${most} for this flow`);
  return asked;
};

type Range = Pick<Job, 'from' | 'to'>;

/** What each child plays. */
const rangesOf = ({ seed, 'seed-from': first, seeds, workers }: Options): readonly Range[] => {
  if (seed) return seed.map((each) => ({ from: each, to: each }));
  const size = Math.min(mostPerChild, Math.ceil(seeds / workers));
  return Array.from({ length: Math.ceil(seeds / size) }, (_, index) => {
    const from = first + index * size;
    return { from, to: Math.min(first + seeds, from + size) - 1 };
  });
};

const prove = async (): Promise<void> => {
  const options = readOptions();
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
  const { digests } = options;
  prepareProcess();
  const flow = await flows[options.flow]?.();
  if (!flow) return;
  const people = peopleOf(flow, options.people);
  const directory = mkdtempSync(join(tmpdir(), 'zhida-prove-'));
  const groundFile = join(directory, 'ground.json');
  const reports: Report[] = [];
  const print = (report: Report): void => {
    reports.push(report);
    const isAlone = options.seed?.length === 1;
    if (!options.json || report.failed) for (const line of describeRun(report, isAlone)) say(line);
  };
  try {
    const ground = await layGround(flow, { people, digests });
    if (ground.clean.findings.length > 0) print({ seed: 0, failed: true, ...ground.clean });
    writeFileSync(groundFile, JSON.stringify(ground));
    if (!options.json) say(`${flow.name}: ${ground.clean.calls} I/O calls when nothing goes wrong`);
    const ranges = [...rangesOf(options)];
    const wanted = ranges.reduce((count, { from, to }) => count + to - from + 1, 0);
    const work = async (): Promise<void> => {
      for (let range = ranges.shift(); range; range = ranges.shift())
        await runChild({ flow: flow.name, people, digests, ...range, groundFile }, print);
    };
    await Promise.all(Array.from({ length: options.workers }, work));
    const summary = summarise({ flow: flow.name, people, digests, reports, counted: ground.counted });
    const unplayed = wanted - reports.filter(({ seed }) => seed > 0).length;
    say(JSON.stringify({ ...summary, unplayed, seconds: seconds() }));
    const { duplicates, misses, violations } = summary;
    process.exitCode = sum(duplicates, misses, violations, unplayed) > 0 ? 1 : 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

await prove();
