import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Random, seededRandom } from '../../simulator/bi/random.ts';
import type { EventLoop } from './event-loop.ts';
import { type Invocation, runWithin } from './invocation.ts';

export type Handler = (event: unknown) => Promise<unknown>;
/** One function: `open` starts a container, which is what a cold start makes. */
export type CloudFunction = { readonly name: string; readonly open: () => Handler | Promise<Handler> };
export type Outcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'died'; readonly why: string };

export type Cloud = {
  readonly invoke: (name: string, event: unknown) => Promise<Outcome>;
  readonly running: () => number;
  readonly invocations: () => number;
};

type Container = { readonly handler: Handler; readonly skewMs: number; isBusy: boolean; isGone: boolean };

/** `timeout` of function.yml, 6 s when it has none, as on Lambda. Functions of the harness itself have a minute. */
const timeoutOf = (name: string): number => {
  try {
    const text = readFileSync(join(import.meta.dirname, '../../functions', name, 'function.yml'), 'utf8');
    return Number(/^ {2}timeout: (\d+)/m.exec(text)?.[1] ?? '6') * 1000;
  } catch {
    return 60_000;
  }
};

type World = {
  readonly loop: EventLoop;
  readonly random: Random;
  readonly functions: readonly CloudFunction[];
  /** Draws how far a new container's clock is off. */
  readonly drawSkew: () => number;
};

/** Runs functions as Lambda does: one event at a time per container, a cold start when none is free, an end by force. */
export const startCloud = ({ loop, random, functions, drawSkew }: World): Cloud => {
  const seed = random.whole(0, 2 ** 30);
  const byName = new Map(functions.map((each) => [each.name, { ...each, timeoutMs: timeoutOf(each.name) }]));
  const containers = new Map<string, Container[]>();
  let running = 0;
  let count = 0;
  const take = async (name: string, open: CloudFunction['open']): Promise<Container> => {
    const all = (containers.get(name) ?? []).filter((each) => !each.isGone);
    containers.set(name, all);
    const free = all.find((each) => !each.isBusy);
    if (free && random.next() < 0.9) {
      free.isBusy = true;
      return free;
    }
    const skewMs = drawSkew();
    // Loading takes as long as it takes; on the timeline a cold start ends at its own moment.
    const started = new Promise<void>((resolve) => loop.after(random.whole(150, 400), resolve));
    const [handler] = await Promise.all([loop.hold(Promise.resolve(open())), started]);
    const fresh: Container = { handler, skewMs, isBusy: true, isGone: false };
    all.push(fresh);
    return fresh;
  };
  const run = (container: Container, { name, timeoutMs, event }: Run): Promise<Outcome> =>
    new Promise((resolve) => {
      const end = (outcome: Outcome): void => {
        if (invocation.isDead) return;
        invocation.isDead = outcome.kind === 'died';
        container.isGone ||= invocation.isDead;
        container.isBusy = false;
        cancel();
        running -= 1;
        resolve(outcome);
      };
      const id = (count += 1);
      const invocation: Invocation = {
        id,
        name,
        chance: seededRandom(seed + id).next,
        skewMs: container.skewMs,
        isDead: false,
        die: (why) => {
          end({ kind: 'died', why });
        },
      };
      const cancel = loop.after(timeoutMs, () => {
        invocation.die('timeout');
      });
      void runWithin(invocation, async () => container.handler(event)).then(
        (value) => {
          end({ kind: 'returned', value });
        },
        (error: unknown) => {
          end({ kind: 'threw', error });
        },
      );
    });
  return {
    invoke: async (name, event) => {
      const known = byName.get(name);
      if (!known) throw new Error(`no function ${name}`);
      running += 1;
      const container = await take(name, known.open);
      return run(container, { name, timeoutMs: known.timeoutMs, event });
    },
    running: () => running,
    invocations: () => count,
  };
};

type Run = { readonly name: string; readonly timeoutMs: number; readonly event: unknown };

/** Every minute at a moment of its own within it; sometimes more than once, now and then not at all. */
export const everyMinute = (
  { loop, random }: Pick<World, 'loop' | 'random'>,
  { copies, missed, fire }: { copies: () => number; missed: number; fire: () => void },
): void => {
  const next = (): void => {
    loop.after(60_000, next);
    if (random.next() < missed) return;
    for (let copy = copies(); copy > 0; copy -= 1) loop.after(random.whole(0, 3_000), fire);
  };
  loop.after(random.whole(0, 60_000), next);
};
