import { addDays, atTime, type Day, monthOf } from '../../shared/calendar/day.ts';
import type { MetricSource, QueryParams, QueryReply } from '../../shared/connectors/metric-source.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { plainText } from '../../shared/feishu/markdown.ts';
import type { FollowUp } from '../../shared/follow-ups/follow-up.ts';
import type { FollowUps } from '../../shared/store/follow-ups.ts';

/** Answers one named query from our own tables. */
export type LocalReader = (params: QueryParams) => Promise<QueryReply>;

/** A source some of whose queries are answered here: a digest of what we know ourselves is like any other. */
export const withLocalRows = (
  source: MetricSource,
  readers: Readonly<Record<string, LocalReader>>,
): MetricSource => ({
  ...source,
  run: (query, params) => readers[query]?.(params) ?? source.run(query, params),
});

/** What has been open for longer was never going to be closed. */
const months = 6;

const monthsUpTo = (day: Day): readonly string[] => {
  const found = [monthOf(day)];
  while (found.length < months) found.push(monthOf(addDays(`${found.at(-1) ?? ''}-01`, -1)));
  return found;
};

const minutesFrom = (from: string, to: number): number => (to - Date.parse(from)) / 60_000;

const isIn =
  (from: Day, to: Day) =>
  (instant: string): boolean =>
    instant >= atTime(from, '00:00').toISOString() && instant < atTime(addDays(to, 1), '00:00').toISOString();

/** Throws `invalid_query_params`. */
export const textParam = (params: QueryParams, name: string): string => {
  const value = params[name];
  if (typeof value === 'string') return value;
  throw new InvalidInputError('invalid_query_params', `${name} is missing`);
};

/** A row per follow-up that somebody has: still open, or closed in the period. */
const rowOf =
  (now: Date, isClosedThen: (at: string) => boolean) =>
  ({ line, state, assigned, followedSince, closed }: FollowUp) => {
    if (!assigned || !followedSince) return [];
    const common = { line: plainText(line), who: assigned.to.name, since: followedSince };
    if (state === 'assigned')
      return [{ ...common, state: 'open', minutes: minutesFrom(followedSince, now.getTime()) }];
    if (!closed || !isClosedThen(closed.at)) return [];
    return [{ ...common, state: 'closed', minutes: minutesFrom(followedSince, Date.parse(closed.at)) }];
  };

export type FollowUpReading = {
  readonly followUps: Pick<FollowUps, 'listMonth'>;
  readonly now: () => Date;
};

/** `followUps.week` for one reader: only what stands, or would stand, on their own cards; the oldest first. */
export const followUpRows =
  ({ followUps, now }: FollowUpReading): LocalReader =>
  async (params) => {
    const [from, to, reader] = ['from', 'to', 'reader'].map((name) => textParam(params, name));
    const at = now();
    const found = await Promise.all(monthsUpTo(to ?? '').map((month) => followUps.listMonth(month)));
    const rows = found
      .flat()
      .filter(({ people }) => people.some(({ person }) => person === reader))
      .flatMap(rowOf(at, isIn(from ?? '', to ?? '')))
      .sort((a, b) => a.since.localeCompare(b.since));
    return { rows, asOf: at.toISOString(), truncated: false };
  };
