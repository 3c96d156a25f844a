import * as z from 'zod';
import { addDays, atTime, type Day, daySchema } from '../../shared/calendar/day.ts';
import type { Bundle } from '../../shared/digests/bundle.ts';
import type { Digest } from '../../shared/digests/definition.ts';
import { ownSource } from '../../shared/digests/metrics.ts';
import { type ReleaseVerdict, readinessOf, shownPeriod, verdictOf } from '../../shared/digests/readiness.ts';
import { digestsOn, type Period, periodOf } from '../../shared/digests/window.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Member } from './gather.ts';
import type { DigestDeps, Manner } from './release.ts';

type Source = { readonly completeThrough?: Day; readonly readyAt?: string };

const later = (a: string, b: string | undefined): string => (b !== undefined && b > a ? b : a);

/** Days that a card may show in place of yesterday. */
const lookBackDays = 7;

/**
 * The last of these days that has orders anywhere in the company; undefined when none has. A load that brought nothing
 * looks like a day without orders, and a card would say 0元.
 */
const lastDayWithOrders = async (
  { source }: DigestDeps,
  regions: readonly string[],
  to: Day,
): Promise<Day | undefined> => {
  const { rows } = await source.run('sales.days', { from: addDays(to, -lookBackDays), to, regions });
  return z
    .array(z.object({ day: daySchema }))
    .parse(rows)
    .at(-1)?.day;
};

const isAboutOrders = ({ sections }: Digest): boolean => sections.some(({ query }) => query === 'sales.days');

/** Through which day the source may be believed to be complete, of the day that it says. */
const believed = async (
  deps: DigestDeps,
  digest: Digest,
  said: Day | undefined,
): Promise<Day | undefined> => {
  const { scope } = digest;
  if (said === undefined || scope.by !== '大区' || !isAboutOrders(digest)) return said;
  return lastDayWithOrders(deps, scope.regions, said);
};

const orSilence = async <T>(source: string, asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    log.warn('watermark_unknown', { source, ...errorFields(error) });
    return undefined;
  }
};

/** How far the source is: its own word through metric-intake, or its watermark. A source out of reach says nothing. */
const askSource = async (deps: DigestDeps, digest: Digest, needs: Day): Promise<Source> => {
  const { id } = digest.source;
  if (id === ownSource) return {};
  const [ready, watermark] = await Promise.all([
    deps.metrics.findReady(id, needs),
    orSilence(id, deps.source.watermark()),
  ]);
  const said = [ready?.day, watermark?.completeThrough]
    .filter((day) => day !== undefined)
    .sort()
    .at(-1);
  // What comes after the wanted day is of no interest here.
  const through = said !== undefined && said > needs ? needs : said;
  const complete = await orSilence(id, believed(deps, digest, through));
  return { ...(complete && { completeThrough: complete }), ...(ready && { readyAt: ready.readyAt }) };
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

/** The last day that a card has shown. A window that was skipped or is still on its way has shown nothing. */
const lastShownOf = async ({ windows }: DigestDeps, digest: Digest, day: Day): Promise<Day | undefined> => {
  if (digest.window !== 'sinceLastSend') return undefined;
  const recent = await windows.listRecent(digest.id, 14);
  return recent
    .filter(({ state, window }) => state === 'sent' && window < day)
    .map(({ to, members = [] }) => to ?? members.find((member) => member.digest === digest.id)?.to)
    .find((to) => to !== undefined);
};

/** Which members may go at `at`, and what each of them shows. */
export const judge = async (
  deps: DigestDeps,
  { release, day, at }: { readonly release: Bundle; readonly day: Day; readonly at: Date },
  { force }: Manner,
): Promise<Judged> => {
  const { isWorkday } = (await deps.calendar()).calendar;
  const periods = await Promise.all(
    digestsOn(release, day, isWorkday).map(async (digest) => {
      const lastShown = await lastShownOf(deps, digest, day);
      const wanted: Period = periodOf(digest, day, { isWorkday, lastShown });
      return { digest, wanted, source: await askSource(deps, digest, wanted.to) };
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
