import { type BusinessTime, teamTime } from '../calendar/business-time.ts';
import { atTime, type Day, dayOf } from '../calendar/day.ts';
import type { Calendar } from '../calendar/working-days.ts';
import type { Delivery } from '../store/delivery.ts';
import { teamCalendarSchema } from '../tickets/desk.ts';
import type { Ladder } from './account.ts';
import { isWaitedFor, placeOf } from './reach.ts';

/** What the ladder looks at of somebody's own card. */
export type Reached = Pick<
  Delivery,
  'recipient' | 'state' | 'dueAt' | 'reason' | 'code' | 'messageId' | 'acceptedAt' | 'readAt' | 'openedAt'
>;

/** What it looks at of a reminder. */
type Reminder = Pick<Delivery, 'state' | 'dueAt' | 'plannedAt' | 'acceptedAt'>;

/** A person's reminders that were planned, and the last day whose list of managers has left. */
export type Climbed = { readonly first?: Reminder; readonly second?: Reminder; readonly listedTill?: Day };

export type Rung = 'first' | 'second' | 'managers';
export type Climb = { readonly rung: Rung; readonly at: Date };

export type LadderTime = {
  readonly ladder: Ladder;
  readonly calendar: Calendar;
  readonly office: BusinessTime;
};

/** 工作日 09:00–18:00, lunch included: what an editor who reads 「2 小时后」 expects. */
const officeHours = teamCalendarSchema.parse({
  id: 'ladder',
  name: '催办',
  days: { on: 'workdays' },
  intervals: [{ from: '09:00', to: '18:00' }],
});
const [opens, closes] = ['09:00', '18:00'];
const minuteMs = 60_000;

/** Days are worked out when first asked for: one for all people of a post. */
export const ladderTime = (ladder: Ladder, calendar: Calendar): LadderTime => ({
  ladder,
  calendar,
  office: teamTime(officeHours, calendar),
});

const isOfficeTime = ({ calendar }: LadderTime, at: Date): boolean => {
  const day = dayOf(at);
  return calendar.isWorkday(day) && at >= atTime(day, opens) && at < atTime(day, closes);
};

const firstAt = (time: LadderTime, acceptedAt: Date): Date => {
  const { workingMinutes, offHoursMinutes } = time.ladder.remindAfter;
  const natural = new Date(acceptedAt.getTime() + offHoursMinutes * minuteMs);
  if (!isOfficeTime(time, acceptedAt)) return natural;
  const worked = time.office.add(acceptedAt.getTime(), workingMinutes);
  return worked === undefined ? natural : new Date(worked);
};

/**
 * A rung is climbed when its reminder has arrived, or never will. `undefined` while it is held or queued: somebody who
 * comes back from leave gets one reminder, and only then the time to follow it.
 */
const climbedAt = (reminder: Reminder): string | undefined =>
  reminder.acceptedAt ?? (placeOf(reminder) === 'queued' ? undefined : reminder.plannedAt);

const later = (due: Date, done: string): Date => (Date.parse(done) > due.getTime() ? new Date(done) : due);

type Last = { readonly due: Date; readonly reminder: Reminder };

const morningAfter = ({ calendar }: LadderTime, { due, reminder }: Last, clock: string): Date | undefined => {
  const done = climbedAt(reminder);
  return done === undefined ? undefined : atTime(calendar.nextWorkday(dayOf(later(due, done))), clock);
};

const managersRung = (time: LadderTime, last: Last, listedTill: Day | undefined): Climb | undefined => {
  const at = morningAfter(time, last, time.ladder.managersAt);
  if (!at || (listedTill !== undefined && dayOf(at) <= listedTill)) return undefined;
  return { rung: 'managers', at };
};

/**
 * The next thing that the ladder does for somebody: two working hours (off hours: twelve of any kind) after their card
 * arrived, then on the next working day, then one more later. A rung that came late pushes those above it: nobody climbs
 * two in one day. `undefined`: nothing reached them yet, their last reminder is still to come, they have done what is
 * wanted, or all of it is said.
 */
export const nextRung = (time: LadderTime, row: Reached, climbed: Climbed = {}): Climb | undefined => {
  if (row.acceptedAt === undefined || !isWaitedFor(row, true)) return undefined;
  const first = firstAt(time, new Date(row.acceptedAt));
  if (!climbed.first) return { rung: 'first', at: first };
  const second = morningAfter(time, { due: first, reminder: climbed.first }, time.ladder.urgentAt);
  if (!second || !climbed.second) return second && { rung: 'second', at: second };
  return managersRung(time, { due: second, reminder: climbed.second }, climbed.listedTill);
};

const earliest = (moments: readonly Date[]): Date | undefined =>
  moments.length === 0
    ? undefined
    : new Date(moments.reduce((least, at) => Math.min(least, at.getTime()), Infinity));

/** When the next rung of anybody is due; none is after the deadline. A moment that is past: there is something to do now. */
export const nextLadderAt = (
  climbs: readonly (Climb | undefined)[],
  deadlineAt: string | undefined,
): Date | undefined =>
  earliest(
    climbs.flatMap((climb) =>
      climb && (deadlineAt === undefined || climb.at.toISOString() < deadlineAt) ? [climb.at] : [],
    ),
  );
