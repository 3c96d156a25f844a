/**
 * Time slots for sends: whoever wants to call Feishu waits here for its turn. All containers share one log per app and
 * API (slot-log.ts, slot-lease.ts); this file is what one container does: it gathers the sends in hand into one lease,
 * hands the slots out in order, and takes no slot whose time has passed.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorFields, log } from '../log.ts';
import { type Lease, type LeaseDeps, leaseSlots, type Pace } from './slot-lease.ts';
import { type Lane, leaseMax } from './slot-log.ts';

export type { Lane, Pace };

export type Slots = {
  /** Waits for the next slot of the lane; `false`, without waiting, when it is further than `withinMs` away. */
  readonly take: (pace: Pace, lane: Lane, withinMs?: number) => Promise<boolean>;
  /** The server told us to wait: nobody sends before that, in no container. */
  readonly pause: (pace: Pace, ms: number) => Promise<void>;
};

/** A slot that wasn't used in its time is lost: the log allows for sends that leave this much later, not for more. */
const slotLifeMs = 100;
/** Ticks are 25 ms apart: a slot this near is now. */
const nowMs = 50;
/** Bulk is in no hurry: it waits while more sends come in, so that a write pays for twenty. */
const gatherMs = 100;
const gatherRounds = 5;

type Waiter = {
  readonly order: number;
  readonly until: number;
  readonly give: (slot: number | undefined) => void;
};
type Queue = { readonly waiting: Waiter[]; blockedUntil: number; isServed: boolean };
type Of = { readonly pace: Pace; readonly lane: Lane };

const gather = async ({ sleep }: LeaseDeps, { waiting }: Queue, lane: Lane): Promise<void> => {
  await nextTurn();
  if (lane !== 'bulk') return;
  let seen = 0;
  for (
    let round = 0;
    round < gatherRounds && seen < waiting.length && waiting.length < leaseMax;
    round += 1
  ) {
    seen = waiting.length;
    await sleep(gatherMs);
  }
};

/** Whoever lost a slot stands before those who came later. */
const enqueue = ({ waiting }: Queue, waiter: Waiter): void => {
  const behind = waiting.findIndex(({ order }) => order > waiter.order);
  waiting.splice(behind < 0 ? waiting.length : behind, 0, waiter);
};

const handOut = ({ waiting }: Queue, slots: readonly number[]): void => {
  for (const slot of slots) {
    let waiter = waiting.shift();
    while (waiter && waiter.until < slot) {
      waiter.give(undefined);
      waiter = waiting.shift();
    }
    waiter?.give(slot);
  }
};

/** Those who can't wait that long hear it at once. */
const dismiss = (queue: Queue, retryAt: number): void => {
  const all = queue.waiting.splice(0);
  for (const waiter of all) {
    if (waiter.until < retryAt) waiter.give(undefined);
    else queue.waiting.push(waiter);
  }
};

type Ask = (of: Of, count: number) => Promise<Lease>;

const serve = async (deps: LeaseDeps, ask: Ask, { queue, of }: { queue: Queue; of: Of }): Promise<void> => {
  while (queue.waiting.length > 0) {
    await gather(deps, queue, of.lane);
    const lease = await ask(of, queue.waiting.length);
    if (lease.slots) handOut(queue, lease.slots);
    else {
      dismiss(queue, lease.retryAt);
      queue.blockedUntil = lease.retryAt;
      // Containers that wait for the same moment don't ask at the same moment.
      const waitMs = Math.max(0, lease.retryAt - deps.now()) + deps.random() * 20;
      if (queue.waiting.length > 0) await deps.sleep(waitMs);
    }
  }
  queue.isServed = false;
};

const queueIn = (queues: Map<string, Queue>, { pace, lane }: Of): Queue => {
  const key = `${pace.sender} ${pace.api} ${lane}`;
  const queue = queues.get(key) ?? { waiting: [], blockedUntil: 0, isServed: false };
  queues.set(key, queue);
  return queue;
};

type Waited = Pick<Waiter, 'order' | 'until'>;

/** The next slot for whoever waits, in the order of asking; `undefined` when it comes too late. */
const waitInQueues = (deps: LeaseDeps, ask: Ask): ((of: Of, mine: Waited) => Promise<number | undefined>) => {
  const queues = new Map<string, Queue>();
  return (of, mine) => {
    const queue = queueIn(queues, of);
    // Whoever is served sleeps until then; this one needn't.
    if (queue.isServed && queue.blockedUntil > mine.until) return Promise.resolve(undefined);
    return new Promise((give) => {
      enqueue(queue, { ...mine, give });
      if (queue.isServed) return;
      queue.isServed = true;
      void serve(deps, ask, { queue, of });
    });
  };
};

const pauses = ({ now }: LeaseDeps) => {
  const until = new Map<string, number>();
  const keyOf = ({ sender, api }: Pace): string => `${sender} ${api}`;
  return {
    until: (pace: Pace): number => until.get(keyOf(pace)) ?? 0,
    isOn: (pace: Pace): boolean => (until.get(keyOf(pace)) ?? 0) > now(),
    extend: (pace: Pace, ms: number): number => {
      const end = Math.max(until.get(keyOf(pace)) ?? 0, now() + ms);
      until.set(keyOf(pace), end);
      return end;
    },
  };
};

/** `random` (0 to 1) spreads repeats; tests seed it. */
export const slots = (given: Omit<LeaseDeps, 'random'> & Partial<LeaseDeps>): Slots => {
  const deps: LeaseDeps = { random: Math.random, ...given };
  const { now, sleep, store } = deps;
  const paused = pauses(deps);
  const lease = leaseSlots(deps);
  const ask: Ask = ({ pace, lane }, count) =>
    paused.isOn(pace)
      ? Promise.resolve({ slots: undefined, retryAt: paused.until(pace) })
      : lease(pace, lane, count);
  const next = waitInQueues(deps, ask);
  let asked = 0;
  return {
    take: async (pace, lane, withinMs = Infinity) => {
      const mine = { order: (asked += 1), until: now() + Math.max(withinMs, nowMs) };
      for (;;) {
        const slot = await next({ pace, lane }, mine);
        if (slot === undefined) return false;
        if (slot > now()) await sleep(slot - now());
        if (now() - slot <= slotLifeMs && !paused.isOn(pace)) return true;
      }
    },
    pause: async (pace, ms) => {
      const until = paused.extend(pace, ms);
      try {
        await store.pause(pace, until);
      } catch (error) {
        log.error('pause_not_shared', { ...pace, ...errorFields(error) });
      }
    },
  };
};
