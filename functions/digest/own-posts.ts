import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { type Reading, sortReadings } from '../../shared/broadcasts/reading-list.ts';
import { addDays, type Day, dayOf } from '../../shared/calendar/day.ts';
import { whyReceives } from '../../shared/digests/audience.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import { digestsOn, type IsWorkday } from '../../shared/digests/window.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { Person } from '../../shared/store/people.ts';
import { recipientOf } from './line-follow-ups.ts';

export type PostsDeps = {
  readonly broadcasts: Pick<Broadcasts, 'listOfAccount'>;
  readonly deliveries: Pick<Deliveries, 'listOfSubject'>;
  readonly accounts: readonly Account[];
  /** Where the pages are, without a slash at its end. */
  readonly pages: string;
};

/** What a card says about posts to its reader. */
export type OwnPosts = {
  /** Must be confirmed and isn't, the nearest deadline first. */
  readonly toConfirm: readonly Reading[];
  /** Came since the last card and hasn't been opened. */
  readonly unread: readonly Reading[];
};

export type PostsOfPerson = (person: Person) => OwnPosts;

type Morning = { readonly release: Bundle; readonly day: Day; readonly isWorkday: IsWorkday };

const none: OwnPosts = { toConfirm: [], unread: [] };

/** One that is paused has something wrong with it: nobody is led to it. */
const isOpen = ({ state }: Broadcast): boolean => state === 'sending' || state === 'open';

type OpenPost = Omit<Reading, 'delivery'> & { readonly rows: ReadonlyMap<string, Delivery> };

/** One query for each account and one for each open post, however many people there are. */
const openPosts = async ({ accounts, broadcasts, deliveries }: PostsDeps): Promise<readonly OpenPost[]> => {
  const posts = await Promise.all(
    accounts.map(async (account) => {
      const found = await broadcasts.listOfAccount(account.id);
      return found.filter(isOpen).map((broadcast) => ({ account, broadcast }));
    }),
  );
  return Promise.all(
    posts.flat().map(async ({ account, broadcast }) => {
      const rows = await deliveries.listOfSubject(personalSubject(broadcast));
      return { account, broadcast, rows: new Map(rows.map((row) => [row.recipient, row])) };
    }),
  );
};

/** What hasn't reached somebody comes by itself: no line runs ahead of it. */
const hasReached = ({ state, messageId }: Delivery): boolean =>
  messageId !== undefined && state !== 'excluded' && state !== 'suppressed';

/** Longer than the longest holiday: what is older than this has had its line. */
const longestBreakDays = 14;

/** The last day before this one on which this person had a card of this release, as their digests run. */
const lastCardDay = ({ release, day, isWorkday }: Morning, person: Person): Day => {
  const who = recipientOf(person);
  const isTheirs = ({ id }: { readonly id: string }): boolean => {
    const digest = release.digests.find((each) => each.id === id);
    return (
      digest !== undefined && whyReceives(digest, who) !== undefined && !person.unsubscribed.includes(id)
    );
  };
  let last = addDays(day, -1);
  for (let back = 1; back < longestBreakDays; back += 1) {
    if (digestsOn(release, last, isWorkday).some(isTheirs)) return last;
    last = addDays(last, -1);
  }
  return last;
};

/**
 * Each post has its line once, and nothing is written for it: the days on which somebody gets a card cut time into
 * pieces without gap or overlap, and the card of one day tells of what came since the day of the card before it, that
 * day included, until last midnight. By days, because the moment of a release moves, with its jitter and its sources.
 */
const cameSince = (from: Day, until: Day, { acceptedAt }: Delivery): boolean => {
  const on = acceptedAt === undefined ? undefined : dayOf(new Date(acceptedAt));
  return on !== undefined && on >= from && on < until;
};

const postsOn = async (deps: PostsDeps, morning: Morning): Promise<PostsOfPerson> => {
  const open = await openPosts(deps);
  return (person) => {
    const readings = open.flatMap(({ account, broadcast, rows }): readonly Reading[] => {
      const delivery = rows.get(person.person);
      return delivery && hasReached(delivery) ? [{ account, broadcast, delivery }] : [];
    });
    if (readings.length === 0) return none;
    const { toConfirm, toRead } = sortReadings(readings);
    const from = lastCardDay(morning, person);
    return { toConfirm, unread: toRead.filter(({ delivery }) => cameSince(from, morning.day, delivery)) };
  };
};

/** What each person's card of this morning says about posts; a release that isn't meant for them says nothing. */
export const ownPosts = async (deps: PostsDeps, morning: Morning): Promise<PostsOfPerson> => {
  if (!morning.release.posts) return () => none;
  try {
    return await postsOn(deps, morning);
  } catch (error) {
    // These lines are an extra: the figures leave without them.
    log.warn('own_posts_unknown', { release: morning.release.id, ...errorFields(error) });
    return () => none;
  }
};
