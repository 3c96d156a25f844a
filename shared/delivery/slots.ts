/**
 * Time slots for sends of one container. Feishu allows 50/s and 1000/min per API and app
 * (open.feishu.cn/document/server-docs/api-call-guide/frequency-control); a lane keeps to 8, 20 or 12 a second. Containers
 * don't know of each other: together they may meet the limit, and then obey the pause that Feishu names.
 */
export type Lane = 'urgent' | 'digest' | 'bulk';

const perSecond: Readonly<Record<Lane, number>> = { urgent: 8, digest: 20, bulk: 12 };

export type Slots = {
  /** Waits for the next slot of the lane. */
  readonly take: (lane: Lane) => Promise<void>;
  /** How long `take` would wait now. */
  readonly delayMs: (lane: Lane) => number;
  /** The server told us to wait: nobody sends before that. */
  readonly pause: (ms: number) => void;
};

export const slots = ({ now, sleep }: { now: () => number; sleep: (ms: number) => Promise<void> }): Slots => {
  const next: Record<Lane, number> = { urgent: 0, digest: 0, bulk: 0 };
  let pausedUntil = 0;
  // A slot that nobody used in its time is lost; it never adds up to a burst.
  const nextAt = (lane: Lane): number => Math.max(now(), next[lane], pausedUntil);
  return {
    delayMs: (lane) => nextAt(lane) - now(),
    take: async (lane) => {
      do {
        const at = nextAt(lane);
        next[lane] = at + 1000 / perSecond[lane];
        if (at > now()) await sleep(at - now());
        // A pause that came meanwhile holds those who wait, too.
      } while (pausedUntil > now());
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
  };
};
