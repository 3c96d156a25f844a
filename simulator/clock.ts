/** Time as the simulator sees it: real for `npm start`, injected for tests, where a week takes a second. */
export type Clock = {
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number;
  /** Runs `task` once, `delayMs` from now; returns a function that cancels it. */
  readonly after: (delayMs: number, task: () => void) => () => void;
};

export const realClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

export type ManualClock = Clock & {
  /** Moves time forward and runs what falls due, in order; waits for promises that the tasks started. */
  readonly advance: (ms: number) => Promise<void>;
};

type Alarm = { readonly at: number; readonly order: number; readonly task: () => void };

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A clock that moves only when told to. */
export const manualClock = (startMs: number): ManualClock => {
  let now = startMs;
  let order = 0;
  let alarms: readonly Alarm[] = [];
  const nextBefore = (limit: number): Alarm | undefined =>
    alarms
      .filter(({ at }) => at <= limit)
      .sort((a, b) => a.at - b.at || a.order - b.order)
      .at(0);
  return {
    now: () => now,
    after: (delayMs, task) => {
      const alarm = { at: now + delayMs, order: order++, task };
      alarms = [...alarms, alarm];
      return () => {
        alarms = alarms.filter((other) => other !== alarm);
      };
    },
    advance: async (ms) => {
      const end = now + ms;
      for (let alarm = nextBefore(end); alarm; alarm = nextBefore(end)) {
        now = Math.max(now, alarm.at);
        alarms = alarms.filter((other) => other !== alarm);
        alarm.task();
        await settle();
      }
      now = end;
      await settle();
    },
  };
};
