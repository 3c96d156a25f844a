/**
 * Time slots for sends. Feishu allows 50/s and 1000/min per API and app; the lanes keep well below it together:
 * urgent 8, digest 20, bulk 12 per second (open.feishu.cn/document/server-docs/api-call-guide/frequency-control).
 */
export type Lane = 'urgent' | 'digest' | 'bulk';

const perSecond: Readonly<Record<Lane, number>> = { urgent: 8, digest: 20, bulk: 12 };

export type Slots = {
  /** Waits for the next slot of the lane. */
  readonly take: (lane: Lane) => Promise<void>;
  /** The server told us to wait: nobody sends before that. */
  readonly pause: (ms: number) => void;
};

export const slots = ({ now, sleep }: { now: () => number; sleep: (ms: number) => Promise<void> }): Slots => {
  const next: Record<Lane, number> = { urgent: 0, digest: 0, bulk: 0 };
  let pausedUntil = 0;
  return {
    take: async (lane) => {
      // A slot that nobody used in its time is lost; it never adds up to a burst.
      const at = Math.max(now(), next[lane], pausedUntil);
      next[lane] = at + 1000 / perSecond[lane];
      if (at > now()) await sleep(at - now());
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
  };
};
