import { type Hours, isOnDuty, quietUntil } from '../calendar/quiet-hours.ts';
import { spread } from '../spread.ts';
import type { People, Person } from '../store/people.ts';
import type { Aside, Asked, Objection } from './objection.ts';
import { remembered } from './remembered.ts';

export type HoldDeps = {
  readonly people: Pick<People, 'find'>;
  /** When the next bundle (晨报) leaves after an instant; `undefined` when none is planned. */
  readonly nextBundle: (after: Date) => Promise<Date | undefined>;
};

const minuteMs = 60_000;

/**
 * One to ten minutes later, the same for one recipient whoever computes it: what waited for everybody's quiet hours
 * doesn't leave in one burst, nor on the full or half hour, when Feishu refuses most (11232,
 * open.feishu.cn/document/server-docs/api-call-guide/frequency-control). One recipient's messages come together.
 */
const soonAfter = (from: Date, recipient: string): Date =>
  new Date(from.getTime() + minuteMs + (spread(recipient) % (9 * minuteMs)));

/** Its card has to be out before what it didn't carry follows. */
const bundleTakesMs = 3 * minuteMs;
/** An ordinary message of the night rather stands in the morning card than rings an hour before it. */
const worthWaitingMs = 2 * 60 * minuteMs;

/** A group has no shift and no leave; somebody whom we don't know keeps the usual hours. */
type Known = Pick<Person, 'quiet' | 'shift' | 'leave'>;

const hoursOf = ({ quiet, shift }: Known): Hours => ({ own: quiet?.spans, shift });

type Obstacle = { readonly reason: string; readonly until: Date };
/** What is in the way at an instant. */
type Find = (at: Date) => Obstacle | undefined;

const leaveAt =
  ({ leave = [] }: Known): Find =>
  (at) => {
    const instant = at.toISOString();
    const current = leave.find(({ from, until }) => from <= instant && instant < until);
    return current && { reason: 'on_leave', until: new Date(current.until) };
  };

const quietReason = ({ own, shift }: Hours): string => {
  if (own) return 'own_quiet_hours';
  return shift ? 'off_shift' : 'quiet_hours';
};

const quietAt =
  (hours: Hours): Find =>
  (at) => {
    const until = quietUntil(at, hours);
    return until && { reason: quietReason(hours), until };
  };

const offDutyAt =
  ({ shift }: Known): Find =>
  (at) =>
    isOnDuty(at, { shift }) ? undefined : quietAt({ shift })(at);

/** Whoever is at work may be disturbed, whatever the hour; what they set themselves and their leave still count. */
const unlessAtWork =
  (find: Find, until: string | undefined): Find =>
  (at) =>
    until !== undefined && at.toISOString() < until ? undefined : find(at);

/**
 * What counts for whom. P0 passes to those on duty, whatever their quiet hours. When a scheduled card leaves is the
 * company's decision, or an administrator's who lets it go now: only what people set themselves and their leave keep it.
 */
const obstaclesFor = ({ urgency, atWorkUntil }: Asked, known: Known): readonly Find[] => {
  const { own } = hoursOf(known);
  if (urgency === 'p0') return [leaveAt(known), unlessAtWork(offDutyAt(known), atWorkUntil)];
  if (urgency === 'scheduled') return own ? [leaveAt(known), quietAt({ own })] : [leaveAt(known)];
  const quiet = quietAt(hoursOf(known));
  return [leaveAt(known), own ? quiet : unlessAtWork(quiet, atWorkUntil)];
};

/** Obstacles may follow each other, as a night follows a leave; nobody's chain is longer. */
const longestChain = 16;

/** The first obstacle at `now`, and when the last of those that follow each other ends. */
const firstFree = (finds: readonly Find[], now: Date): Obstacle | undefined => {
  const at = (instant: Date): Obstacle | undefined =>
    finds.map((find) => find(instant)).find((found) => found !== undefined);
  const first = at(now);
  let last = first;
  for (let step = 0; last && step < longestChain; step += 1) {
    const next = at(last.until);
    if (!next) break;
    last = next;
  }
  return first && last && { reason: first.reason, until: last.until };
};

/** Ordinary messages may wait for the bundle and stand on its card; the others have a card of their own to show. */
export const mayBeCarried = ({ urgency, recipient }: Pick<Asked, 'urgency' | 'recipient'>): boolean =>
  urgency === undefined && !recipient.startsWith('chat:');

/** The best moment first. P0 leaves on the second. */
const momentsAfter = async (deps: HoldDeps, asked: Asked, free: Date): Promise<readonly Date[]> => {
  if (asked.urgency === 'p0') return [free];
  const soon = soonAfter(free, asked.recipient);
  if (!mayBeCarried(asked)) return [soon, free];
  const bundle = await deps.nextBundle(free);
  const isNear = bundle && bundle.getTime() - free.getTime() <= worthWaitingMs;
  return isNear ? [afterBundle(bundle, asked.recipient), soon, free] : [soon, free];
};

export const afterBundle = (bundle: Date, recipient: string): Date =>
  soonAfter(new Date(bundle.getTime() + bundleTakesMs), recipient);

/** Held till the best moment at which somebody still wants it; suppressed when there is none. */
export const holdTill = (reason: string, { validUntil }: Asked, moments: readonly Date[]): Aside => {
  const until = moments.find((at) => validUntil === undefined || at.getTime() < Date.parse(validUntil));
  return until ? { reason, until } : { reason };
};

/** When a person isn't to be disturbed: leave, their own 免打扰, their shift, or the usual hours. */
export const quietObjection = (deps: HoldDeps): Objection => {
  const find = remembered((person) => deps.people.find(person));
  return async (asked, now) => {
    if (asked.urgency === 'reply') return undefined;
    const isGroup = asked.recipient.startsWith('chat:');
    const known: Known = (isGroup ? undefined : await find(asked.recipient, now.getTime())) ?? {};
    const free = firstFree(obstaclesFor(asked, known), now);
    return free && holdTill(free.reason, asked, await momentsAfter(deps, asked, free.until));
  };
};
