import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import type { Sim } from './demo-people.ts';

const crowdSchema = z.object({ counts: z.object({ looked: z.int(), confirmed: z.int() }) });
type Counts = z.output<typeof crowdSchema>['counts'];

type Setting = { readonly on: boolean; readonly speed?: number; readonly spared?: readonly string[] };

const put = async ({ url }: Sim, setting: Setting): Promise<Counts> => {
  const response = await fetch(`${url}/sim/crowd`, {
    method: 'PUT',
    body: JSON.stringify(setting),
    headers: { 'content-type': 'application/json' },
  });
  return crowdSchema.parse(await response.json()).counts;
};

/** An hour of theirs in a second. */
const speed = 3_600;
/** Nobody has done anything for so long: the others wait for tomorrow, or to be asked. */
const idleMs = 1_500;
const longestMs = 15_000;

/** 全员模拟: everybody but `spared` reads and confirms by their own habits, until nobody does anything for a while. */
export const playCrowd = async (sim: Sim, spared: readonly string[]): Promise<Counts> => {
  const began = Date.now();
  let [counts, last] = [await put(sim, { on: true, speed, spared }), began];
  while (Date.now() - last < idleMs && Date.now() - began < longestMs) {
    await wait(250);
    const now = await put(sim, { on: true });
    if (now.looked + now.confirmed !== counts.looked + counts.confirmed) last = Date.now();
    counts = now;
  }
  await put(sim, { on: false });
  return counts;
};
