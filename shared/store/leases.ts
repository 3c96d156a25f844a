/**
 * Who alone may do something: one row per task in `ops`. A lease ends by itself when its holder dies; its fence grows
 * with every holder, so that one that comes back late can't pass for the new one.
 *
 * Access patterns, all by key `lease#<task>`: take when free or over, renew and release under holder and fence.
 */
import * as z from 'zod';
import { type Table, table } from './table.ts';

const leaseSchema = z.object({
  id: z.string(),
  holder: z.string(),
  fence: z.number().int(),
  leaseUntil: z.string(),
});
export type HeldLease = { readonly task: string; readonly holder: string; readonly fence: number };

export type Leases = {
  /** `undefined` when somebody holds it. */
  readonly take: (
    asked: { readonly task: string; readonly holder: string },
    now: Date,
    ms: number,
  ) => Promise<HeldLease | undefined>;
  /** `false` when it is lost: somebody else has it, or may have it at any moment. */
  readonly renew: (lease: HeldLease, now: Date, ms: number) => Promise<boolean>;
  readonly release: (lease: HeldLease, now: Date) => Promise<void>;
};

const idOf = (task: string): string => `lease#${task}`;
const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();

type Rows = Table<typeof leaseSchema>;

const take =
  (rows: Rows): Leases['take'] =>
  async ({ task, holder }, now, ms) => {
    const taken = await rows.update(
      { id: idOf(task) },
      {
        UpdateExpression:
          'SET holder = :holder, leaseUntil = :until, fence = if_not_exists(fence, :zero) + :one',
        ConditionExpression: 'attribute_not_exists(id) OR leaseUntil <= :now',
        ExpressionAttributeValues: {
          ':holder': holder,
          ':until': later(now, ms),
          ':now': now.toISOString(),
          ':zero': 0,
          ':one': 1,
        },
      },
    );
    return taken && { task, holder, fence: taken.fence };
  };

/** `false` when it isn't ours any more. */
const setUntil =
  (rows: Rows) =>
  async ({ task, holder, fence }: HeldLease, now: Date, until: string): Promise<boolean> => {
    const changed = await rows.update(
      { id: idOf(task) },
      {
        UpdateExpression: 'SET leaseUntil = :until',
        ConditionExpression: 'holder = :holder AND fence = :fence AND leaseUntil > :now',
        ExpressionAttributeValues: {
          ':until': until,
          ':holder': holder,
          ':fence': fence,
          ':now': now.toISOString(),
        },
      },
    );
    return changed !== undefined;
  };

export const leases = (name: string): Leases => {
  const rows = table(name, leaseSchema);
  return {
    take: take(rows),
    renew: (lease, now, ms) => setUntil(rows)(lease, now, later(now, ms)),
    release: async (lease, now) => {
      await setUntil(rows)(lease, now, now.toISOString());
    },
  };
};
