import type { Ladder } from '../../shared/broadcasts/account.ts';

/** Two working hours, or twelve hours off work; 加急 next morning off the hour; a day later the managers' list. */
export const defaultLadder: Ladder = {
  remindAfter: { workingMinutes: 120, offHoursMinutes: 720 },
  urgentAt: '10:02',
  managersAt: '10:02',
};
