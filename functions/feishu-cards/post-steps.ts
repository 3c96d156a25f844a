import type { Account } from '../../shared/broadcasts/account.ts';
import type { Act } from '../../shared/broadcasts/apply-step.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { takeStep } from '../../shared/broadcasts/take-step.ts';
import type { Seals } from '../../shared/seal.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { Inbox } from '../../shared/store/inbox.ts';
import type { Person } from '../../shared/store/people.ts';
import type { PostClick } from './broadcast-click.ts';
import type { PostCopyDeps } from './broadcast-copy.ts';
import type { CardReply, Waiting } from './in-time.ts';

export type PostActDeps = PostCopyDeps & {
  readonly broadcasts: Broadcasts;
  readonly accounts: readonly Account[];
  readonly people: () => Promise<readonly Person[]>;
  readonly inbox: Pick<Inbox, 'put'>;
  readonly seal: Seals['seal'];
  readonly answerWithinMs: number;
};
export type ClickedPost = PostClick & { readonly sender: string; readonly appId: string };

/** Who clicked on what, and their own copy of it. */
export type PostClicker = {
  readonly click: ClickedPost;
  readonly by: Person;
  readonly copy: Delivery | undefined;
  readonly waiting: Waiting;
};
export type Perform = (deps: PostActDeps, clicker: PostClicker) => Promise<CardReply>;

/** Under the revision that the card shows, where it shows one. */
export const takeSteps = (
  deps: PostActDeps,
  { click, by }: PostClicker,
  acts: readonly Act[],
): Promise<Broadcast> => {
  const { post, revision } = click.value;
  const seen = revision === undefined ? {} : { revision: Number(revision) };
  return takeStep(deps)({ broadcast: post, acts, by, ...seen });
};
