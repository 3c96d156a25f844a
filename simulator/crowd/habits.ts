import { type Random, seededRandom } from '../bi/random.ts';
import { hexOf } from '../company.ts';
import { attentiveAfter, nextMorning } from './attention.ts';

/**
 * `eager` reads within minutes, `normal` within the hour, `slow` on the next working day, `buzzed` only what is urged (加急),
 * `never` nothing at all.
 */
export type Temper = 'eager' | 'normal' | 'slow' | 'buzzed' | 'never';

export type Habit = {
  /** Of all people; the shares of all tempers make 1. */
  readonly share: number;
  /** Working minutes until half of them have read. */
  readonly medianMinutes: number;
  /** Of the log-normal distribution: 0.7 puts nine of ten within a factor of 2.5. */
  readonly sigma: number;
  /** Who opens the document after reading the card, and who then presses its button. */
  readonly opens: number;
  readonly confirms: number;
};
export type Habits = Readonly<Record<Temper, Habit>>;

/** Assumptions, chosen so that half of a company has read after 40 working minutes and two thirds after two hours. */
export const defaultHabits: Habits = {
  eager: { share: 0.25, medianMinutes: 4, sigma: 0.7, opens: 0.8, confirms: 0.95 },
  normal: { share: 0.5, medianMinutes: 40, sigma: 1, opens: 0.6, confirms: 0.85 },
  slow: { share: 0.17, medianMinutes: 60, sigma: 0.8, opens: 0.4, confirms: 0.75 },
  buzzed: { share: 0.06, medianMinutes: 12, sigma: 0.7, opens: 0.3, confirms: 0.8 },
  never: { share: 0.02, medianMinutes: 0, sigma: 0, opens: 0, confirms: 0 },
};

/** What was done so that the person looks: earlier cards that still wait for an answer, and 加急. */
export type Nudge = { readonly reminders: number; readonly isUrgent: boolean };

/** A reminder wakes this share of those who otherwise wait for tomorrow or for 加急. */
const WOKEN = { slow: 0.5, buzzed: 0.15 } as const;
const URGENT_MEDIAN_MINUTES = 10;
const REMINDED_SOONER = 0.6;
/** What is left of the chance not to answer. */
const AFTER_REMINDER = 0.5;
const AFTER_URGENT = 0.3;

export const randomFor = (seed: number, ...what: readonly string[]): Random =>
  seededRandom(Number.parseInt(hexOf(`crowd:${seed}:${what.join(':')}`, 8), 16));

export const temperOf = (habits: Habits, seed: number, unionId: string): Temper => {
  let left = randomFor(seed, 'temper', unionId).next();
  for (const temper of ['eager', 'normal', 'slow', 'buzzed'] as const) {
    left -= habits[temper].share;
    if (left < 0) return temper;
  }
  return 'never';
};

/** Log-normal; the sum of two uniform numbers' transform is Box and Muller's. */
const minutesOf = ({ next }: Random, median: number, sigma: number): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return median * Math.exp(sigma * normal);
};

type Reading = { readonly temper: Temper; readonly habit: Habit; readonly random: Random };

/** `undefined`: not before something else arrives. */
const beginsAt = (temper: Temper, at: number, isWoken: boolean): number | undefined => {
  if (isWoken || temper === 'eager' || temper === 'normal') return at;
  return temper === 'slow' ? nextMorning(at) : undefined;
};

const isWokenBy = (temper: Temper, { reminders, isUrgent }: Nudge, chance: number): boolean => {
  if (isUrgent) return true;
  return (temper === 'slow' || temper === 'buzzed') && reminders > 0 && chance < WOKEN[temper];
};

/** When somebody looks at what arrived at `at`; `undefined`: never, unless something else arrives. */
export const lookAt = ({ temper, habit, random }: Reading, at: number, nudge: Nudge): number | undefined => {
  // Drawn in any case, so that one more nudge does not shift what this person does later.
  const chance = random.next();
  const median = nudge.isUrgent ? URGENT_MEDIAN_MINUTES : habit.medianMinutes;
  const minutes = minutesOf(random, median, habit.sigma) * (nudge.reminders > 0 ? REMINDED_SOONER : 1);
  if (temper === 'never') return undefined;
  const begin = beginsAt(temper, at, isWokenBy(temper, nudge, chance));
  return begin === undefined ? undefined : attentiveAfter(begin, minutes);
};

export const confirmChance = ({ confirms }: Habit, { reminders, isUrgent }: Nudge): number =>
  confirms === 0
    ? 0
    : 1 - (1 - confirms) * AFTER_REMINDER ** Math.min(reminders, 10) * (isUrgent ? AFTER_URGENT : 1);
