import { seededRandom } from '../bi/random.ts';
import { type CaseEvent, eventsOf } from './case-events.ts';
import {
  badBatchStories,
  type CaseFact,
  countdown,
  isOnPlatform,
  ordinary,
  sameElsewhere,
  type Told,
  type World,
  withEnd,
} from './case-stories.ts';

export type DayOfCases = { readonly events: readonly CaseEvent[]; readonly facts: readonly CaseFact[] };

export type DayOptions = {
  readonly seed: number;
  /** Stories, not events: each has one to four. At least 20, so that everything that may happen does. */
  readonly count: number;
  /** 08:30, when customer service begins. */
  readonly begin: Date;
  /** 60 makes a minute of an hour, in the messages' own times too. */
  readonly speed?: number;
};

const minute = 60_000;
/** 08:30 to midnight. */
const lengthMs = 15.5 * 60 * minute;

/** At-least-once: every eighth event comes a second time, seconds or minutes later. */
const withRepeats = ({ random }: World, events: readonly CaseEvent[]): readonly CaseEvent[] => [
  ...events,
  ...events
    .filter(() => random.next() < 0.125)
    .map((event) => ({ ...event, afterMs: event.afterMs + random.whole(5_000, 6 * minute) })),
];

/**
 * A day of after-sales: the same for a seed on every machine. A batch of four dangerous cases, two countdowns that end
 * by themselves, one case in fifteen told to a second system, words that only look dangerous, and repeats.
 */
export const dayOfCases = ({ seed, count, begin, speed = 1 }: DayOptions): DayOfCases => {
  const world: World = { random: seededRandom(seed), begin, lengthMs, speed };
  const special: readonly Told[] = [
    ...badBatchStories(world, 1),
    countdown(world, 5, 'doudian'),
    countdown(world, 6, 'youzan'),
  ];
  const pairs = Math.max(2, Math.floor(count / 15));
  const singles = Array.from({ length: Math.max(0, count - special.length - pairs) }, (_, index) =>
    withEnd(world, ordinary(world, special.length + 1 + index)),
  );
  const claims = singles.filter(isOnPlatform);
  const told = claims
    .slice(0, pairs)
    .map((first, index) => sameElsewhere(world, first, count - pairs + 1 + index));
  const stories = [...special, ...singles, ...told];
  const events = stories.flatMap((each) => eventsOf[each.fact.source](world, each));
  return {
    facts: stories.map(({ fact }) => fact),
    // What would happen after midnight is another day's.
    events: withRepeats(world, events)
      .filter(({ afterMs }) => afterMs < lengthMs)
      .map((event) => ({ ...event, afterMs: Math.round(event.afterMs / speed) }))
      .toSorted((a, b) => a.afterMs - b.afterMs || a.story - b.story),
  };
};
