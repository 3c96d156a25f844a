import { type BusinessTime, teamTime } from '../calendar/business-time.ts';
import { atTime, type Day, dayOf } from '../calendar/day.ts';
import type { Calendar } from '../calendar/working-days.ts';
import type { Delivery } from '../store/delivery.ts';
import { teamCalendarSchema } from '../tickets/desk.ts';
import type { Ladder } from './account.ts';
import { isWaitedFor } from './reach.ts';

/** What the ladder looks at of somebody's own card. */
export type Reached = Pick<
  Delivery,
  'recipient' | 'state' | 'dueAt' | 'reason' | 'code' | 'messageId' | 'acceptedAt' | 'readAt' | 'openedAt'
>;

/** When a person's reminders were planned, and the last day whose list of managers has left: earlier rungs are climbed. */
export type Climbed = { readonly first?: string; readonly second?: string; readonly listedTill?: Day };

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

const later = (due: Date, done: string | undefined): Date =>
  done !== undefined && Date.parse(done) > due.getTime() ? new Date(done) : due;

const nextMorning = ({ calendar }: LadderTime, after: Date, clock: string): Date =>
  atTime(calendar.nextWorkday(dayOf(after)), clock);

/**
 * The next thing that the ladder does for somebody: two working hours (off hours: twelve of any kind) after their card
 * arrived, then on the next working day, then one more later. A rung that came late pushes those above it: nobody climbs
 * two in one day. `undefined`: nothing reached them yet, they have done what is wanted, or all of it is said.
 */
export const nextRung = (time: LadderTime, row: Reached, climbed: Climbed = {}): Climb | undefined => {
  if (row.acceptedAt === undefined || !isWaitedFor(row, true)) return undefined;
  const first = firstAt(time, new Date(row.acceptedAt));
  if (climbed.first === undefined) return { rung: 'first', at: first };
  const second = nextMorning(time, later(first, climbed.first), time.ladder.urgentAt);
  if (climbed.second === undefined) return { rung: 'second', at: second };
  const managers = nextMorning(time, later(second, climbed.second), time.ladder.managersAt);
  const isListed = climbed.listedTill !== undefined && dayOf(managers) <= climbed.listedTill;
  return isListed ? undefined : { rung: 'managers', at: managers };
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
