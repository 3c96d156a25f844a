/**
 * What may be used a single time, in rows of `ops`: `once#login#<nonce>`. Access pattern: put if absent. TTL takes a row
 * away long after what it stands for has ended by itself.
 */
import * as z from 'zod';
import { table } from './table.ts';

const usedSchema = z.object({ id: z.string(), expiresAt: z.int() });

export type UseOnce = (kind: 'login', nonce: string, until: Date) => Promise<boolean>;

/** `false`: it was used before. `until`: from when on nobody accepts it any more. */
export const useOnce = (opsTable: string): UseOnce => {
  const rows = table(opsTable, usedSchema);
  return (kind, nonce, until) =>
    rows.put(
      { id: `once#${kind}#${nonce}`, expiresAt: Math.ceil(until.getTime() / 1000) },
      { ConditionExpression: 'attribute_not_exists(id)' },
    );
};
