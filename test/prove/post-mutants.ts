/**
 * `node test/prove/post-mutants.ts`: takes one guard after another away from a post and plays an afternoon of 40 people until
 * somebody notices. One JSON line each; the last one has all guards, and nobody may notice anything.
 */
import { broadcastFlow } from './broadcast-flow.ts';
import type { Mutation } from './mutations.ts';
import { cleanPlan } from './plan.ts';
import { postMutations } from './post-mutations.ts';
import { prepareProcess } from './seeds.ts';
import { runSeed } from './stage.ts';

const size = { people: 40, digests: 1 };
/** A mutation that survives so many afternoons has not been caught. */
const afternoons = 4;

prepareProcess();

const play = async (without: string, mutation?: Mutation): Promise<void> => {
  let seed = 0;
  let finding: object | undefined;
  while (!finding && seed < afternoons) {
    seed += 1;
    const distort = mutation && { distort: mutation.distort };
    const { findings } = await runSeed({
      flow: broadcastFlow,
      plan: { ...cleanPlan, seed },
      size,
      ...distort,
    });
    finding = findings.find(({ kind }) => kind !== 'unknown');
  }
  const applied = mutation?.applied() ?? 0;
  process.stdout.write(
    `${JSON.stringify({ without, caught: finding !== undefined, seed, applied, ...finding })}\n`,
  );
};

for (const mutate of postMutations) {
  const mutation = mutate();
  await play(mutation.name, mutation);
}
await play('nothing');
