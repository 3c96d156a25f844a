const dayMs = 86_400_000;

/** Days since 1970 of a 'YYYY-MM-DD'. */
export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs;

export const dayText = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10);

export const monthOf = (number: number): string => dayText(number).slice(0, 7);

/** First day of the month that is `ahead` months after the day's own. */
export const monthStart = (number: number, ahead = 0): number => {
  const date = new Date(number * dayMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1) / dayMs;
};

/** The calendar day in Asia/Shanghai, which has had no summer time since 1991. */
export const shanghaiDay = (at: Date): string =>
  new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
