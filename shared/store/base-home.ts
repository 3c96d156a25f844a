/**
 * Where the one table of all tickets stands, and what its writer has begun. One row `base#tickets` in `ops`, written
 * whole under its count by whoever holds the lease.
 */
import * as z from 'zod';
import { table } from './table.ts';

const tableSchema = z.object({
  tableId: z.string(),
  /** Name → id: events name fields by id. */
  fields: z.record(z.string(), z.string()),
  /** Names of views that have their filter. */
  views: z.array(z.string()).default([]),
});

const homeSchema = z.object({
  id: z.literal('base#tickets'),
  count: z.int(),
  appToken: z.string().optional(),
  url: z.string().default(''),
  /** Since when a Base is being made: after a crash it is looked for by its name first. */
  makingSince: z.string().optional(),
  /** `live`, or the year of an archive. */
  tables: z.record(z.string(), tableSchema).default({}),
  subscribed: z.boolean().default(false),
  /** union_ids of those who manage it. */
  managers: z.array(z.string()).default([]),
  /** The definition by which everything was made; another one is made again. */
  shape: z.string().optional(),
  /** Rows that are being created: after a crash they are looked for first, or they would stand there twice. */
  creating: z.object({ tableId: z.string(), tickets: z.array(z.string()), at: z.string() }).optional(),
  /** Why nothing is written, and until when nobody tries. */
  held: z.object({ reason: z.string(), code: z.string(), at: z.string(), until: z.string() }).optional(),
  projectedAt: z.string().optional(),
});
export type BaseHome = z.output<typeof homeSchema>;
export type HomeTable = z.output<typeof tableSchema>;

const key = { id: 'base#tickets' } as const;
export const noHome: BaseHome = homeSchema.parse({ ...key, count: 0 });

export type BaseHomes = {
  readonly find: () => Promise<BaseHome>;
  /** `undefined`: somebody else has written it. */
  readonly put: (home: BaseHome, change: Partial<BaseHome>) => Promise<BaseHome | undefined>;
};

export const baseHomes = (name: string): BaseHomes => {
  const rows = table(name, homeSchema);
  return {
    find: async () => (await rows.get(key)) ?? noHome,
    put: async (home, change) => {
      const next = { ...home, ...change, count: home.count + 1 };
      const isKept = await rows.put(next, {
        ConditionExpression: home.count === 0 ? 'attribute_not_exists(id)' : '#count = :before',
        ...(home.count > 0 && {
          ExpressionAttributeNames: { '#count': 'count' },
          ExpressionAttributeValues: { ':before': home.count },
        }),
      });
      return isKept ? next : undefined;
    },
  };
};
