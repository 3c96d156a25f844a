/**
 * `node test/prove/mutants.ts`: takes one part after another out of the ledger and plays a stormy morning until somebody
 * notices. One JSON line each; the last one is the whole ledger in the same storms, where nobody may notice anything.
 */
import { digestFlow } from './digest-flow.ts';
import type { Finding } from './findings.ts';
import { type Mutation, mutations } from './mutations.ts';
import { layGround, prepareProcess, proveInStorm, smallSize } from './seeds.ts';

/** A mutation that survives so many storms has not been caught; the whole ledger has to survive them. */
const storms = { mutated: 25, whole: 6 };

prepareProcess();
const ground = await layGround(digestFlow, smallSize);

const firstFinding = async (mutation?: Mutation): Promise<{ seed: number; finding?: Finding }> => {
  const distort = mutation && { distort: mutation.distort };
  const last = mutation ? storms.mutated : storms.whole;
  for (let seed = 1; seed <= last; seed += 1) {
    const { findings } = await proveInStorm(digestFlow, ground, { seed, ...distort });
    const finding = findings.find(({ kind }) => kind !== 'unknown');
    if (finding) return { seed, finding };
  }
  return { seed: last };
};

const report = async (without: string, mutation?: Mutation): Promise<void> => {
  const { seed, finding } = await firstFinding(mutation);
  const line = {
    without,
    caught: finding !== undefined,
    seed,
    applied: mutation?.applied() ?? 0,
    ...finding,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

for (const mutate of mutations) {
  const mutation = mutate();
  await report(mutation.name, mutation);
}
await report('nothing');
