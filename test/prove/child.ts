/** Plays some seeds for run.ts and reports each as a message. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Report } from './report.ts';
import { flows, type Ground, prepareProcess, prover } from './seeds.ts';

const jobSchema = z.object({
  flow: z.string(),
  people: z.number(),
  digests: z.number(),
  from: z.number(),
  to: z.number(),
  groundFile: z.string(),
});
export type Job = z.output<typeof jobSchema>;

/** Until it is on its way: whoever disconnects earlier loses what a large report has not written yet. */
const send = (report: Report): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(report, undefined, undefined, (error: Error | null) => {
      if (error) reject(error);
      else resolve();
    });
  });

const work = async (job: Job): Promise<void> => {
  prepareProcess();
  const flow = await flows[job.flow]?.();
  if (!flow) throw new Error(`no flow ${job.flow}`);
  const ground = JSON.parse(readFileSync(job.groundFile, 'utf8')) as Ground;
  const prove = prover(flow, { people: job.people, digests: job.digests }, ground);
  for (let seed = job.from; seed <= job.to; seed += 1) {
    const run = await prove(seed);
    const failed = run.findings.some(({ kind }) => kind !== 'unknown');
    const report: Report = { seed, failed, ...run, hit: [...run.hit], logs: failed ? run.logs : [] };
    await send(report);
  }
};

await work(jobSchema.parse(JSON.parse(process.argv[2] ?? '{}')));
process.disconnect();
