/**
 * `node test/prove/post-mutants.ts`: takes one guard after another away from a post and plays an afternoon until somebody
 * notices. One JSON line each; the last ones have all guards, and nobody may notice anything.
 */
import { broadcastFlow } from './broadcast-flow.ts';
import type { Mutation } from './mutations.ts';
import { type Afternoon, fairAfternoon, postMutations, rainyAfternoon } from './post-mutations.ts';
import { prepareProcess } from './seeds.ts';
import { runSeed } from './stage.ts';

/** A mutation that survives so many afternoons has not been caught. */
const afternoons = 4;

prepareProcess();

const play = async (without: string, { people, plan }: Afternoon, mutation?: Mutation): Promise<void> => {
  let seed = 0;
  let finding: object | undefined;
  while (!finding && seed < afternoons) {
    seed += 1;
    const distort = mutation && { distort: mutation.distort };
    const { findings } = await runSeed({
      flow: broadcastFlow,
      plan: plan(seed),
      size: { people, digests: 1 },
      ...distort,
    });
    finding = findings.find(({ kind }) => kind !== 'unknown');
  }
  const applied = mutation?.applied() ?? 0;
  process.stdout.write(
    `${JSON.stringify({ without, caught: finding !== undefined, seed, applied, ...finding })}\n`,
  );
};

for (const { mutate, on } of postMutations) {
  const mutation = mutate();
  await play(mutation.name, on, mutation);
}
for (const on of [fairAfternoon, rainyAfternoon]) await play('nothing', on);
