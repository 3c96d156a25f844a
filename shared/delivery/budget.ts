import { dayOf, monthOf } from '../calendar/day.ts';
import { errorFields, log } from '../log.ts';
import type { Ops } from '../store/ops.ts';

export type CallCount = {
  /** One call that Feishu counts: exempt and failed calls aren't. */
  readonly count: () => void;
  readonly settle: (ops: Ops, now: Date) => Promise<void>;
};

/** Calls of one invocation, written as one update: a tenant on the free plan has 10,000 a month. */
export const callCount = (): CallCount => {
  let pending = 0;
  return {
    count: () => {
      pending += 1;
    },
    settle: async (ops, now) => {
      const calls = pending;
      pending = 0;
      try {
        await ops.addCalls(monthOf(dayOf(now)), calls);
      } catch (error) {
        // The cards are out; a count that is lost makes the forecast a little low, nothing else.
        log.warn('budget_not_written', { calls, ...errorFields(error) });
      }
    },
  };
};
