import { type Random, seededRandom } from '../../simulator/bi/random.ts';
import type { Switches } from '../../simulator/feishu/switches.ts';
import { type FaultKind, faultsOf, type Service } from './faults.ts';
import type { Fate } from './gate.ts';

/** One call of the flow and how it fails: `site` #`occurrence`. */
export type Strike = { readonly site: string; readonly occurrence: number; readonly fault: FaultKind };
/** All calls of a flow in which nothing went wrong, by site. */
export type Counted = Readonly<Record<string, number>>;

/** From `fromMs` to `untilMs` after the start, this part of the calls to a service fails in one of these ways. */
type Weather = {
  readonly service: Service;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly chance: number;
  readonly faults: readonly FaultKind[];
};

/** Everything that will go wrong in one seed: its schedule, which it needs nothing else to repeat. */
export type Plan = {
  readonly seed: number;
  readonly strikes: readonly Strike[];
  readonly weather: readonly Weather[];
  readonly switches: Partial<Switches>;
  /** Containers' clocks are off by up to this much either way. */
  readonly skewMs: number;
  /** Of ticks and of stream records: how many times each comes, at most, and how many never do. */
  readonly copies: number;
  readonly lostTicks: number;
  readonly lostRecords: number;
  readonly recordDelayMs: number;
  /** Of all cards: how many change, about, how often each, and how many are recalled. */
  readonly changed: number;
  readonly changes: number;
  readonly recalled: number;
};

/** So many seeds meet every fault at every call once; later ones draw from the same. */
const period = 500;
const drawnPerSeed = 30;

const serviceOf = (site: string): Service => {
  if (site.includes('/open-apis/')) return 'feishu';
  return site.includes(' source ') ? 'source' : 'dynamodb';
};

/** Every fault at every call, in one fixed random order. */
export const everyStrike = (counted: Counted): readonly Strike[] => {
  const strikes = Object.entries(counted)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([site, count]) =>
      Array.from({ length: count }, (_, index) => index + 1).flatMap((occurrence) =>
        faultsOf[serviceOf(site)].map((fault): Strike => ({ site, occurrence, fault })),
      ),
    );
  const random = seededRandom(20261123);
  return strikes
    .map((strike) => ({ strike, rank: random.next() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ strike }) => strike);
};

const strikesOf = (seed: number, all: readonly Strike[], random: Random): readonly Strike[] => {
  if (seed <= period) return all.filter((_, index) => index % period === seed - 1);
  return all.filter(() => random.next() < drawnPerSeed / all.length);
};

const favoured = 6;

/** What leaves for a screen is hit more often: one call in ten, half of what can go wrong for a person. */
const strikesOnScreens = (all: readonly Strike[], random: Random): readonly Strike[] => {
  const onScreens = all.filter(({ site }) => site.includes('/im/v1/messages'));
  const count = Math.min(favoured, onScreens.length);
  return Array.from({ length: count }, () => onScreens[random.whole(0, onScreens.length - 1)]).filter(
    (strike) => strike !== undefined,
  );
};

const minutes = (count: number): number => count * 60_000;

const weatherOf = (random: Random): readonly Weather[] => {
  const fromMs = minutes(random.whole(0, 20));
  const kind = random.next();
  const one = (service: Service, more: Omit<Weather, 'service' | 'fromMs'>): readonly Weather[] => [
    { service, fromMs, ...more },
  ];
  // Longer than Feishu remembers a uuid; some of what seems to be lost has arrived.
  if (kind < 0.04) {
    const faults: readonly FaultKind[] = [
      'timeout',
      'timeout',
      'timeout',
      'late',
      'lostReply',
      'doneBut5xx',
      '5xx',
    ];
    return one('feishu', { untilMs: fromMs + minutes(random.whole(65, 100)), chance: 1, faults });
  }
  if (kind < 0.16)
    return one('feishu', { untilMs: fromMs + minutes(random.whole(1, 4)), chance: 0.7, faults: ['429'] });
  if (kind < 0.24)
    return one('feishu', {
      untilMs: fromMs + minutes(random.whole(1, 6)),
      chance: 0.5,
      faults: ['5xx', 'doneBut5xx', 'timeout', 'refused', 'lostReply'],
    });
  if (kind < 0.3)
    return one('dynamodb', {
      untilMs: fromMs + minutes(random.whole(1, 3)),
      chance: 0.15,
      faults: ['refused', 'lostReply', 'allLost', 'late'],
    });
  return [];
};

/** The schedule of a seed. `counted`: the calls of the clean run, the same for every seed. */
export const planOf = (seed: number, all: readonly Strike[]): Plan => {
  const random = seededRandom(seed);
  return {
    seed,
    strikes: [...strikesOnScreens(all, random), ...strikesOf(seed, all, random)],
    weather: weatherOf(random),
    switches: {
      uuidReplay: random.pick(['answer', 'answer', 'refuse']),
      rateWindow: random.pick(['fixed', 'sliding']),
    },
    skewMs: random.pick([0, 5_000, 90_000, 90_000]),
    copies: random.pick([1, 2, 3]),
    lostTicks: random.pick([0, 0.1]),
    lostRecords: random.pick([0, 0.02, 0.2]),
    recordDelayMs: random.pick([200, 2_000, 30_000]),
    changed: random.pick([0, 12, 25, 25]),
    changes: random.whole(1, 5),
    recalled: random.pick([0, 0, 5]),
  };
};

/**
 * Everything changes, everybody comes three times, and a third of what is sent goes wrong: for the check that a ledger
 * without one of its parts is caught. Clocks agree, so that two senders at once are nobody's clock's fault.
 */
export const stormyPlan = (seed: number): Plan => ({
  ...cleanPlan,
  seed,
  weather: [
    {
      service: 'feishu',
      fromMs: 0,
      untilMs: minutes(20),
      chance: 0.35,
      faults: ['late', 'late', 'lostReply', 'timeout', 'slow', 'crashAfter'],
    },
  ],
  copies: 3,
  recordDelayMs: 2_000,
  changed: Infinity,
  changes: 5,
  recalled: 0,
});

/** Nothing goes wrong: the run that counts the calls. */
export const cleanPlan: Plan = {
  seed: 0,
  strikes: [],
  weather: [],
  switches: {},
  skewMs: 0,
  copies: 1,
  lostTicks: 0,
  lostRecords: 0,
  recordDelayMs: 200,
  changed: 25,
  changes: 2,
  recalled: 5,
};

export const drawCopies = (plan: Plan, random: Random) => (): number => random.whole(1, plan.copies);

/** Strikes hit one call each; weather hits whatever is called while it lasts. `onHit` hears of each strike that struck. */
export const fateOf = (
  plan: Plan,
  { startMs, onHit }: { readonly startMs: number; readonly onHit: (strike: Strike) => void },
): Fate => {
  const random = seededRandom(plan.seed * 13 + 5);
  const strikes = new Map(plan.strikes.map((strike) => [`${strike.site}#${strike.occurrence}`, strike]));
  return ({ site, occurrence, request, now }) => {
    const strike = strikes.get(`${site}#${occurrence}`);
    if (strike) {
      onHit(strike);
      return strike.fault;
    }
    const elapsed = now - startMs;
    const storm = plan.weather.find(
      ({ service, fromMs, untilMs }) => service === request.service && elapsed >= fromMs && elapsed < untilMs,
    );
    if (!storm || random.next() >= storm.chance) return undefined;
    return storm.faults[random.whole(0, storm.faults.length - 1)];
  };
};
