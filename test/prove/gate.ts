import type { Random } from '../../simulator/bi/random.ts';
import type { EventLoop } from './event-loop.ts';
import { courseOf, type Ending, type FaultKind, type Service } from './faults.ts';
import { currentInvocation, type Invocation, never } from './invocation.ts';

/** One request of a library to something outside the process. */
export type Request = {
  readonly service: Service;
  /** What is asked, without ids: the same place in the code has the same operation. */
  readonly operation: string;
  /** Requests with the same key are carried out in order; without one, alone. */
  readonly key: string | undefined;
  readonly timeoutMs: number;
  readonly execute: () => Promise<unknown>;
  /** What its library throws or answers when it ends other than with the result. */
  readonly fail: (ending: Exclude<Ending, 'result'>) => Promise<unknown>;
};

/** Decides what happens to the `occurrence`th call of a site (function and operation). */
export type Fate = (call: {
  readonly site: string;
  readonly occurrence: number;
  readonly request: Request;
  readonly now: number;
}) => FaultKind | undefined;

export type Gate = {
  readonly pass: (request: Request) => Promise<unknown>;
  /** Calls by site so far. */
  readonly counts: ReadonlyMap<string, number>;
  /** What was done to whom, for a failing seed's schedule. */
  readonly struck: readonly string[];
};

/** Independent requests run side by side (the answers come at their own virtual times); equal keys keep their order. */
const inOrder = () => {
  const last = new Map<string, Promise<unknown>>();
  const all = new Set<Promise<unknown>>();
  let barrier: Promise<unknown> = Promise.resolve();
  return (key: string | undefined, work: () => Promise<unknown>): Promise<unknown> => {
    const before = key === undefined ? Promise.allSettled(all) : Promise.allSettled([last.get(key), barrier]);
    const running = before.then(work);
    if (key === undefined) barrier = running;
    else last.set(key, running);
    all.add(running);
    const forget = (): void => {
      all.delete(running);
      if (key !== undefined && last.get(key) === running) last.delete(key);
    };
    running.then(forget, forget);
    return running;
  };
};

const settled = (work: Promise<unknown>): Promise<() => unknown> =>
  work.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );

type World = { readonly loop: EventLoop; readonly random: Random; readonly fate: Fate };

/** Every request of an invocation passes here; those of the harness itself don't come. */
export const openGate = ({ loop, random, fate }: World): Gate => {
  const counts = new Map<string, number>();
  const struck: string[] = [];
  const ordered = inOrder();
  const startedAt = loop.now();
  const note = (site: string, occurrence: number, fault: FaultKind): void => {
    struck.push(`${((loop.now() - startedAt) / 1000).toFixed(3)} s ${fault} at ${site} #${occurrence}`);
  };
  const start = (invocation: Invocation, request: Request): Promise<unknown> => {
    const site = `${invocation.name} ${request.operation}`;
    const occurrence = (counts.get(site) ?? 0) + 1;
    counts.set(site, occurrence);
    const fault = fate({ site, occurrence, request, now: loop.now() });
    if (fault) note(site, occurrence, fault);
    const { service, timeoutMs } = request;
    const course = courseOf(fault, { service, timeoutMs, random });
    // A request that was written when its process died may still arrive.
    const outlives = random.next() < 0.5;
    let result: Promise<() => unknown> | undefined;
    for (const at of course.executeAt) {
      loop.after(at, () => {
        if (invocation.isDead && !outlives) return;
        result = loop.hold(settled(ordered(request.key, request.execute)));
      });
    }
    return new Promise((resolve, reject) => {
      loop.after(course.answerAt, () => {
        if (invocation.isDead) return;
        if (course.dies) return invocation.die(fault ?? 'crash');
        const answer =
          course.ending === 'result'
            ? (result ?? Promise.resolve(() => undefined)).then((open) => open())
            : request.fail(course.ending);
        answer.then(resolve, reject);
      });
    });
  };
  return {
    counts,
    struck,
    pass: (request) => {
      const invocation = currentInvocation();
      if (!invocation) return request.execute();
      return invocation.isDead ? never() : start(invocation, request);
    },
  };
};
