import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import { compare, type Line } from './line.ts';
import { startTables } from './stream-less.ts';

const toldSchema = z.object({ ms: z.number(), peakMb: z.number() });
type Told = z.output<typeof toldSchema>;

/** A small young generation, so that a peak is what was needed and not garbage. */
const heap = ['--max-semi-space-size=8', '--max-old-space-size=256'];

/** Plans in a process of its own, so that its memory is nobody else's. */
const planned = async (count: number): Promise<Told> => {
  const { endpoint, close } = await startTables();
  const child = spawn(
    process.execPath,
    [...heap, join(import.meta.dirname, 'plan-child.ts'), String(count)],
    {
      env: {
        PATH: process.env['PATH'] ?? '',
        AWS_ENDPOINT_URL_DYNAMODB: endpoint,
        AWS_REGION: 'ap-southeast-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  await close();
  if (code !== 0) throw new Error(`planning ${count} deliveries ended with ${String(code)}`);
  return toldSchema.parse(JSON.parse(said));
};

const few = 1_000;
const many = 10_000;

/** 10,000 deliveries with a card each, against 1,000: ten times the time, the same memory. */
export const plan10000 = async (rounds: number): Promise<readonly Line[]> => {
  const small: Told[] = [];
  const large: Told[] = [];
  for (let round = 0; round < rounds; round += 1) {
    small.push(await planned(few));
    large.push(await planned(many));
  }
  const seconds = (told: readonly Told[], times: number): readonly number[] =>
    told.map(({ ms }) => (ms * times) / 1_000);
  return [
    compare(
      's',
      { name: 'plan-10000', values: seconds(large, 1) },
      { name: 'ten times 1,000', values: seconds(small, many / few) },
    ),
    compare(
      'MB peak',
      { name: 'plan-10000:memory', values: large.map(({ peakMb }) => peakMb) },
      { name: '1,000 deliveries', values: small.map(({ peakMb }) => peakMb) },
    ),
  ];
};
