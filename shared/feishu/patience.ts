import type { FeishuClient } from './client.ts';
import type { Outcome } from './outcome.ts';

export type Patience = {
  /** How long all waiting for one call may take together. */
  readonly withinMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
};

const mayWork = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'unknown' || (outcome.kind === 'refused' && outcome.retryable);

const askedMs = (outcome: Outcome<unknown>): number =>
  outcome.kind === 'refused' ? (outcome.retryAfterMs ?? 0) : 0;

/**
 * A client that repeats what may work in a moment: 429 for as long as Feishu asks, else 200 ms, 400 ms, …. For reads;
 * a send is repeated by the ledger, which knows its uuid and its lease.
 */
export const patientClient = (client: FeishuClient, { withinMs, sleep, now }: Patience): FeishuClient => ({
  appId: client.appId,
  call: async (request, schema) => {
    const deadline = now() + withinMs;
    for (let round = 0; ; round += 1) {
      const outcome = await client.call(request, schema);
      if (!mayWork(outcome)) return outcome;
      const pauseMs = Math.max(askedMs(outcome), 200 * 2 ** round);
      if (now() + pauseMs > deadline) return outcome;
      await sleep(pauseMs);
    }
  },
});
