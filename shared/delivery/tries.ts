import type { Delivery } from '../store/delivery.ts';
import type { Lane, Pace, Slots } from './slots.ts';

type Refusal = {
  readonly kind: 'refused';
  readonly code: string;
  readonly final: boolean;
  /** Nothing of ours can change it, an administrator can: scopes, credentials, the month's quota. */
  readonly held?: boolean;
  readonly retryAfterMs?: number | undefined;
};
type NoAnswer = { readonly kind: 'unknown'; readonly code: string };
/** How a try that wasn't accepted ended. Only `unknown` (request written, no answer) needs a uuid or a look-up. */
export type Unaccepted = Refusal | NoAnswer;
export type Answer<Facts> = ({ readonly kind: 'accepted' } & Facts) | Unaccepted;

export type TryDeps = {
  readonly slots: Slots;
  readonly lane: Lane;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long a 429, a 5xx or a time-out may be retried inside this invocation. */
  readonly patienceMs: number;
  /** Asked before each repeat. */
  readonly mayRepeat?: () => Promise<boolean>;
};

/** `mayHaveArrived`: this try or one before it, and nothing since has told. */
export type Tried<Facts> = { readonly answer: Answer<Facts>; readonly mayHaveArrived: boolean };

export const isEnd = (answer: Answer<object>): boolean =>
  answer.kind === 'accepted' || (answer.kind === 'refused' && (answer.final || answer.held === true));

const askedPauseMs = (answer: Answer<object>): number =>
  answer.kind === 'refused' ? (answer.retryAfterMs ?? 0) : 0;

type Repeat = { readonly pauseMs: number; readonly deadline: number };

/** Waits till a repeat in place may leave, in a slot of its own; `false` when it may not. */
const waitForRepeat = async (deps: TryDeps, pace: Pace, { pauseMs, deadline }: Repeat): Promise<boolean> => {
  const leftMs = deadline - deps.now().getTime() - pauseMs;
  if (leftMs < 0) return false;
  await deps.sleep(pauseMs);
  // Those who waited for the same pause would all leave in one burst.
  if (!(await deps.slots.take(pace, deps.lane, leftMs))) return false;
  return deps.mayRepeat?.() ?? true;
};

/** Repeats one call in place while patience lasts. */
export const tryWithPatience = async <Facts>(
  deps: TryDeps,
  pace: Pace,
  call: () => Promise<Answer<Facts>>,
): Promise<Tried<Facts>> => {
  const deadline = deps.now().getTime() + deps.patienceMs;
  let mayHaveArrived = false;
  for (let round = 0; ; round += 1) {
    const answer = await call();
    if (answer.kind === 'accepted') return { answer, mayHaveArrived };
    mayHaveArrived ||= answer.kind === 'unknown';
    if (isEnd(answer)) return { answer, mayHaveArrived };
    if (askedPauseMs(answer) > 0) await deps.slots.pause(pace, askedPauseMs(answer));
    const pauseMs = Math.max(askedPauseMs(answer), 200 * 2 ** round);
    if (!(await waitForRepeat(deps, pace, { pauseMs, deadline }))) return { answer, mayHaveArrived };
  }
};

/** Seconds until the next try, by number of setbacks; after the last one the last is repeated. */
const backoffS = [15, 30, 60, 120, 300, 600, 900];
/** What only an administrator can mend is asked about this often. */
const heldRecheckMs = 15 * 60_000;
/** How long a delivery is tried for that doesn't say till when it is wanted. */
const wantedMs = 24 * 3_600_000;

/**
 * After this moment nobody tries any more, and the row says what was in the way. What was refused only ends here when it
 * doesn't say till when it is wanted: otherwise the next look finds it expired.
 */
const triedUntilMs = ({ validUntil, plannedAt, firstTriedAt }: Delivery, mayHaveArrived: boolean): number => {
  if (mayHaveArrived) return Date.parse(firstTriedAt ?? plannedAt) + wantedMs;
  return validUntil === undefined ? Date.parse(plannedAt) + wantedMs : Infinity;
};

export type Failed = { readonly answer: Unaccepted; readonly mayHaveArrived: boolean };

/** When the next try of a first message is due; `undefined` when there is none. */
export const retryAt = (
  delivery: Delivery,
  { answer, mayHaveArrived }: Failed,
  now: Date,
): Date | undefined => {
  if (answer.kind === 'refused' && answer.final) return undefined;
  const again = now.getTime() + pauseAfter(delivery, answer);
  return again > triedUntilMs(delivery, mayHaveArrived) ? undefined : new Date(again);
};

/** Milliseconds until the next try: what Feishu asked for, or longer with every setback. */
export const pauseAfter = ({ tries = 0 }: Pick<Delivery, 'tries'>, answer: Unaccepted): number => {
  if (answer.kind === 'refused' && answer.held) return heldRecheckMs;
  const seconds = backoffS[tries] ?? backoffS.at(-1) ?? 900;
  return Math.max(seconds * 1000, askedPauseMs(answer));
};
