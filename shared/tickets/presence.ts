import { atTime } from '../calendar/day.ts';
import type { Person } from '../store/people.ts';
import type { Duty } from './desk.ts';

export const isOnLeave = ({ leave = [] }: Pick<Person, 'leave'>, now: Date): boolean =>
  leave.some(({ from, until }) => new Date(from) <= now && now < new Date(until));

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** `to` goes up to 30:00, so a row of yesterday may still hold. */
export const isDuring = ({ day, from, to }: Duty, now: Date): boolean => {
  const minutes = (now.getTime() - atTime(day, '00:00').getTime()) / 60_000;
  return minutesOf(from) <= minutes && minutes < minutesOf(to);
};
