import { errorFields, log } from '../../shared/log.ts';
import { type Advanced, advance } from './advance.ts';
import type { BroadcastDeps } from './turn.ts';

type Ticked = Readonly<Record<'due' | 'rested' | 'later' | 'elsewhere' | 'broken', number>>;

/** While cards leave, a tick goes on looking until the next one is near. */
const lookingMs = 50_000;
const pauseMs = 5_000;

const advanceOne = async (deps: BroadcastDeps, id: string): Promise<Advanced | 'broken'> => {
  try {
    return await advance(deps)(id);
  } catch (error) {
    // It stays due: the next tick comes for it, and it keeps no other back.
    log.error('broadcast_broken', { broadcast: id, ...errorFields(error) });
    return 'broken';
  }
};

const countOf = (all: readonly (Advanced | 'broken')[]): Ticked => {
  const count = (what: Advanced['ended'] | 'broken'): number =>
    all.filter((each) => (each === 'broken' ? each : each.ended) === what).length;
  return {
    due: all.length,
    rested: count('rests'),
    later: count('later'),
    elsewhere: count('elsewhere'),
    broken: count('broken'),
  };
};

type Round = {
  readonly at: Date;
  readonly ids: readonly string[];
  readonly done: readonly (Advanced | 'broken')[];
};

/**
 * When the posts of this tick want the next look; those that rest for ever, or are elsewhere, want none of ours. One whose
 * time has come and that isn't due was put off by another invocation: it is theirs.
 */
const noteWishes = (wishes: Map<string, number>, { at: lookedAt, ids, done }: Round): void => {
  for (const [id, wish] of wishes) if (wish <= lookedAt.getTime()) wishes.delete(id);
  for (const [index, id] of ids.entries()) {
    const advanced = done[index];
    const at = advanced === 'broken' ? undefined : advanced?.nextAt?.getTime();
    wishes.set(id, at ?? Infinity);
  }
};

/** What time alone does to posts, and what a stream has lost. */
export const tickPosts =
  (deps: BroadcastDeps) =>
  async (now: Date): Promise<Ticked> => {
    const until = now.getTime() + lookingMs;
    const all: (Advanced | 'broken')[] = [];
    const wishes = new Map<string, number>();
    for (;;) {
      const at = deps.now();
      const ids = await deps.broadcasts.listDue(at);
      const done = await Promise.all(ids.map((id) => advanceOne(deps, id)));
      all.push(...done);
      noteWishes(wishes, { at, ids, done });
      const next = Math.min(Infinity, ...wishes.values());
      if (next > until || deps.now().getTime() > until) return countOf(all);
      await deps.sleep(pauseMs);
    }
  };
