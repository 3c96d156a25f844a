import type { Random } from '../../simulator/bi/random.ts';
import type { Clock } from '../../simulator/clock.ts';

/** Virtual time. Tasks run in the order of their time; it moves on only when nothing real is under way any more. */
export type EventLoop = Clock & {
  /** What happens outside (the database's answer) belongs to the instant that started it. */
  readonly hold: <T>(work: Promise<T>) => Promise<T>;
  /** Runs the earliest instant with everything that follows from it; `false` when nothing is left to run. */
  readonly step: () => Promise<boolean>;
};

type Alarm = { readonly at: number; readonly order: number; readonly task: () => void; cancelled: boolean };

const isBefore = (a: Alarm, b: Alarm): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap: a seed sets some ten thousand alarms. */
const alarmHeap = () => {
  const heap: Alarm[] = [];
  const at = (index: number): Alarm => {
    const alarm = heap[index];
    if (!alarm) throw new Error(`no alarm ${index}`);
    return alarm;
  };
  const swap = (a: number, b: number): void => {
    const first = at(a);
    heap[a] = at(b);
    heap[b] = first;
  };
  const sink = (from: number): void => {
    for (let parent = from; ; ) {
      const children = [2 * parent + 1, 2 * parent + 2].filter((index) => index < heap.length);
      const [left = 0, right = left] = children;
      const least = children.length > 0 && isBefore(at(right), at(left)) ? right : left;
      if (children.length === 0 || !isBefore(at(least), at(parent))) return;
      swap(least, parent);
      parent = least;
    }
  };
  return {
    first: (): Alarm | undefined => heap[0],
    push: (alarm: Alarm): void => {
      heap.push(alarm);
      for (let child = heap.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (!isBefore(at(child), at(parent))) return;
        swap(child, parent);
        child = parent;
      }
    },
    shift: (): void => {
      const last = heap.pop();
      if (last && heap.length > 0) {
        heap[0] = last;
        sink(0);
      }
    },
  };
};

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What falls on one instant runs in an order drawn from `random`. */
export const eventLoop = (startMs: number, random: Random): EventLoop => {
  const alarms = alarmHeap();
  const underWay = new Set<Promise<unknown>>();
  let now = startMs;
  /** Promises run to their end within one turn; whatever started something real is waited for, and what that started. */
  const settle = async (): Promise<void> => {
    do {
      await Promise.allSettled(underWay);
      await nextTurn();
    } while (underWay.size > 0);
  };
  return {
    now: () => now,
    after: (delayMs, task) => {
      const alarm = { at: now + Math.max(0, delayMs), order: random.next(), task, cancelled: false };
      alarms.push(alarm);
      return () => {
        alarm.cancelled = true;
      };
    },
    hold: (work) => {
      underWay.add(work);
      const done = (): void => {
        underWay.delete(work);
      };
      work.then(done, done);
      return work;
    },
    step: async () => {
      const first = alarms.first();
      if (!first) return false;
      now = Math.max(now, first.at);
      for (let next = alarms.first(); next && next.at <= now; next = alarms.first()) {
        alarms.shift();
        if (!next.cancelled) next.task();
      }
      await settle();
      return true;
    },
  };
};
