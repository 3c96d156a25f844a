/**
 * A post for a whole company. Time to the last card in simulated time, against the safe minimum; urgent cards meanwhile,
 * against 3 s; planning for up to 10,000 people; write units per recipient.
 */
import * as z from 'zod';
import { runChild } from './broadcast-child.ts';
import { planLines } from './broadcast-plan.ts';
import { broadcastUnits } from './broadcast-units.ts';
import { compare, type Line } from './line.ts';
import { safeMinimumS } from './safe-minimum.ts';

const rushSchema = z.object({
  cards: z.number(),
  seconds: z.number(),
  urgent: z.array(z.number()),
  refused: z.number(),
  findings: z.literal(0),
});
type Rush = z.output<typeof rushSchema>;

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;

const rushLines = async (people: number, rateWindow: 'fixed' | 'sliding'): Promise<readonly Line[]> => {
  const rush: Rush = rushSchema.parse(
    await runChild({ file: 'broadcast-rush.ts', args: [String(people), rateWindow] }),
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

/** `rounds` of planning; each rush is played once, its time is simulated and nothing of it is chance. */
export const broadcast = async (rounds: number): Promise<readonly Line[]> => {
  const lines: Line[] = [...(await broadcastUnits()), ...(await planLines(rounds))];
  for (const people of [1_000, 5_000])
    for (const rateWindow of ['sliding', 'fixed'] as const)
      lines.push(...(await rushLines(people, rateWindow)));
  return lines;
};
