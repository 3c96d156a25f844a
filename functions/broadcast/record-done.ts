import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';

export type DoneDeps = { readonly broadcasts: Pick<Broadcasts, 'find' | 'change'> };

/** Whoever changes a post in between is met again; a mark that isn't written is set by the next look, whose work is done. */
const maxRounds = 3;

type Done = { readonly marks: readonly string[]; readonly found?: Pick<Broadcast, 'views'> | undefined };

/** Marks what is done once, with what it has found: on the post as it is now, because the look may have read an older one. */
export const recordFound =
  ({ broadcasts }: DoneDeps) =>
  async ({ broadcast }: Pick<Broadcast, 'broadcast'>, { marks, found }: Done, now: Date): Promise<void> => {
    for (let round = 0; round < maxRounds; round += 1) {
      const post = await broadcasts.find(broadcast);
      const fresh = marks.filter((mark) => !post?.done.includes(mark));
      if (!post || fresh.length === 0) return;
      const told = { step: fresh.join('+'), now, wakes: false };
      if (await broadcasts.change(post, { ...post, ...found, done: [...post.done, ...fresh] }, told)) return;
    }
  };

export const recordDone =
  (deps: DoneDeps) =>
  (post: Pick<Broadcast, 'broadcast'>, marks: readonly string[], now: Date): Promise<void> =>
    recordFound(deps)(post, { marks }, now);
