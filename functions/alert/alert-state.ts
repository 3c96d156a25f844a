import type { Hold } from '../../shared/alerts/definition.ts';
import type { AlertState } from '../../shared/store/alerts.ts';

/** A point as the machine sees it. `unknown`: there is no figure, or nothing to compare it with. */
export type Observation = NonNullable<AlertState['seen']>;

export type Rule = {
  readonly hold: Hold;
  readonly recoverHold: Hold;
  readonly graceMinutes: number;
  readonly missingAfterMinutes: number;
};

/** A point, or without one the passing of time. */
export type Input = { readonly now: Date; readonly observation?: Observation };

export type Step = { readonly state: AlertState; readonly event?: 'fired' | 'recovered' };

/** `pending`: the condition holds, not long enough yet. `recovering`: it no longer does, not long enough yet. */
export type Phase = 'ok' | 'pending' | 'firing' | 'recovering';

const minuteMs = 60_000;
const minutesBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / minuteMs;
const latest = (a: string, b: string): string => (a > b ? a : b);
const earliest = (a: string, b: string): string => (a < b ? a : b);

/** Before the first point. */
export const newState: AlertState = { n: 0, active: false, clock: '' };

export const phaseOf = ({ active, run }: AlertState): Phase => {
  if (active) return run?.reading === 'clear' ? 'recovering' : 'firing';
  return run?.reading === 'breach' ? 'pending' : 'ok';
};

/** A later point, or the same one from fresher data; whatever comes late changes nothing. */
const isNews = ({ seen }: AlertState, { at, asOf }: Observation): boolean =>
  seen === undefined || at > seen.at || (at === seen.at && asOf > seen.asOf);

/** Data that are too old say nothing: an alert neither fires nor recovers on them. */
export const isMissing = (rule: Rule, { seen }: AlertState, now: Date): boolean =>
  seen === undefined || minutesBetween(seen.moment, now.toISOString()) > rule.missingAfterMinutes;

type Observed = { readonly observed: Observation; readonly since: string };

/** A gap in the data breaks a run: nobody knows what happened in it. A correction is the same point again. */
const runAfter = (rule: Rule, before: AlertState, { observed, since }: Observed): AlertState['run'] => {
  const { reading, moment, at } = observed;
  const { seen, run } = before;
  if (reading === 'unknown') return undefined;
  const hasGap = seen && minutesBetween(seen.moment, moment) > rule.missingAfterMinutes;
  if (!run || hasGap || run.reading !== reading) return { reading, since, points: 1 };
  return at === seen?.at ? run : { ...run, points: run.points + 1 };
};

const hasStayed = (run: NonNullable<AlertState['run']>, hold: Hold, clock: string): boolean =>
  'points' in hold ? run.points >= hold.points : minutesBetween(run.since, clock) >= hold.minutes;

const isArmed = ({ clock, graceUntil }: AlertState): boolean =>
  graceUntil === undefined || clock >= graceUntil;

const fire = (state: AlertState): Step => ({
  state: { ...state, active: true, n: state.n + 1, firedAt: state.clock },
  event: 'fired',
});

const recover = (rule: Rule, state: AlertState): Step => {
  const graceUntil = new Date(Date.parse(state.clock) + rule.graceMinutes * minuteMs).toISOString();
  return { state: { ...state, active: false, recoveredAt: state.clock, graceUntil }, event: 'recovered' };
};

/**
 * What the state lets happen at its clock. The grace ends at its last moment, in the same step in which a held condition
 * fires: a grace that is closed in one run and looked at in the next would swallow every second alert.
 */
const decide = (rule: Rule, state: AlertState): Step | undefined => {
  const { active, run, clock } = state;
  const awaited = active ? 'clear' : 'breach';
  const hold = active ? rule.recoverHold : rule.hold;
  if (run?.reading !== awaited || !hasStayed(run, hold, clock)) return undefined;
  if (active) return recover(rule, state);
  return isArmed(state) ? fire(state) : undefined;
};

/**
 * One step of an alert: ok → pending → firing → recovering → ok. A pure function of the points in their order and of the
 * time; returns the same state when nothing changed. A point counts from its own moment on, never later than now.
 */
export const advance =
  (rule: Rule) =>
  (before: AlertState, { now, observation }: Input): Step => {
    if (observation && !isNews(before, observation)) return { state: before };
    const reached = observation ? earliest(observation.moment, now.toISOString()) : now.toISOString();
    const clock = latest(before.clock, reached);
    const state = observation
      ? {
          ...before,
          clock,
          seen: observation,
          run: runAfter(rule, before, { observed: observation, since: reached }),
        }
      : before;
    if (isMissing(rule, state, now)) return { state };
    return decide(rule, { ...state, clock }) ?? { state };
  };
