import * as z from 'zod';

const instant = z.iso.datetime({ offset: true });

/** What a test or the demo may do to the BI while it runs; start.ts asks, worker.ts does. */
export const askSchema = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('load'), today: z.iso.date(), asOf: instant }),
  z.object({
    verb: z.literal('setWatermark'),
    dataset: z.enum(['sales', 'stock', 'finance', 'people']).optional(),
    completeThrough: z.iso.date().optional(),
    asOf: instant.optional(),
  }),
  z.object({ verb: z.literal('dropSales'), from: z.iso.date() }),
  z.object({ verb: z.literal('setDown'), down: z.boolean() }),
  z.object({ verb: z.literal('setDelay'), ms: z.number().min(0) }),
  z.object({ verb: z.literal('close') }),
]);
export type BiAsk = z.infer<typeof askSchema>;

export const requestSchema = z.object({ id: z.int(), ask: askSchema });
export const replySchema = z.object({ id: z.int(), error: z.string().optional(), port: z.int().optional() });
export type BiReply = z.infer<typeof replySchema>;

export const startSchema = z.object({ port: z.int(), today: z.iso.date(), asOf: instant });
