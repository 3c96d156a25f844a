import type { baseWorld, Changed } from './world.ts';

type World = ReturnType<typeof baseWorld>;

class Crash extends Error {}
type Verb = (...args: readonly unknown[]) => Promise<unknown>;

/** A crash before a read is one before the next write: nothing outside can tell them apart. */
const isRead = (name: string): boolean =>
  /^(?:find|list|read|get|search|ticketOf|rowWrite|history)/.test(name);

/** Every write to Feishu and DynamoDB that a drainer makes, counted; before one of them it dies. */
const crashing = (world: World, at: number) => {
  let calls = 0;
  const dying =
    (verb: Verb): Verb =>
    async (...args) => {
      calls += 1;
      if (calls === at) throw new Crash();
      return verb(...args);
    };
  const isVerb = (value: unknown): value is Verb => typeof value === 'function';
  const guarded = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        return isVerb(value) && !isRead(String(key)) ? dying(value) : value;
      },
    });
  const deps = world.wired();
  const changed: Changed = {
    bitable: guarded(deps.bitable),
    rows: guarded(deps.rows),
    homes: guarded(deps.homes),
    queue: guarded(deps.queue),
    changing: { ...deps.changing, tickets: guarded(deps.changing.tickets) },
  };
  return { changed, reached: () => calls >= at };
};

/** What new invocations do a minute later, when nothing of the old one can be on its way any more. */
export const recover = async (world: World): Promise<void> => {
  world.later(61_000);
  for (let run = 0; run < 4; run += 1) {
    await world.arrive();
    const { rows, edits } = await world.sync();
    if (rows + edits === 0) return;
  }
};

type Scene = { readonly prepare: () => Promise<void>; readonly check: () => Promise<void> };

/**
 * Dies between every two writes in turn, until a run has fewer than that. Returns how many places there were.
 */
export const dieEverywhere = async (world: World, { prepare, check }: Scene): Promise<number> => {
  for (let at = 1; ; at += 1) {
    await prepare();
    const { changed, reached } = crashing(world, at);
    await world.sync(changed).catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
    await recover(world);
    await check();
    if (!reached()) return at - 1;
  }
};
