import { z } from 'zod';

/** One thing that goes wrong at one endpoint. */
export const faultSchema = z.strictObject({
  /** `POST /open-apis/im/v1/messages`, path parameters as in the documents (`:message_id`), or `*`. */
  api: z.string(),
  /**
   * `429` and `5xx` refuse · `timeout` neither executes nor answers · `lost_reply` executes and drops the connection ·
   * `slow` executes, answers after `delayMs` · `late` executes only after `delayMs`, even if the caller has gone:
   * two PATCHes of which the first is late arrive out of order.
   */
  kind: z.enum(['429', '500', '502', '503', 'timeout', 'lost_reply', 'slow', 'late']),
  appId: z.optional(z.string()),
  /** How many calls it hits; without it, all. */
  count: z.optional(z.int().positive()),
  /** Calls that pass before the first hit. */
  skip: z.optional(z.int().nonnegative()),
  /** Chance of a hit, drawn from `seed`: the same calls in the same order are hit again. */
  probability: z.optional(z.number().min(0).max(1)),
  seed: z.optional(z.int()),
  delayMs: z.optional(z.int().nonnegative()),
});

export type Fault = z.infer<typeof faultSchema>;

/** mulberry32: small, seeded, the same everywhere. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

type Armed = { readonly fault: Fault; readonly random: () => number; seen: number; hits: number };

export type Faults = {
  readonly set: (faults: readonly Fault[]) => void;
  readonly list: () => readonly (Fault & { readonly hits: number })[];
  /** The fault that this call meets, if any. */
  readonly take: (api: string, appId: string) => Fault | undefined;
};

const isAimedAt = ({ fault }: Armed, api: string, appId: string): boolean =>
  (fault.api === '*' || fault.api === api) && (fault.appId === undefined || fault.appId === appId);

const strikes = (armed: Armed): boolean => {
  const { count = Infinity, skip = 0, probability = 1 } = armed.fault;
  armed.seen += 1;
  if (armed.seen <= skip || armed.hits >= count) return false;
  if (probability < 1 && armed.random() >= probability) return false;
  armed.hits += 1;
  return true;
};

export const createFaults = (): Faults => {
  let armed: Armed[] = [];
  return {
    set: (faults) => {
      armed = faults.map((fault) => ({ fault, random: randomFrom(fault.seed ?? 1), seen: 0, hits: 0 }));
    },
    list: () => armed.map(({ fault, hits }) => ({ ...fault, hits })),
    take: (api, appId) => armed.filter((one) => isAimedAt(one, api, appId)).find(strikes)?.fault,
  };
};
