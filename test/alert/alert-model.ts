import type { Observation, Rule } from '../../functions/alert/alert-state.ts';

/** What can happen to an alert, each a few minutes after the one before. */
export const inputs = ['below', 'between', 'above', 'missing', 'tick', 'late'] as const;
export type Word = (typeof inputs)[number];

export type Moment = { readonly word: Word; readonly nowMs: number; readonly point?: Observation };

export const minuteMs = 60_000;
export const startMs = Date.parse('2026-11-23T02:00:00.000Z');
/** Five minutes from one input to the next; `missing` is a tick after more than the data may be old. */
const stepMinutes = 5;

const iso = (ms: number): string => new Date(ms).toISOString();
const readings = { below: 'clear', between: 'between', above: 'breach' } as const;

const pointAt = (ms: number, reading: Observation['reading']): Observation => ({
  at: iso(ms),
  asOf: iso(ms),
  moment: iso(ms),
  reading,
  value: 1,
});

/** One that comes late says the opposite of the latest one, so that taking it in would show. */
const latePoint = (rule: Rule, history: readonly Moment[]): Observation => {
  const latest = history.flatMap(({ point, word }) => (point && word !== 'late' ? [point] : [])).at(-1);
  if (!latest) return pointAt(startMs - rule.missingAfterMinutes * minuteMs, 'breach');
  return pointAt(Date.parse(latest.at) - minuteMs, latest.reading === 'breach' ? 'clear' : 'breach');
};

export const nextMoment = (rule: Rule, history: readonly Moment[], word: Word): Moment => {
  const before = history.at(-1)?.nowMs ?? startMs;
  const minutes = word === 'missing' ? rule.missingAfterMinutes + stepMinutes + 1 : stepMinutes;
  const nowMs = before + minutes * minuteMs;
  if (word === 'missing' || word === 'tick') return { word, nowMs };
  return { word, nowMs, point: word === 'late' ? latePoint(rule, history) : pointAt(nowMs, readings[word]) };
};

/**
 * The rules of an alert said another way: no state, every question is answered by going back over the whole history.
 * A history is what happened so far; the answer is what its last moment causes.
 */
type Known = { readonly ms: number; readonly reading: Observation['reading'] };

/** Points that count: each newer than all before it. */
const knownOf = (history: readonly Moment[]): readonly Known[] => {
  const known: Known[] = [];
  for (const { point } of history) {
    const ms = point ? Date.parse(point.at) : 0;
    if (point && known.every((each) => each.ms < ms)) known.push({ ms, reading: point.reading });
  }
  return known;
};

/** The unbroken row of equal readings at the end. */
const lastRun = (rule: Rule, known: readonly Known[], reading: Known['reading']): readonly Known[] => {
  const breaks = known.findLastIndex(({ ms, reading: said }, index) => {
    const next = known[index + 1];
    return said !== reading || (next !== undefined && next.ms - ms > rule.missingAfterMinutes * minuteMs);
  });
  return known.slice(breaks + 1);
};

const stayed = (hold: Rule['hold'], run: readonly Known[], nowMs: number): boolean => {
  const [first] = run;
  if (!first) return false;
  return 'points' in hold ? run.length >= hold.points : nowMs - first.ms >= hold.minutes * minuteMs;
};

export type Said = 'fired' | 'recovered' | undefined;

/** What each moment of the history causes, from the first on. */
export const modelOf = (rule: Rule, history: readonly Moment[]): readonly Said[] => {
  const said: Said[] = [];
  history.forEach((moment, index) => {
    const upTo = history.slice(0, index + 1);
    const known = knownOf(upTo);
    const newest = known.at(-1);
    const isLate = moment.point !== undefined && knownOf(upTo.slice(0, -1)).length === known.length;
    const isOld = !newest || moment.nowMs - newest.ms > rule.missingAfterMinutes * minuteMs;
    said.push(isLate || isOld ? undefined : answer(rule, { upTo, known, said }));
  });
  return said;
};

type Past = {
  readonly upTo: readonly Moment[];
  readonly known: readonly Known[];
  readonly said: readonly Said[];
};

/** No recovery so far, or its grace is over. */
const isArmed = (rule: Rule, { upTo, said }: Past, nowMs: number): boolean => {
  const recovered = upTo[said.lastIndexOf('recovered')];
  return recovered === undefined || nowMs >= recovered.nowMs + rule.graceMinutes * minuteMs;
};

const answer = (rule: Rule, past: Past): Said => {
  const { upTo, known, said } = past;
  const { nowMs } = upTo.at(-1) ?? { nowMs: 0 };
  if (said.lastIndexOf('fired') > said.lastIndexOf('recovered')) {
    return stayed(rule.recoverHold, lastRun(rule, known, 'clear'), nowMs) ? 'recovered' : undefined;
  }
  const isHeld = stayed(rule.hold, lastRun(rule, known, 'breach'), nowMs);
  return isHeld && isArmed(rule, past, nowMs) ? 'fired' : undefined;
};
