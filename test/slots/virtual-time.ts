/** Time that jumps to the next alarm as soon as nobody waits for a real answer any more. */
export type VirtualTime = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Marks a real call: time stands still until it has its answer. */
  readonly hold: <T>(call: Promise<T>) => Promise<T>;
  readonly runUntil: (end: number) => Promise<void>;
};

type Alarm = { readonly at: number; readonly order: number; readonly ring: () => void };

export const virtualTime = (start: number): VirtualTime => {
  let now = start;
  let order = 0;
  let held = 0;
  const alarms: Alarm[] = [];
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 4; quiet += 1) {
      await new Promise(setImmediate);
      if (held > 0) quiet = -1;
    }
  };
  const nextIndex = (): number =>
    alarms.reduce((best, alarm, index) => {
      const other = alarms[best];
      return !other || alarm.at < other.at || (alarm.at === other.at && alarm.order < other.order)
        ? index
        : best;
    }, 0);
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((ring) => {
        alarms.push({ at: now + Math.max(0, ms), order: (order += 1), ring });
      }),
    hold: async (call) => {
      held += 1;
      try {
        return await call;
      } finally {
        held -= 1;
      }
    },
    runUntil: async (end) => {
      await settle();
      for (;;) {
        const index = nextIndex();
        const next = alarms[index];
        if (!next || next.at > end) break;
        alarms.splice(index, 1);
        now = Math.max(now, next.at);
        next.ring();
        await settle();
      }
      now = end;
    },
  };
};

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
