import * as z from 'zod/mini';

/** A date in Asia/Shanghai, `YYYY-MM-DD`. Sorts and compares as text. */
export type Day = string;

// China keeps UTC+8 without summer time since 1991-09-15 (tz database, Asia/Shanghai), so a fixed offset is exact
// for every day we handle and does not depend on the time zone of the process.
const offsetMs = 8 * 3_600_000;
const dayMs = 86_400_000;

const midnightUtc = (day: Day): number => Date.parse(`${day}T00:00:00Z`);

const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = midnightUtc(text);
  // Date.parse takes 2026-02-30 for 2026-03-02 in some engines; a real day survives the round trip.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
};

export const daySchema = z.string().check(z.refine(isDay, 'is not a date YYYY-MM-DD'));

const shanghaiText = (instant: Date | number): string => new Date(Number(instant) + offsetMs).toISOString();

/** The date in Asia/Shanghai at that instant. */
export const dayOf = (instant: Date | number): Day => shanghaiText(instant).slice(0, 10);

/** `HH:mm` in Asia/Shanghai at that instant. */
export const clockTime = (instant: Date | number): string => shanghaiText(instant).slice(11, 16);

export const addDays = (day: Day, days: number): Day =>
  new Date(midnightUtc(day) + days * dayMs).toISOString().slice(0, 10);

/** 1 = Monday … 7 = Sunday. */
export const weekday = (day: Day): number => new Date(midnightUtc(day)).getUTCDay() || 7;

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: Day, to: Day): number =>
  Math.round((midnightUtc(to) - midnightUtc(from)) / dayMs);

/** The instant at which clocks in Asia/Shanghai show `time` (`HH:mm` or `HH:mm:ss`) on that day. */
export const atTime = (day: Day, time: string): Date =>
  new Date(`${day}T${time.length === 5 ? `${time}:00` : time}+08:00`);

/** `YYYY-MM`. */
export const monthOf = (day: Day): string => day.slice(0, 7);

export const yearOf = (day: Day): number => Number(day.slice(0, 4));
