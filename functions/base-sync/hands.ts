import type { Outcome } from '../../shared/feishu/outcome.ts';
import { refused } from '../../shared/feishu/outcome.ts';
import type { HeldLease, Leases } from '../../shared/store/leases.ts';

/** One call of Feishu by whoever may write; the same call again while it may work in a moment. */
export type Hands = <T>(call: () => Promise<Outcome<T>>) => Promise<Outcome<T>>;

export type HandsDeps = {
  readonly leases: Leases;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** All pauses of one call together. */
  readonly patienceMs: number;
};

/** Longer than a write takes (15 s) with the pause before its renewal: no two writers meet. */
export const leaseMs = 60_000;
const renewEveryMs = 5_000;

const mayWork = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'unknown' || (outcome.kind === 'refused' && outcome.retryable);

/** 0.5–1 s after a write conflict (open.feishu.cn/document/server-docs/docs/bitable-v1/bitable-overview). */
const pauseOf = (outcome: Outcome<unknown>, round: number): number => {
  if (outcome.kind === 'refused' && outcome.retryAfterMs !== undefined) return outcome.retryAfterMs;
  const isConflict = outcome.kind === 'refused' && outcome.reason === 'base_write_conflict';
  return isConflict ? 500 + Math.random() * 500 : 300 * 2 ** round;
};

/** The lease is renewed before each call, so that a write never outlives it. */
export const handsOf = ({ leases, now, sleep, patienceMs }: HandsDeps, lease: HeldLease): Hands => {
  let renewedAt = now().getTime();
  const isOurs = async (): Promise<boolean> => {
    if (now().getTime() - renewedAt < renewEveryMs) return true;
    renewedAt = now().getTime();
    return leases.renew(lease, now(), leaseMs);
  };
  return async (call) => {
    let waitedMs = 0;
    for (let round = 0; ; round += 1) {
      if (!(await isOurs())) return refused('lease_lost', 'somebody else writes');
      const outcome = await call();
      const pauseMs = pauseOf(outcome, round);
      waitedMs += pauseMs;
      if (!mayWork(outcome) || waitedMs > patienceMs) return outcome;
      await sleep(pauseMs);
    }
  };
};
