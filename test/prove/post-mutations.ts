import type { Distort } from './libraries.ts';
import type { Mutation } from './mutations.ts';
import { cleanPlan, type Plan } from './plan.ts';

type Row = Record<string, unknown>;

/** What one function reads of one table is another thing than what stands there. */
const blind = (
  name: string,
  { asker, table, change }: { asker: string; table: string; change: (row: Row) => boolean },
): Mutation => {
  let count = 0;
  const row: Distort['row'] = (by, of, read) => {
    if (by === asker && of.endsWith(`-${table}`) && change(read)) count += 1;
  };
  return { name, applied: () => count, distort: { row } };
};

/** A reminder leaves though its reader has confirmed meanwhile. */
const withoutRecheck = (): Mutation =>
  blind('re-check of a reminder', {
    asker: 'deliver-bulk',
    table: 'deliveries',
    change: (row) => {
      if (row['state'] !== 'confirmed') return false;
      row['state'] = 'read';
      return true;
    },
  });

/** Whoever sends doesn't see that the post is paused. */
const withoutPause = (): Mutation =>
  blind('pause', {
    asker: 'deliver-bulk',
    table: 'broadcasts',
    change: (row) => {
      if (row['state'] !== 'paused') return false;
      row['state'] = 'open';
      return true;
    },
  });

/** Nobody learns why somebody isn't in the directory any more. */
const withoutLeavers = (): Mutation =>
  blind('leavers', {
    asker: 'broadcast',
    table: 'people',
    change: (row) => Reflect.has(row, 'left') && Reflect.deleteProperty(row, 'left'),
  });

type Put = { readonly TableName: string; readonly Item: Row };

/** Rows are planned for joiners whom the target doesn't count. */
const withoutTarget = (): Mutation => {
  let count = 0;
  let first: number | undefined;
  const dynamodb: Distort['dynamodb'] = (_, input) => {
    for (const { Put } of (input['TransactItems'] ?? []) as { Put: Put }[]) {
      const { target } = Put.Item;
      if (typeof target !== 'number' || target === 0) continue;
      first ??= target;
      if (target === first) continue;
      Put.Item['target'] = first;
      count += 1;
    }
  };
  return { name: 'target', applied: () => count, distort: { dynamodb } };
};

/** So many people, and what else goes wrong. */
export type Afternoon = { readonly people: number; readonly plan: (seed: number) => Plan };

export const fairAfternoon: Afternoon = { people: 40, plan: (seed) => ({ ...cleanPlan, seed }) };
/** Most sends and changes fail while the first reminders leave and people confirm. */
export const rainyAfternoon: Afternoon = {
  people: 40,
  plan: (seed) => ({
    ...cleanPlan,
    seed,
    weather: [
      { service: 'feishu', fromMs: 214 * 60_000, untilMs: 232 * 60_000, chance: 0.8, faults: ['5xx'] },
    ],
  }),
};
/** So many that they are not all sent when the pause begins. */
const crowdedAfternoon: Afternoon = { ...fairAfternoon, people: 150 };

/** A post and its readers with one part of what guards them taken out, and when that is noticed best. */
export const postMutations: readonly { readonly mutate: () => Mutation; readonly on: Afternoon }[] = [
  { mutate: withoutRecheck, on: rainyAfternoon },
  { mutate: withoutPause, on: crowdedAfternoon },
  { mutate: withoutLeavers, on: fairAfternoon },
  { mutate: withoutTarget, on: fairAfternoon },
];
