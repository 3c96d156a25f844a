import type { Random } from '../../simulator/bi/random.ts';
import type { EventLoop } from './event-loop.ts';
import { courseOf, type Ending, type FaultKind, type Service } from './faults.ts';
import { currentInvocation, type Invocation, never } from './invocation.ts';

/** One request of a library to something outside the process. */
export type Request = {
  readonly service: Service;
  /** What is asked, without ids: the same place in the code has the same operation. */
  readonly operation: string;
  /** What is carried out in order; `undefined`: nothing else at the same time. */
  readonly key: string | undefined;
  /** What only one invocation may be doing at a time: sending this message, changing this card. */
  readonly exclusive?: string | undefined;
  readonly timeoutMs: number;
  readonly execute: () => Promise<unknown>;
  /** Told a moment after each execution, in the order of the timeline and not of the engine's answers. */
  readonly onExecuted?: () => void;
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
  /** When each exclusive request was made, by what it names. */
  readonly issued: ReadonlyMap<string, readonly number[]>;
  /** What was done to whom, for a failing seed's schedule. */
  readonly struck: readonly string[];
  /** Two at once where only one may be. */
  readonly overlaps: readonly string[];
};

/** Two senders of one thing: the second starts while the first, who is alive, waits for the answer of a request as young as this. */
const youngMs = 10_000;

const watchOverlaps = (loop: EventLoop) => {
  const active = new Map<string, { readonly invocation: Invocation; readonly since: number }>();
  const overlaps: string[] = [];
  return {
    overlaps,
    begin: (what: string | undefined, invocation: Invocation): void => {
      if (what === undefined) return;
      const other = active.get(what);
      const isTwice =
        other &&
        other.invocation !== invocation &&
        !other.invocation.isDead &&
        loop.now() - other.since < youngMs;
      if (isTwice) overlaps.push(`${other.invocation.name} and ${invocation.name} at once: ${what}`);
      active.set(what, { invocation, since: loop.now() });
    },
    end: (what: string | undefined, invocation: Invocation): void => {
      if (what !== undefined && active.get(what)?.invocation === invocation) active.delete(what);
    },
  };
};

const settled = (work: Promise<unknown>): Promise<() => unknown> =>
  work.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );

/** What comes at one instant is carried out side by side, but for equal keys, and for what has none: it stands alone. */
const inOrder = () => {
  const last = new Map<string, Promise<unknown>>();
  let alone: Promise<unknown> = Promise.resolve();
  const all = new Set<Promise<unknown>>();
  return (key: string | undefined, work: () => Promise<unknown>): Promise<unknown> => {
    const before = key === undefined ? [...all] : [last.get(key) ?? alone, alone];
    const running = before.length === 0 ? work() : Promise.allSettled(before).then(work);
    if (key === undefined) alone = running;
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

/** Requests reach the engine on a grid of time: those of one instant go side by side. */
const gridMs = 25;
const onGrid = (at: number): number => Math.ceil(at / gridMs) * gridMs;

type World = { readonly loop: EventLoop; readonly random: Random; readonly fate: Fate };

/** Every request of an invocation passes here; those of the harness itself don't come. */
export const openGate = ({ loop, random, fate }: World): Gate => {
  const counts = new Map<string, number>();
  const struck: string[] = [];
  const issued = new Map<string, number[]>();
  const ordered = inOrder();
  const { overlaps, begin, end } = watchOverlaps(loop);
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
    const issuedAt = loop.now();
    begin(request.exclusive, invocation);
    if (request.exclusive)
      issued.set(request.exclusive, [...(issued.get(request.exclusive) ?? []), issuedAt]);
    const executeAt = course.executeAt.map((at) => onGrid(issuedAt + at) - issuedAt);
    // Later than a request is carried out, unless its caller has given up by then.
    const first = course.ending === 'timeout' ? 0 : (executeAt.at(-1) ?? 0) + 1;
    const answerAt = Math.max(course.answerAt, first);
    // A request that was written when its process died may still arrive.
    const outlives = random.next() < 0.5;
    let result: Promise<() => unknown> | undefined;
    for (const at of executeAt) {
      loop.after(at, () => {
        if (invocation.isDead && !outlives) return;
        result = loop.hold(settled(ordered(request.key, request.execute)));
        loop.after(1, () => request.onExecuted?.());
      });
    }
    return new Promise((resolve, reject) => {
      loop.after(answerAt, () => {
        if (invocation.isDead) return;
        end(request.exclusive, invocation);
        if (course.dies) {
          invocation.die(fault ?? 'crash');
          return;
        }
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
    issued,
    struck,
    overlaps,
    pass: (request) => {
      const invocation = currentInvocation();
      if (!invocation) return request.execute();
      return invocation.isDead ? never() : start(invocation, request);
    },
  };
};
