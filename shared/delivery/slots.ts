/**
 * Time slots for sends of one container. Feishu allows 50/s and 1000/min per API and app
 * (open.feishu.cn/document/server-docs/api-call-guide/frequency-control); a lane keeps to 8, 20 or 12 a second. Containers
 * don't know of each other: together they may meet the limit, and then obey the pause that Feishu names.
 */
export type Lane = 'urgent' | 'digest' | 'bulk';

/** A rate belongs to one API of one app. */
export type Pace = { readonly sender: string; readonly api: 'create' | 'patch' };

const perSecond: Readonly<Record<Lane, number>> = { urgent: 8, digest: 20, bulk: 12 };

export type Slots = {
  /** Waits for the next slot of the lane; `false`, without waiting, when it is further than `withinMs` away. */
  readonly take: (pace: Pace, lane: Lane, withinMs?: number) => Promise<boolean>;
  /** The server told us to wait: nobody sends before that. */
  readonly pause: (pace: Pace, ms: number) => Promise<void>;
};

type Row = { readonly next: Record<Lane, number>; pausedUntil: number };

export const slots = ({ now, sleep }: { now: () => number; sleep: (ms: number) => Promise<void> }): Slots => {
  const rows = new Map<string, Row>();
  const rowOf = ({ sender, api }: Pace): Row => {
    const key = `${sender} ${api}`;
    const row = rows.get(key) ?? { next: { urgent: 0, digest: 0, bulk: 0 }, pausedUntil: 0 };
    rows.set(key, row);
    return row;
  };
  return {
    take: async (pace, lane, withinMs = Infinity) => {
      const row = rowOf(pace);
      // A slot that nobody used in its time is lost; it never adds up to a burst.
      const nextAt = (): number => Math.max(now(), row.next[lane], row.pausedUntil);
      if (nextAt() - now() > withinMs) return false;
      do {
        const at = nextAt();
        row.next[lane] = at + 1000 / perSecond[lane];
        if (at > now()) await sleep(at - now());
        // A pause that came meanwhile holds those who wait, too.
      } while (row.pausedUntil > now());
      return true;
    },
    pause: (pace, ms) => {
      const row = rowOf(pace);
      row.pausedUntil = Math.max(row.pausedUntil, now() + ms);
      return Promise.resolve();
    },
  };
};
