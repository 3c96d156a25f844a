/**
 * Metrics: points that a source reports, and "the day is complete".
 *
 * Access patterns
 *  record a point              metric-intake; again with a later asOf it is a correction, else nothing changes
 *  record that a day is ready  metric-intake; wakes the stream (`work`), again only with a later asOf
 *  is the day ready            digest, before a window that waits for its source is released
 *  take a ready day            whoever the stream woke: removes `work`, so each completion is taken once
 *  message seen / remember it  metric-intake, by webhook-id, for 14 days
 *
 * Keys (metric / at): `<source>:<metric>#<dim>=<value>&…` / moment or day · `ready#<source>` / day ·
 * `message#<source>` / webhook-id. A source has no colon and no `#` in its name, so the three never meet.
 */
import * as z from 'zod';
import { type Table, table } from './table.ts';

const pointSchema = z.object({
  metric: z.string(),
  /** UTC ISO moment, or YYYY-MM-DD in Asia/Shanghai for a figure of a whole day. */
  at: z.string(),
  /** Exact decimal text; null when the source knows that there is no figure. */
  value: z.string().nullable(),
  unit: z.enum(['CNY_FEN', 'COUNT', 'RATIO', 'QTY']),
  /** How fresh the source's data was. */
  asOf: z.string(),
});
const readySchema = z.object({
  metric: z.string(),
  at: z.string(),
  asOf: z.string(),
  /** Grows with every completion, so that each one changes the row and wakes the stream. */
  revision: z.number().int(),
  readyAt: z.string(),
});
const messageSchema = z.object({ metric: z.string(), at: z.string() });

type Series = {
  readonly source: string;
  readonly metric: string;
  readonly dims: Readonly<Record<string, string>>;
};
type Point = Series & Omit<z.output<typeof pointSchema>, 'metric'>;
/** A day (YYYY-MM-DD, Asia/Shanghai) of a source whose figures won't grow any more. */
type ReadyDay = {
  readonly source: string;
  readonly day: string;
  readonly asOf: string;
  readonly revision: number;
  readonly readyAt: string;
};

const messageKeptDays = 14;

/** Dimensions in order of name; what separates them is escaped inside a value. */
const seriesKey = ({ source, metric, dims }: Series): string =>
  `${source}:${metric}#${Object.keys(dims)
    .sort()
    .map((name) => `${name}=${(dims[name] ?? '').replaceAll(/[%&=#]/g, encodeURIComponent)}`)
    .join('&')}`;

const readyKey = (source: string, day: string): { metric: string; at: string } => ({
  metric: `ready#${source}`,
  at: day,
});
const messageKey = (source: string, id: string): { metric: string; at: string } => ({
  metric: `message#${source}`,
  at: id,
});

const recordPoint =
  (rows: Table<typeof pointSchema>) =>
  ({ source, metric, dims, ...point }: Point): Promise<boolean> =>
    rows.put(
      { ...point, metric: seriesKey({ source, metric, dims }), source },
      {
        ConditionExpression: 'attribute_not_exists(metric) OR asOf < :asOf',
        ExpressionAttributeValues: { ':asOf': point.asOf },
      },
    );

type ReadyRow = z.output<typeof readySchema>;
const toReadyDay = (source: string, row: ReadyRow | undefined): ReadyDay | undefined =>
  row && { source, day: row.at, asOf: row.asOf, revision: row.revision, readyAt: row.readyAt };

const recordReady =
  (rows: Table<typeof readySchema>) =>
  async (source: string, day: string, { asOf, readyAt }: Completion): Promise<boolean> => {
    const row = await rows.update(readyKey(source, day), {
      UpdateExpression:
        'SET asOf = :asOf, readyAt = :readyAt, revision = if_not_exists(revision, :zero) + :one, #work = :work',
      ConditionExpression: 'attribute_not_exists(metric) OR asOf < :asOf',
      ExpressionAttributeNames: { '#work': 'work' },
      ExpressionAttributeValues: {
        ':asOf': asOf,
        ':readyAt': readyAt,
        ':zero': 0,
        ':one': 1,
        ':work': 'ready',
      },
    });
    return row !== undefined;
  };

const takeReady =
  (rows: Table<typeof readySchema>) =>
  async (source: string, day: string): Promise<ReadyDay | undefined> => {
    const row = await rows.update(readyKey(source, day), {
      UpdateExpression: 'REMOVE #work',
      ConditionExpression: 'attribute_exists(#work)',
      ExpressionAttributeNames: { '#work': 'work' },
    });
    return toReadyDay(source, row);
  };

const rememberMessage =
  (rows: Table<typeof messageSchema>) =>
  async (source: string, id: string, now: Date): Promise<void> => {
    const expiresAt = Math.floor(now.getTime() / 1000) + messageKeptDays * 86_400;
    await rows.put(
      { ...messageKey(source, id), receivedAt: now.toISOString(), expiresAt },
      { ConditionExpression: 'attribute_not_exists(metric)' },
    );
  };

type Completion = { readonly asOf: string; readonly readyAt: string };
export type Metrics = {
  /** `false` when we already know this point from data as fresh or fresher. */
  readonly recordPoint: (point: Point) => Promise<boolean>;
  /** `false` when the day is already ready from data as fresh or fresher. */
  readonly recordReady: (source: string, day: string, completion: Completion) => Promise<boolean>;
  readonly findReady: (source: string, day: string) => Promise<ReadyDay | undefined>;
  /** The day that the stream woke us for; `undefined` when somebody else took it. */
  readonly takeReady: (source: string, day: string) => Promise<ReadyDay | undefined>;
  readonly knowsMessage: (source: string, id: string) => Promise<boolean>;
  readonly rememberMessage: (source: string, id: string, now: Date) => Promise<void>;
};

export const metrics = (name: string): Metrics => {
  const points = table(name, pointSchema);
  const ready = table(name, readySchema);
  const messages = table(name, messageSchema);
  return {
    recordPoint: recordPoint(points),
    recordReady: recordReady(ready),
    findReady: async (source, day) => toReadyDay(source, await ready.get(readyKey(source, day))),
    takeReady: takeReady(ready),
    knowsMessage: async (source, id) => (await messages.get(messageKey(source, id))) !== undefined,
    rememberMessage: rememberMessage(messages),
  };
};
