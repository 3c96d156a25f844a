import type { TeamCalendar } from '../tickets/desk.ts';
import { addDays, dayOf, yearOf } from './day.ts';
import { dayMs, intervalsOn, type Span, spansOf, workedIn } from './team-days.ts';
import type { Calendar } from './working-days.ts';

/** Instants in ms, `from` inside, `to` outside; a pause that nobody has ended yet ends at Infinity. */
export type Break = { readonly from: number; readonly to: number };

/** Time as one team counts it. All instants are ms since 1970. */
export type BusinessTime = {
  /**
   * The first instant at which so much time has passed since `start` that no break took: a closing minute stays the
   * deadline. `undefined`: it never comes, in an endless break or a calendar that has closed for good.
   */
  readonly add: (start: number, minutes: number, breaks?: readonly Break[]) => number | undefined;
  /** 0 when `to` is not after `from`. */
  readonly minutesBetween: (from: number, to: number, breaks?: readonly Break[]) => number;
  /** The days off of a year between them are a guess. */
  readonly isProvisional: (from: number, to: number) => boolean;
};

/** What the rest is made of: how much working time lies between two instants, and where an amount of it ends. */
type Flow = {
  readonly between: (from: number, to: number) => number;
  readonly after: (from: number, amount: number) => number | undefined;
};

const minuteMs = 60_000;
const offsetMs = 8 * 3_600_000;

const inOrder = (breaks: readonly Break[]): readonly Break[] =>
  breaks.length < 2 ? breaks : breaks.toSorted((a, b) => a.from - b.from);

const addIn =
  ({ between, after }: Flow): BusinessTime['add'] =>
  (start, minutes, breaks = []) => {
    let cursor = start;
    let left = minutes * minuteMs;
    for (const { from, to } of inOrder(breaks)) {
      if (to <= cursor) continue;
      const before = between(cursor, from);
      if (before >= left) break;
      left -= before;
      cursor = to;
    }
    if (left <= 0) return cursor;
    return cursor === Infinity ? undefined : after(cursor, left);
  };

const sumIn =
  ({ between }: Flow): BusinessTime['minutesBetween'] =>
  (from, to, breaks = []) => {
    let cursor = from;
    let sum = 0;
    for (const pause of inOrder(breaks)) {
      if (pause.to <= cursor) continue;
      sum += between(cursor, Math.min(pause.from, to));
      cursor = pause.to;
    }
    return (sum + between(cursor, to)) / minuteMs;
  };

/** So many days are worked out at once, and kept: one ticket's clocks rarely leave them. */
const blockDays = 256;
/** Eleven years without an opening hour: the calendar has closed for good. */
const mostBlocks = 16;

type Block = {
  readonly days: readonly (readonly Span[])[];
  /** Working ms from the block's first midnight until the one of each day; one more for its end. */
  readonly before: Float64Array;
  readonly total: number;
};

const buildBlock = (team: TeamCalendar, calendar: Calendar, block: number): Block => {
  const days: (readonly Span[])[] = [];
  const before = new Float64Array(blockDays + 1);
  let day = dayOf(block * blockDays * dayMs - offsetMs);
  let yesterdays = intervalsOn(team, calendar, addDays(day, -1));
  let total = 0;
  for (let index = 0; index < blockDays; index += 1) {
    const own = intervalsOn(team, calendar, day);
    const spans = spansOf(own, yesterdays);
    days.push(spans);
    total += workedIn(spans);
    before[index + 1] = total;
    yesterdays = own;
    day = addDays(day, 1);
  }
  return { days, before, total };
};

/** Where an instant lies: Shanghai has no summer time, so days are all alike. */
const placeOf = (instant: number): { readonly block: number; readonly day: number; readonly ms: number } => {
  const local = instant + offsetMs;
  const day = Math.floor(local / dayMs);
  const block = Math.floor(day / blockDays);
  return { block, day: day - block * blockDays, ms: local - day * dayMs };
};

const workedUntil = ({ days, before }: Block, { day, ms }: { day: number; ms: number }): number => {
  let worked = before[day] ?? 0;
  for (const { from, to } of days[day] ?? []) {
    if (ms <= from) break;
    worked += Math.min(ms, to) - from;
  }
  return worked;
};

/** The first ms after the block's first midnight until which `amount` was worked: more than 0, at most its total. */
const reach = ({ days, before }: Block, amount: number): number => {
  let [low, high] = [0, blockDays - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((before[middle + 1] ?? 0) >= amount) high = middle;
    else low = middle + 1;
  }
  const rest = amount - (before[low] ?? 0);
  const span = days[low]?.find(({ from, to, before: worked }) => worked + to - from >= rest);
  return low * dayMs + (span ? span.from + rest - span.before : 0);
};

const calendarFlow = (team: TeamCalendar, calendar: Calendar): Flow => {
  const known = new Map<number, Block>();
  const blockAt = (number: number): Block => {
    const found = known.get(number) ?? buildBlock(team, calendar, number);
    known.set(number, found);
    return found;
  };
  return {
    between: (from, to) => {
      if (to <= from) return 0;
      const [start, end] = [placeOf(from), placeOf(to)];
      let worked = workedUntil(blockAt(end.block), end) - workedUntil(blockAt(start.block), start);
      for (let number = start.block; number < end.block; number += 1) worked += blockAt(number).total;
      return worked;
    },
    after: (from, amount) => {
      const start = placeOf(from);
      let left = amount + workedUntil(blockAt(start.block), start);
      for (let number = start.block; number < start.block + mostBlocks; number += 1) {
        const block = blockAt(number);
        if (left <= block.total) return number * blockDays * dayMs - offsetMs + reach(block, left);
        left -= block.total;
      }
      return undefined;
    },
  };
};

const businessTime = (flow: Flow, isProvisional: BusinessTime['isProvisional']): BusinessTime => ({
  add: addIn(flow),
  minutesBetween: sumIn(flow),
  isProvisional,
});

/** Natural time: every minute counts. */
export const wallTime: BusinessTime = businessTime(
  { between: (from, to) => Math.max(0, to - from), after: (from, amount) => from + amount },
  () => false,
);

/** A year that isn't loaded makes no difference to those who work on its days off too. */
const heedsHolidays = ({ days }: TeamCalendar): boolean =>
  days.on === 'workdays' || (days.on === 'weekly' && days.holidays === 'off');

/** The team's time. Days are worked out when they are first asked for, so keep it as long as its two calendars. */
export const teamTime = (team: TeamCalendar, calendar: Calendar): BusinessTime =>
  businessTime(calendarFlow(team, calendar), (from, to) => {
    if (!heedsHolidays(team)) return false;
    const last = yearOf(dayOf(to));
    for (let year = yearOf(dayOf(from)); year <= last; year += 1) {
      if (calendar.provisional(`${year}-01-01`)) return true;
    }
    return false;
  });
