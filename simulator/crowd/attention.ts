import { builtInYears } from '../../shared/calendar/built-in-years.ts';
import { addDays, atTime, dayOf } from '../../shared/calendar/day.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';

type Stretch = { readonly from: string; readonly weight: number };

/**
 * How much of a minute people have for messages, by the hour; an assumption: work is 09:00–12:00 and 13:30–18:00, lunch, the
 * evening and the night are slower.
 */
const WORKDAY: readonly Stretch[] = [
  { from: '00:00', weight: 0.01 },
  { from: '07:30', weight: 0.25 },
  { from: '09:00', weight: 1 },
  { from: '12:00', weight: 0.3 },
  { from: '13:30', weight: 1 },
  { from: '18:00', weight: 0.2 },
  { from: '21:30', weight: 0.04 },
];
const DAY_OFF: readonly Stretch[] = [
  { from: '00:00', weight: 0.01 },
  { from: '09:00', weight: 0.06 },
  { from: '22:00', weight: 0.02 },
];

const calendar = calendarOf(builtInYears);

const isWorking = (at: number): boolean => stretchAt(at).weight === 1;

const stretchAt = (at: number): { readonly weight: number; readonly end: number } => {
  const day = dayOf(at);
  const stretches = calendar.isWorkday(day) ? WORKDAY : DAY_OFF;
  const starts = stretches.map(({ from }) => atTime(day, from).getTime());
  const index = starts.findLastIndex((start) => start <= at);
  const end = starts[index + 1] ?? atTime(addDays(day, 1), '00:00').getTime();
  return { weight: stretches[index]?.weight ?? 0.01, end };
};

/** The instant at which so many working minutes have passed; at lunch, in the evening and at night they pass slower. */
export const attentiveAfter = (from: number, minutes: number): number => {
  let at = from;
  for (let left = minutes * 60_000; ; ) {
    const { weight, end } = stretchAt(at);
    const passed = (end - at) * weight;
    if (passed >= left) return Math.round(at + left / weight);
    left -= passed;
    at = end;
  }
};

/** 09:00 of the next working day. */
export const nextMorning = (at: number): number => atTime(calendar.nextWorkday(dayOf(at)), '09:00').getTime();

/** The same instant while people work, else when they begin again. */
export const workingFrom = (at: number): number => {
  let next = at;
  while (!isWorking(next)) next = stretchAt(next).end;
  return next;
};
