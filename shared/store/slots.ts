/**
 * The slots that one app has given away for one API, for all containers together: one small row per (sender, API) in
 * `ops`, changed under its revision. A full minute is 909 bytes, so a lease stays one write unit.
 *
 * Access patterns, all by key `slots#<sender>#<api>`: read, replace under a revision, pause.
 */
import * as z from 'zod';
import { table } from './table.ts';

const rowSchema = z.object({
  id: z.string(),
  revision: z.number().int().default(0),
  /** The tick of the lowest bit of the first byte. */
  firstTick: z.number().int().default(0),
  /** A bit per tick. */
  ticks: z.instanceof(Uint8Array).default(new Uint8Array()),
  /** Milliseconds since 1970: Feishu asked us to wait until then. */
  pausedUntil: z.number().default(0),
});

export type SlotRow = {
  readonly revision: number;
  /** In ascending order. */
  readonly ticks: readonly number[];
  readonly pausedUntil: number;
};
type Of = { readonly sender: string; readonly api: string };

export type SlotStore = {
  readonly read: (of: Of) => Promise<SlotRow>;
  /** The row after the write; `undefined` when somebody else has written since that revision. */
  readonly write: (of: Of, revision: number, ticks: readonly number[]) => Promise<SlotRow | undefined>;
  /** A pause is only ever made longer. It leaves the revision as it is: nobody's lease fails for it. */
  readonly pause: (of: Of, until: number) => Promise<void>;
};

const toBits = (ticks: readonly number[], first: number): Uint8Array => {
  const bits = new Uint8Array(ticks.length === 0 ? 0 : (((ticks.at(-1) ?? first) - first) >> 3) + 1);
  for (const tick of ticks) {
    const place = (tick - first) >> 3;
    bits[place] = (bits[place] ?? 0) | (1 << ((tick - first) & 7));
  }
  return bits;
};

const toTicks = (bits: Uint8Array, first: number): readonly number[] => {
  const ticks: number[] = [];
  for (const [place, byte] of bits.entries()) {
    for (let bit = 0; byte >> bit > 0; bit += 1) if ((byte >> bit) & 1) ticks.push(first + place * 8 + bit);
  }
  return ticks;
};

const toRow = ({ revision, firstTick, ticks, pausedUntil }: z.output<typeof rowSchema>): SlotRow => ({
  revision,
  ticks: toTicks(ticks, firstTick),
  pausedUntil,
});

const keyOf = ({ sender, api }: Of): { id: string } => ({ id: `slots#${sender}#${api}` });

export const slotStore = (name: string): SlotStore => {
  const rows = table(name, rowSchema);
  return {
    read: async (of) => {
      const row = await rows.get(keyOf(of));
      return row ? toRow(row) : { revision: 0, ticks: [], pausedUntil: 0 };
    },
    write: async (of, revision, ticks) => {
      const first = ticks[0] ?? 0;
      const written = await rows.update(keyOf(of), {
        UpdateExpression: 'SET revision = :next, firstTick = :first, ticks = :ticks',
        ConditionExpression: revision === 0 ? 'attribute_not_exists(revision)' : 'revision = :revision',
        ExpressionAttributeValues: {
          ':next': revision + 1,
          ':first': first,
          ':ticks': toBits(ticks, first),
          ...(revision > 0 && { ':revision': revision }),
        },
      });
      return written && toRow(written);
    },
    pause: async (of, until) => {
      await rows.update(keyOf(of), {
        UpdateExpression: 'SET pausedUntil = :until',
        ConditionExpression: 'attribute_not_exists(pausedUntil) OR pausedUntil < :until',
        ExpressionAttributeValues: { ':until': until },
      });
    },
  };
};
