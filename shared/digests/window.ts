import { addDays, atTime, type Day, dayOf, weekday } from '../calendar/day.ts';
import { spread } from '../spread.ts';
import type { Bundle } from './bundle.ts';
import type { Digest, Misfire } from './definition.ts';

export type IsWorkday = (day: Day) => boolean;

/** One release on one day: one row, one card per person. */
export type DigestWindow = {
  /** `morning:2026-11-23`. */
  readonly id: string;
  readonly releaseId: string;
  readonly day: Day;
  /** T, ISO UTC. */
  readonly plannedAt: string;
  readonly digestIds: readonly string[];
};

/** The days whose figures are shown, both of them included. */
export type Period = { readonly from: Day; readonly to: Day };

/** T on that day: the same for whoever computes it, however often. */
export const plannedAt = ({ id, at, jitterSeconds }: Bundle, day: Day): Date => {
  const offset = jitterSeconds === 0 ? 0 : (spread(`${id}:${day}`) % (2 * jitterSeconds + 1)) - jitterSeconds;
  return new Date(atTime(day, at).getTime() + offset * 1000);
};

/** No earlier day since Monday was one. */
const isFirstOfWeek = (day: Day, isWorkday: IsWorkday): boolean =>
  Array.from({ length: weekday(day) - 1 }, (_, days) => addDays(day, -1 - days)).every(
    (one) => !isWorkday(one),
  );

const runsOn = (digest: Digest, day: Day, isWorkday: IsWorkday): boolean =>
  digest.calendar === 'everyday' ||
  (isWorkday(day) && (digest.calendar === 'workdays' || isFirstOfWeek(day, isWorkday)));

/** The members of a release that run on that day, in the order of the card. */
export const digestsOn = (release: Bundle, day: Day, isWorkday: IsWorkday): readonly Digest[] =>
  release.digests.filter((digest) => runsOn(digest, day, isWorkday));

export const windowOn = (release: Bundle, day: Day, isWorkday: IsWorkday): DigestWindow | undefined => {
  const digests = digestsOn(release, day, isWorkday);
  if (digests.length === 0) return undefined;
  return {
    id: `${release.id}:${day}`,
    releaseId: release.id,
    day,
    plannedAt: plannedAt(release, day).toISOString(),
    digestIds: digests.map(({ id }) => id),
  };
};

/** The longest that anybody waits for a release of workdays: no holiday of the published lists is longer. */
const longestBreakDays = 14;

/** T of the release's first window after `now`; `undefined` when it has none within two weeks. */
export const nextRelease = (release: Bundle, now: Date, isWorkday: IsWorkday): Date | undefined =>
  Array.from({ length: longestBreakDays + 1 }, (_, days) => addDays(dayOf(now), days))
    .filter((day) => digestsOn(release, day, isWorkday).length > 0)
    .map((day) => plannedAt(release, day))
    .find((at) => at > now);

type DueQuestion = {
  readonly releases: readonly Bundle[];
  readonly now: Date;
  /** How far ahead windows are armed. */
  readonly lookAheadMs: number;
  /** How far back a window that nobody released is still looked at; its misfire policy then decides. */
  readonly missedHorizonMs: number;
  readonly isWorkday: IsWorkday;
};

/** Windows whose T lies in (now − missedHorizon, now + lookAhead], the earliest first. */
export const windowsDue = (question: DueQuestion): readonly DigestWindow[] => {
  const { releases, now, lookAheadMs, missedHorizonMs, isWorkday } = question;
  const after = now.getTime() - missedHorizonMs;
  const until = now.getTime() + lookAheadMs;
  const days: Day[] = [];
  // A jitter may push T over midnight, so the neighbours are asked too.
  for (let day = addDays(dayOf(after), -1); day <= addDays(dayOf(until), 1); day = addDays(day, 1))
    days.push(day);
  return days
    .flatMap((day) => releases.map((release) => windowOn(release, day, isWorkday)))
    .filter((window) => window !== undefined)
    .filter((window) => Date.parse(window.plannedAt) > after && Date.parse(window.plannedAt) <= until)
    .sort((a, b) => a.plannedAt.localeCompare(b.plannedAt));
};

const lastRunBefore = (digest: Digest, day: Day, isWorkday: IsWorkday): Day => {
  let previous = addDays(day, -1);
  // Two weeks is longer than any holiday of the published lists.
  for (let tries = 0; tries < 14 && !runsOn(digest, previous, isWorkday); tries += 1) {
    previous = addDays(previous, -1);
  }
  return previous;
};

const calendarDays = (digest: Digest, day: Day, isWorkday: IsWorkday): Period => {
  const yesterday = addDays(day, -1);
  // Days that no card has shown yet: those since the digest last ran, which itself showed the day before it.
  const unseen = lastRunBefore(digest, day, isWorkday);
  const friday = digest.mondayShows === 'fridayToSunday' && weekday(day) === 1 ? addDays(day, -3) : yesterday;
  return { from: unseen < friday ? unseen : friday, to: yesterday };
};

/**
 * What the window of `day` shows, up to the day before it. `lastShown`, the last day that a card of this digest has shown,
 * matters to `sinceLastSend` only; without it, that one day.
 */
export const periodOf = (
  digest: Digest,
  day: Day,
  { isWorkday, lastShown }: { readonly isWorkday: IsWorkday; readonly lastShown?: Day | undefined },
): Period => {
  if (digest.window === 'calendarDay') return calendarDays(digest, day, isWorkday);
  const to = addDays(day, -1);
  return { from: lastShown !== undefined && lastShown < to ? addDays(lastShown, 1) : to, to };
};

export type MisfireDecision =
  | { readonly kind: 'send'; readonly lateMs: number }
  | { readonly kind: 'skip'; readonly reason: 'missed'; readonly lateMs: number };

/** A tick comes every minute, so less than one is nobody's fault and nobody's policy. */
const graceMs = 60_000;

/** What to do with a window at `now` that was not released at its T. `lateMs` is 0 inside the grace of one tick. */
export const misfireOf = (policy: Misfire, plannedAtIso: string, now: Date): MisfireDecision => {
  const lateMs = now.getTime() - Date.parse(plannedAtIso);
  if (lateMs <= graceMs) return { kind: 'send', lateMs: 0 };
  if (policy.policy === 'sendLate' && lateMs <= policy.withinMinutes * 60_000)
    return { kind: 'send', lateMs };
  return { kind: 'skip', reason: 'missed', lateMs };
};
