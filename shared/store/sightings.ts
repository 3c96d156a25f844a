/**
 * When each type of event of a sender came last, in rows of `ops`: `seen#zhida#im.message.receive_v1`. A type that never
 * came was never subscribed to, or nothing of it happened.
 *
 * Access patterns: write by key, at most once an hour per container; get by key (doctor).
 */
import * as z from 'zod';
import { table } from './table.ts';

const sightingSchema = z.object({ id: z.string(), at: z.string() });

const everyMs = 3_600_000;

export type Sightings = {
  /** ISO, up to an hour old. */
  readonly lastOf: (sender: string, eventType: string) => Promise<string | undefined>;
  readonly record: (sender: string, eventType: string, at: Date) => Promise<void>;
};

export const sightings = (name: string): Sightings => {
  const rows = table(name, sightingSchema);
  const written = new Map<string, number>();
  return {
    lastOf: async (sender, eventType) => (await rows.get({ id: `seen#${sender}#${eventType}` }))?.at,
    record: async (sender, eventType, at) => {
      const id = `seen#${sender}#${eventType}`;
      if (at.getTime() - (written.get(id) ?? 0) < everyMs) return;
      written.set(id, at.getTime());
      await rows.update(
        { id },
        {
          UpdateExpression: 'SET #at = :at',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: { ':at': at.toISOString() },
        },
      );
    },
  };
};
