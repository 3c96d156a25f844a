/**
 * Where reading a system goes on: one row `cursor#<system>` in `ops`.
 *
 * Access patterns, all by key: find; move, if nobody has moved it since it was read.
 */
import * as z from 'zod';
import { table } from './table.ts';

const rowSchema = z.object({ id: z.string(), cursor: z.string() });

export type Cursors = {
  /** `undefined`: nothing has been read yet. */
  readonly find: (system: string) => Promise<string | undefined>;
  /** `false`: somebody else has gone on from there. */
  readonly move: (system: string, from: string | undefined, to: string) => Promise<boolean>;
};

export const cursors = (name: string): Cursors => {
  const rows = table(name, rowSchema);
  const idOf = (system: string): string => `cursor#${system}`;
  return {
    find: async (system) => (await rows.get({ id: idOf(system) }))?.cursor,
    move: (system, from, to) =>
      rows.put(
        { id: idOf(system), cursor: to },
        from === undefined
          ? { ConditionExpression: 'attribute_not_exists(id)' }
          : {
              ConditionExpression: '#cursor = :from',
              ExpressionAttributeNames: { '#cursor': 'cursor' },
              ExpressionAttributeValues: { ':from': from },
            },
      ),
  };
};
