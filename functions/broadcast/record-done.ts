import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';

export type DoneDeps = { readonly broadcasts: Pick<Broadcasts, 'find' | 'change'> };

/** Whoever changes a post in between is met again; a mark that isn't written is set by the next look, whose work is done. */
const maxRounds = 3;

/** Marks what is done once: on the post as it is now, because the look that did it may have read an older one. */
export const recordDone =
  ({ broadcasts }: DoneDeps) =>
  async ({ broadcast }: Pick<Broadcast, 'broadcast'>, marks: readonly string[], now: Date): Promise<void> => {
    for (let round = 0; round < maxRounds; round += 1) {
      const post = await broadcasts.find(broadcast);
      const fresh = marks.filter((mark) => !post?.done.includes(mark));
      if (!post || fresh.length === 0) return;
      const told = { step: fresh.join('+'), now, wakes: false };
      if (await broadcasts.change(post, { ...post, done: [...post.done, ...fresh] }, told)) return;
    }
  };
