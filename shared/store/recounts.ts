/**
 * What is left to compute anew after 时效 changed: one row `recount#tickets` in `ops`.
 *
 * Access patterns, all by its key: whoever changes the rules adds to it, the minute tick of base-sync works it off.
 */
import * as z from 'zod';
import { prioritySchema } from '../tickets/ticket.ts';
import { table } from './table.ts';

const recountSchema = z.object({
  id: z.literal('recount#tickets'),
  /** Grows with every write. */
  count: z.int(),
  /** Rules of this version or a later one of the table 时效与升级 must be in force first. */
  sla: z.int(),
  /** Empty: nothing is left. */
  priorities: z.array(prioritySchema),
  /** Up to this ticket everything is done. */
  after: z.string().default(''),
});
export type Recount = z.output<typeof recountSchema>;
type Rest = Pick<Recount, 'sla' | 'priorities' | 'after'>;

const key = { id: 'recount#tickets' } as const;

export type Recounts = {
  readonly find: () => Promise<Recount | undefined>;
  /** Under the row as it was read. `false`: somebody else has written it. */
  readonly put: (rest: Rest, before: Recount | undefined) => Promise<boolean>;
};

/** `name`: the table `ops`. */
export const recounts = (name: string): Recounts => {
  const rows = table(name, recountSchema);
  return {
    find: () => rows.get(key),
    put: (rest, before) =>
      rows.put(
        { ...key, ...rest, count: (before?.count ?? 0) + 1 },
        before
          ? {
              ConditionExpression: '#count = :before',
              ExpressionAttributeNames: { '#count': 'count' },
              ExpressionAttributeValues: { ':before': before.count },
            }
          : { ConditionExpression: 'attribute_not_exists(id)' },
      ),
  };
};
