import type { Act } from '../../shared/broadcasts/apply-step.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { takeStep } from '../../shared/broadcasts/take-step.ts';
import type { PostActDeps, PostClicker } from './post-steps.ts';

/** A step stands in the history under the revision that it made. */
const revisionOf = ({ item }: { readonly item: string }): number => Number(item.split('#').at(-1));

/** All that has changed since the form was drawn is this person's: they press again before the new form has come. */
const isOwn = async (
  { broadcasts }: PostActDeps,
  { by }: PostClicker,
  { post, seen }: { readonly post: Broadcast; readonly seen: number },
): Promise<boolean> => {
  const steps = await broadcasts.history(post.broadcast);
  const own = steps.filter((step) => revisionOf(step) > seen && step.by?.person === by.person);
  return own.length === post.revision - seen;
};

type Filled = { readonly post: Broadcast; readonly acts: readonly Act[] };

/** What an editor's form asks for, unless somebody else has changed the draft since it was drawn: `changed_meanwhile`. */
export const takeFormSteps = async (
  deps: PostActDeps,
  clicker: PostClicker,
  { post, acts }: Filled,
): Promise<Broadcast> => {
  const { click, by } = clicker;
  const seen = Number(click.value.revision ?? post.revision);
  const isSeen =
    post.state !== 'draft' || post.revision === seen || (await isOwn(deps, clicker, { post, seen }));
  return takeStep(deps)({ broadcast: post.broadcast, acts, by, revision: isSeen ? post.revision : seen });
};
