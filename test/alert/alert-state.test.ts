import { describe, expect, it } from 'vitest';
import {
  advance,
  newState,
  type Observation,
  phaseOf,
  type Rule,
  type Step,
} from '../../functions/alert/alert-state.ts';
import type { AlertState } from '../../shared/store/alerts.ts';
import { inputs, type Moment, minuteMs, modelOf, nextMoment, type Said, startMs } from './alert-model.ts';

const rules: readonly (Rule & { readonly name: string })[] = [
  {
    name: 'at once',
    hold: { points: 1 },
    recoverHold: { points: 1 },
    graceMinutes: 0,
    missingAfterMinutes: 30,
  },
  {
    name: 'at once, with a grace of two steps',
    hold: { points: 1 },
    recoverHold: { points: 1 },
    graceMinutes: 10,
    missingAfterMinutes: 30,
  },
  {
    name: 'after two points, back after two',
    hold: { points: 2 },
    recoverHold: { points: 2 },
    graceMinutes: 5,
    missingAfterMinutes: 30,
  },
  {
    name: 'after ten minutes, back after five',
    hold: { minutes: 10 },
    recoverHold: { minutes: 5 },
    graceMinutes: 12,
    missingAfterMinutes: 12,
  },
  {
    name: 'after a hold that is longer than data stay valid',
    hold: { minutes: 15 },
    recoverHold: { points: 1 },
    graceMinutes: 0,
    missingAfterMinutes: 8,
  },
];

type Run = {
  readonly history: readonly Moment[];
  readonly said: readonly Said[];
  readonly state: AlertState;
};
const depth = 6;

/** Every sequence of that many inputs, each prefix computed once. */
const everyRun = (rule: Rule, check: (run: Run, before: AlertState) => void): number => {
  const step = advance(rule);
  let count = 0;
  const walk = ({ history, said, state }: Run): void => {
    if (history.length === depth) return;
    for (const word of inputs) {
      const moment = nextMoment(rule, history, word);
      const { point, nowMs } = moment;
      const stepped = step(state, { now: new Date(nowMs), ...(point && { observation: point }) });
      const next = { history: [...history, moment], said: [...said, stepped.event], state: stepped.state };
      count += 1;
      check(next, state);
      walk(next);
    }
  };
  walk({ history: [], said: [], state: newState });
  return count;
};

const words = ({ history }: Run): string => history.map(({ word }) => word).join(' ');

describe.each(rules)('an alert that fires $name', (rule) => {
  it('does what the rules say in every sequence of six inputs', () => {
    const wrong: string[] = [];
    let fired = 0;
    const count = everyRun(rule, (run) => {
      if (run.said.at(-1) === 'fired') fired += 1;
      if (wrong.length < 5 && modelOf(rule, run.history).join() !== run.said.join()) wrong.push(words(run));
    });
    expect(wrong).toEqual([]);
    expect(count).toBe(inputs.reduce((sum, _, power) => sum + inputs.length ** (power + 1), 0));
    expect(fired).toBeGreaterThan(0);
  });

  it('never fires twice without a recovery between, and never recovers twice', () => {
    everyRun(rule, ({ said, state }) => {
      const events = said.filter((each) => each !== undefined);
      events.forEach((event, index) => {
        expect(event).toBe(index % 2 === 0 ? 'fired' : 'recovered');
      });
      expect(state.n).toBe(events.filter((event) => event === 'fired').length);
      expect(state.active).toBe(events.at(-1) === 'fired');
    });
  });

  it('is moved by no late point, and no time goes back', () => {
    everyRun(rule, ({ history, state }, before) => {
      expect(state.clock >= before.clock).toBe(true);
      const point = history.at(-1)?.point;
      if (point && before.seen && point.at <= before.seen.at) expect(state).toBe(before);
    });
  });

  it('neither fires nor recovers on missing data', () => {
    everyRun(rule, ({ history, said }) => {
      if (history.at(-1)?.word === 'missing') expect(said.at(-1)).toBeUndefined();
    });
  });

  it('changes nothing when the same point or the same tick comes again', () => {
    everyRun(rule, ({ history, state }) => {
      const last = history.at(-1);
      if (!last) return;
      const { nowMs, point } = last;
      const again = advance(rule)(state, { now: new Date(nowMs), ...(point && { observation: point }) });
      expect(again).toEqual({ state });
    });
  });
});

const at = (minutes: number): string => new Date(startMs + minutes * minuteMs).toISOString();
const observed = (minutes: number, reading: Observation['reading'], asOf = minutes): Observation => ({
  at: at(minutes),
  asOf: at(asOf),
  moment: at(minutes),
  reading,
  value: 1,
});
const atOnce: Rule = {
  hold: { points: 1 },
  recoverHold: { points: 1 },
  graceMinutes: 20,
  missingAfterMinutes: 60,
};

