import { atTime, type Day } from '../../shared/calendar/day.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import { type ReleaseVerdict, readinessOf, shownPeriod, verdictOf } from '../../shared/digests/readiness.ts';
import { digestsOn, type Period, periodOf } from '../../shared/digests/window.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Member } from './gather.ts';
import type { DigestDeps, Manner } from './release.ts';

export type Source = { readonly completeThrough?: Day; readonly readyAt?: string };

export const later = (a: string, b: string | undefined): string => (b !== undefined && b > a ? b : a);

/** How far the source is: its own word through metric-intake, or its watermark. A source out of reach says nothing. */
const askSource = async (deps: DigestDeps, sourceId: string, needs: Day): Promise<Source> => {
  const [ready, watermark] = await Promise.all([
    deps.metrics.findReady(sourceId, needs),
    deps.source.watermark().catch((error: unknown) => {
      log.warn('watermark_unknown', { source: sourceId, ...errorFields(error) });
      return undefined;
    }),
  ]);
  const through = [ready?.day, watermark?.completeThrough]
    .filter((day) => day !== undefined)
    .sort()
    .at(-1);
  return { ...(through && { completeThrough: through }), ...(ready && { readyAt: ready.readyAt }) };
};

export type Judged = {
  readonly verdict: ReleaseVerdict;
  readonly members: readonly Member[];
  readonly readyAt: string;
};

const forced = (digests: readonly Digest[]): ReleaseVerdict => ({
  kind: 'go',
  digests: digests.map((digest) => ({ digest, late: false })),
  skipped: [],
});

/** Which members may go at `at`, and what each of them shows. */
export const judge = async (
  deps: DigestDeps,
  { release, day, at }: { readonly release: Bundle; readonly day: Day; readonly at: Date },
  { force }: Manner,
): Promise<Judged> => {
  const { isWorkday } = (await deps.calendar()).calendar;
  const periods = await Promise.all(
    digestsOn(release, day, isWorkday).map(async (digest) => {
      const [last] = digest.window === 'sinceLastSend' ? await deps.windows.listRecent(digest.id, 1) : [];
      const lastSentAt = last?.releasedAt;
      const wanted: Period = periodOf(digest, day, { isWorkday, now: at, ...(lastSentAt && { lastSentAt }) });
      return { digest, wanted, source: await askSource(deps, digest.source.id, wanted.to) };
    }),
  );
  const readiness = periods.map(({ digest, wanted, source }) => ({
    digest,
    readiness: readinessOf(digest, { day, now: at, needs: wanted.to, ...source }),
  }));
  const verdict = force ? forced(periods.map(({ digest }) => digest)) : verdictOf(readiness);
  const going = new Set(verdict.kind === 'go' ? verdict.digests.map(({ digest }) => digest.id) : []);
  return {
    verdict,
    members: periods
      .filter(({ digest }) => going.has(digest.id))
      .map(({ digest, wanted, source }) => ({
        digest,
        wanted,
        shown: shownPeriod(digest, wanted, source.completeThrough),
      })),
    readyAt: periods.reduce((latest, { source }) => later(latest, source.readyAt), ''),
  };
};

/** The latest moment at which some member may still leave. */
export const notAfterOf = (release: Bundle, day: Day): Date => {
  const times = release.digests.map(({ trigger }) =>
    trigger.kind === 'ready' ? trigger.notAfter : release.at,
  );
  return atTime(day, [...times].sort().at(-1) ?? release.at);
};
