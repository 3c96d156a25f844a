import { addDays, atTime, type Day } from '../calendar/day.ts';
import type { Digest } from './definition.ts';
import type { Period } from './window.ts';

export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'wait'; readonly until: Date }
  | { readonly kind: 'late' }
  | { readonly kind: 'skip'; readonly reason: 'source_not_ready' };

type Moment = {
  /** The day of the window. */
  readonly day: Day;
  readonly now: Date;
  /** The last day that the card shows: the source must be complete through it. */
  readonly needs: Day;
  /** What the source says; absent when it says nothing or can't be reached. */
  readonly completeThrough?: Day;
};

/** May this digest go now? `wait.until` is when to ask again at the latest; a signal of the source may come earlier. */
export const readinessOf = ({ trigger }: Digest, moment: Moment): Readiness => {
  if (trigger.kind === 'at') return { kind: 'ready' };
  const { day, now, needs, completeThrough } = moment;
  const notBefore = atTime(day, trigger.notBefore);
  const notAfter = atTime(day, trigger.notAfter);
  if (now < notBefore) return { kind: 'wait', until: notBefore };
  if (completeThrough !== undefined && completeThrough >= needs) return { kind: 'ready' };
  if (now < notAfter) return { kind: 'wait', until: notAfter };
  return trigger.onLate === 'sendStamped' ? { kind: 'late' } : { kind: 'skip', reason: 'source_not_ready' };
};

export type ReleaseVerdict =
  | { readonly kind: 'wait'; readonly until: Date; readonly for: readonly string[] }
  | {
      readonly kind: 'go';
      readonly digests: readonly { readonly digest: Digest; readonly late: boolean }[];
      readonly skipped: readonly { readonly digestId: string; readonly reason: string }[];
    }
  | {
      readonly kind: 'skip';
      readonly skipped: readonly { readonly digestId: string; readonly reason: string }[];
    };

type Judged = { readonly digest: Digest; readonly readiness: Readiness };

const waitFor = (waiting: readonly { readonly id: string; readonly until: Date }[]): ReleaseVerdict => ({
  kind: 'wait',
  // The earliest: something may change then.
  until: new Date(Math.min(...waiting.map(({ until }) => until.getTime()))),
  for: waiting.map(({ id }) => id),
});

/** A release goes when nobody in it waits any more; it is skipped when nobody in it is left. */
export const verdictOf = (members: readonly Judged[]): ReleaseVerdict => {
  const waiting = members.flatMap(({ digest, readiness }) =>
    readiness.kind === 'wait' ? [{ id: digest.id, until: readiness.until }] : [],
  );
  if (waiting.length > 0) return waitFor(waiting);
  const skipped = members.flatMap(({ digest, readiness }) =>
    readiness.kind === 'skip' ? [{ digestId: digest.id, reason: readiness.reason }] : [],
  );
  const digests = members
    .filter(({ readiness }) => readiness.kind === 'ready' || readiness.kind === 'late')
    .map(({ digest, readiness }) => ({ digest, late: readiness.kind === 'late' }));
  return digests.length > 0 ? { kind: 'go', digests, skipped } : { kind: 'skip', skipped };
};

/** Figures older than this tell nobody anything about yesterday. */
const oldestShownDays = 7;

/**
 * The period whose figures are complete: the wanted one, or the one up to the last complete day when the source is
 * behind. Undefined when there is none, or when a source that should say how far it is says nothing.
 */
export const shownPeriod = (
  { trigger }: Digest,
  wanted: Period,
  completeThrough: Day | undefined,
): Period | undefined => {
  if (completeThrough === undefined) return trigger.kind === 'at' ? wanted : undefined;
  if (completeThrough >= wanted.to) return wanted;
  if (completeThrough < addDays(wanted.to, -oldestShownDays)) return undefined;
  const from = wanted.from < completeThrough ? wanted.from : completeThrough;
  return { ...wanted, from, to: completeThrough };
};
