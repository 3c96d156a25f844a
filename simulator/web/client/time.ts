const ZONE = 'Asia/Shanghai';
const clock = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
const day = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, dateStyle: 'short' });
const shortDay = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, month: 'numeric', day: 'numeric' });
const longDay = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  month: 'long',
  day: 'numeric',
  weekday: 'short',
});
const precise = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
});
const full = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, dateStyle: 'medium', timeStyle: 'medium' });

const DAY_MS = 24 * 60 * 60 * 1000;

/** 08:47 */
export const clockTime = (iso: string): string => clock.format(new Date(iso));

export const fullTime = (iso: string): string => full.format(new Date(iso));

export const isSameDay = (a: string, b: string): boolean =>
  day.format(new Date(a)) === day.format(new Date(b));

const daysAgo = (iso: string, now: number): number =>
  Math.round((Date.parse(day.format(now)) - Date.parse(day.format(new Date(iso)))) / DAY_MS);

/** What a chat list shows: the time today, 昨天, else the date. */
export const listTime = (iso: string, now = Date.now()): string => {
  const ago = daysAgo(iso, now);
  if (ago === 0) return clockTime(iso);
  return ago === 1 ? '昨天' : shortDay.format(new Date(iso));
};

/** 今天 / 昨天 / 11月23日周一 */
export const dayName = (iso: string, now = Date.now()): string => {
  const ago = daysAgo(iso, now);
  if (ago === 0) return '今天';
  return ago === 1 ? '昨天' : longDay.format(new Date(iso));
};

/** 08:47:00.123, for logs. */
export const preciseTime = (atMs: number): string => precise.format(atMs);

const ZONE_OFFSET = '+08:00';
const minute = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' });

/** 2026/11/23 or 2026/11/23 09:05, as a cell of a Base shows it. */
export const cellDate = (atMs: number, hasTime: boolean): string => {
  const text = minute.format(atMs).replaceAll('-', '/');
  return hasTime ? text : text.slice(0, 10);
};

/** The value of a date or datetime-local control. */
export const dateInput = (atMs: number, hasTime: boolean): string => {
  const text = minute.format(atMs).replace(' ', 'T');
  return hasTime ? text : text.slice(0, 10);
};

/** Milliseconds behind such a value. */
export const dateOf = (value: string): number =>
  Date.parse(value.includes('T') ? `${value}:00${ZONE_OFFSET}` : `${value}T00:00:00${ZONE_OFFSET}`);
