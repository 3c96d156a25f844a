import type { Clock, ManualClock } from '../clock.ts';

/** A real clock has no `advance`. */
export type TenantClock = Clock & { readonly advance?: ManualClock['advance'] };

/** The same clock, whose waiting tasks can be given up together: a push waits up to 6 h for its last try. */
export const stoppable = (clock: TenantClock): { readonly clock: TenantClock; readonly stop: () => void } => {
  const waiting = new Set<() => void>();
  return {
    clock: {
      ...clock,
      after: (delayMs, task) => {
        const cancel = clock.after(delayMs, () => {
          waiting.delete(cancel);
          task();
        });
        waiting.add(cancel);
        return () => {
          waiting.delete(cancel);
          cancel();
        };
      },
    },
    stop: () => {
      for (const cancel of waiting) cancel();
      waiting.clear();
    },
  };
};
