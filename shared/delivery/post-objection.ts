import {
  type Broadcast,
  broadcastOf,
  personalSubject,
  type SubjectOfBroadcast,
} from '../broadcasts/broadcast.ts';
import { isWaitedFor } from '../broadcasts/reach.ts';
import type { Broadcasts } from '../store/broadcasts.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Aside, Asked, Objection } from './objection.ts';
import { remembered } from './remembered.ts';

export type PostObjectionDeps = {
  readonly broadcasts: Pick<Broadcasts, 'find'>;
  readonly deliveries: Pick<Deliveries, 'find'>;
};

/** Looked at again this often, so that a post that goes on drains by itself. */
const pausedRecheckMs = 60_000;

const ofPost = (
  post: Broadcast | undefined,
  { version }: SubjectOfBroadcast,
  now: Date,
): Aside | undefined => {
  if (!post || ['recalled', 'cancelled'].includes(post.state)) return { reason: 'post_recalled' };
  if (post.version !== version) return { reason: 'post_superseded' };
  if (post.state === 'closed') return { reason: 'post_closed' };
  if (post.state !== 'paused') return undefined;
  return { reason: 'post_paused', until: new Date(now.getTime() + pausedRecheckMs) };
};

/** A reminder is asked about again at the moment of sending: who has confirmed meanwhile gets none. */
const ofReader = async (
  { deliveries }: PostObjectionDeps,
  post: Broadcast,
  { recipient }: Asked,
): Promise<Aside | undefined> => {
  const own = await deliveries.find({ subject: personalSubject(post), recipient });
  return own && isWaitedFor(own, post.mustConfirm) ? undefined : { reason: 'already_done' };
};

/** Whether what belongs to a post may leave: it isn't paused, recalled or over, and its reader is still waited for. */
export const postObjection = (deps: PostObjectionDeps): Objection => {
  const find = remembered((broadcast: string) => deps.broadcasts.find(broadcast));
  return async (asked, now) => {
    const of = broadcastOf(asked.subject);
    if (!of) return undefined;
    const post = await find(of.broadcast, now.getTime());
    const aside = ofPost(post, of, now);
    if (aside || !post || of.part !== 'reminder') return aside;
    return ofReader(deps, post, asked);
  };
};
