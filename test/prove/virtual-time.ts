import { createRequire, syncBuiltinESMExports } from 'node:module';
import { currentInvocation, never } from './invocation.ts';

type Timeline = {
  readonly now: () => number;
  readonly after: (delayMs: number, task: () => void) => () => void;
};

let timeline: Timeline | undefined;

/** From now on every `Date` and every sleep of this process is on this timeline; without one, time is real. */
export const setTimeline = (next: Timeline | undefined): void => {
  timeline = next;
};

const RealDate = Date;
/** A container's own clock: the timeline's, off by its skew. */
const nowMs = (): number => (timeline ? timeline.now() + (currentInvocation()?.skewMs ?? 0) : RealDate.now());

const sleepVirtually = (on: Timeline, ms: number): Promise<void> => {
  const invocation = currentInvocation();
  return new Promise((resolve) => {
    on.after(ms, () => {
      if (!invocation?.isDead) resolve();
    });
  });
};

/**
 * Replaces the clock, the sleep and the chance of Node itself, so that the functions run as they are wired for Lambda. Only what
 * belongs to an invocation sleeps virtually; libraries below the gate keep their own timers.
 */
export const installVirtualTime = (): void => {
  const date = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget) as object,
    get: (target, key, receiver): unknown =>
      key === 'now' ? nowMs : Reflect.get(target, key, receiver === date ? target : receiver),
  });
  Reflect.set(globalThis, 'Date', date);
  const realChance = Math.random;
  Math.random = () => (currentInvocation()?.chance ?? realChance)();
  const timers = createRequire(import.meta.url)('node:timers/promises') as Record<string, unknown>;
  const realSleep = timers['setTimeout'] as (ms?: number, value?: unknown) => Promise<unknown>;
  timers['setTimeout'] = (ms = 0, value?: unknown): Promise<unknown> => {
    const invocation = currentInvocation();
    if (!timeline || !invocation) return realSleep(ms, value);
    return invocation.isDead ? never() : sleepVirtually(timeline, ms);
  };
  syncBuiltinESMExports();
};