/** Points and ticks at minutes; says what each caused. */
const play = (rule: Rule, ...moments: (readonly [number, Observation?])[]): readonly Step[] => {
  const steps: Step[] = [];
  for (const [minutes, observation] of moments) {
    const before = steps.at(-1)?.state ?? newState;
    steps.push(advance(rule)(before, { now: new Date(at(minutes)), ...(observation && { observation }) }));
  }
  return steps;
};
const phases = (steps: readonly Step[]): readonly string[] => steps.map(({ state }) => phaseOf(state));
const events = (steps: readonly Step[]): readonly Said[] => steps.map(({ event }) => event);

describe('an alert', () => {
  it('goes ok, pending, firing, recovering, ok', () => {
    const rule: Rule = { ...atOnce, hold: { points: 2 }, recoverHold: { points: 2 } };
    const readings = ['clear', 'breach', 'breach', 'between', 'clear', 'clear'] as const;
    const steps = play(rule, ...readings.map((reading, n) => [n, observed(n, reading)] as const));
    expect(phases(steps)).toEqual(['ok', 'pending', 'firing', 'firing', 'recovering', 'ok']);
  });

  it('fires again in the very tick in which its grace ends, not every second time (Superset 13430)', () => {
    const steps = play(
      atOnce,
      [0, observed(0, 'breach')],
      [5, observed(5, 'clear')],
      [10, observed(10, 'breach')],
      [24],
      [25],
      [30, observed(30, 'clear')],
      [31, observed(31, 'breach')],
      [49],
      [50],
    );
    expect(events(steps)).toEqual([
      'fired',
      'recovered',
      undefined,
      undefined,
      'fired',
      'recovered',
      undefined,
      undefined,
      'fired',
    ]);
    expect(steps.at(-1)?.state.n).toBe(3);
  });

  it('arms itself again after a recovery, as often as one likes (Metabase 61237)', () => {
    const moments = Array.from({ length: 20 }, (_, n) => {
      const reading = n % 2 === 0 ? 'breach' : 'clear';
      return [n * 21, observed(n * 21, reading)] as const;
    });
    expect(play(atOnce, ...moments).filter(({ event }) => event === 'fired')).toHaveLength(10);
  });

  it('does not flap while the figure sways between its two thresholds', () => {
    const readings = ['breach', 'between', 'breach', 'between', 'breach', 'between'] as const;
    const steps = play(atOnce, ...readings.map((reading, n) => [n * 30, observed(n * 30, reading)] as const));
    expect(steps.filter(({ event }) => event !== undefined)).toHaveLength(1);
  });

  it('takes a correction of its latest point, which is not another point', () => {
    const rule: Rule = { ...atOnce, hold: { points: 2 } };
    const steps = play(
      rule,
      [0, observed(0, 'breach')],
      [1, observed(0, 'breach', 1)],
      [2, observed(0, 'clear', 2)],
      [3, observed(0, 'breach', 1)],
      [5, observed(5, 'breach')],
      [6, observed(6, 'breach')],
    );
    expect(phases(steps)).toEqual(['pending', 'pending', 'ok', 'ok', 'pending', 'firing']);
  });

  it('measures a hold by the time of the data, so points that were delayed together count for what they are', () => {
    const rule: Rule = { ...atOnce, hold: { minutes: 10 } };
    const steps = play(
      rule,
      [50, observed(0, 'breach')],
      [50, observed(5, 'clear')],
      [50, observed(10, 'breach')],
      [50, observed(19, 'breach')],
      [50, observed(20, 'breach')],
    );
    expect(events(steps)).toEqual([undefined, undefined, undefined, undefined, 'fired']);
  });

  it('does not fire on data that are older than it may be told', () => {
    expect(events(play(atOnce, [61, observed(0, 'breach')], [62]))).toEqual([undefined, undefined]);
    expect(events(play(atOnce, [60, observed(0, 'breach')]))).toEqual(['fired']);
  });

  it('starts its hold anew after a point without a figure', () => {
    const rule: Rule = { ...atOnce, hold: { points: 2 } };
    const readings = ['breach', 'unknown', 'breach', 'breach'] as const;
    const steps = play(rule, ...readings.map((reading, n) => [n, observed(n, reading)] as const));
    expect(phases(steps)).toEqual(['pending', 'ok', 'pending', 'firing']);
  });

  it('takes a point whose source runs five minutes ahead as known from now on', () => {
    const rule: Rule = { ...atOnce, hold: { minutes: 10 } };
    const steps = play(rule, [0, observed(5, 'breach')], [9], [10]);
    expect(events(steps)).toEqual([undefined, undefined, 'fired']);
  });
});
