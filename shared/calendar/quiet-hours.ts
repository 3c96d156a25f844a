import { addDays, atTime, dayOf, weekday } from './day.ts';

/** `HH:mm` in Asia/Shanghai, `from` inside, `to` outside; they differ. With `to` before `from` it ends on the next day. */
export type Span = { readonly from: string; readonly to: string };

/** Without `days` every day; with it the weekdays on which it begins, 1 = Monday … 7 = Sunday. */
export type Shift = Span & { readonly days?: readonly number[] | undefined };

/** What a person has said, or their rota; the first that is there counts. */
export type Hours = {
  /** 免打扰 in the person's own words. */
  readonly own?: readonly Span[] | undefined;
  readonly shift?: Shift | undefined;
};

/** The night and the lunch break of those who have neither a shift nor hours of their own. */
export const usualQuiet: readonly Span[] = [
  { from: '21:30', to: '08:00' },
  { from: '12:00', to: '13:30' },
];

/** Instants in ms: `from` inside, `to` outside. */
type Interval = { readonly from: number; readonly to: number };

/** A week and the day around it: the longest that a weekly shift can leave free. */
const aheadDays = 8;

const intervalsOf = ({ from, to, days }: Shift, now: Date): readonly Interval[] => {
  const today = dayOf(now);
  const around = Array.from({ length: aheadDays + 2 }, (_, index) => addDays(today, index - 1));
  return around
    .filter((day) => days === undefined || days.includes(weekday(day)))
    .map((day) => ({
      from: atTime(day, from).getTime(),
      to: atTime(to > from ? day : addDays(day, 1), to).getTime(),
    }));
};

const covers = (instant: number) => (interval: Interval) => interval.from <= instant && instant < interval.to;

/** Where the chain of spans that covers `now` ends. */
const endOf = (spans: readonly Span[], now: Date): Date | undefined => {
  const intervals = spans.flatMap((span) => intervalsOf(span, now));
  let end = now.getTime();
  for (let next = intervals.find(covers(end)); next; next = intervals.find(covers(end))) end = next.to;
  return end === now.getTime() ? undefined : new Date(end);
};

/** Since when the usual quiet reigns at an instant; `undefined`: it doesn't. */
export const usualQuietSince = (instant: Date): Date | undefined => {
  const quiet = usualQuiet.flatMap((span) => intervalsOf(span, instant)).find(covers(instant.getTime()));
  return quiet && new Date(quiet.from);
};

const startOfShift = (shift: Shift, now: Date): Date | undefined => {
  const intervals = intervalsOf(shift, now);
  if (intervals.some(covers(now.getTime()))) return undefined;
  const starts = intervals.map(({ from }) => from).filter((from) => from > now.getTime());
  return starts.length > 0 ? new Date(Math.min(...starts)) : undefined;
};

/** When the quiet that reigns at `now` ends; `undefined` when the person may be disturbed. */
export const quietUntil = (now: Date, { own, shift }: Hours): Date | undefined => {
  if (own) return endOf(own, now);
  return shift ? startOfShift(shift, now) : endOf(usualQuiet, now);
};

/** Inside their shift; somebody without a shift is whom to ask, whatever the hour. */
export const isOnDuty = (now: Date, { shift }: Hours): boolean =>
  shift === undefined || startOfShift(shift, now) === undefined;
