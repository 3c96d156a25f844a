/**
 * Metrics: points that a source reports, and "the day is complete".
 *
 * Access patterns
 *  record a point              metric-intake; again with a later asOf it is a correction, else nothing changes. Wakes the
 *                              stream (`work`) and is due for the sweep a minute later
 *  take and finish a point     alert, when the stream or the sweep names it
 *  due points                  the minute sweep of alert: index `due`, oldest first
 *  get a point                 alert: the same figure a day or a week before
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

const keySchema = z.object({ metric: z.string(), at: z.string() });
const pointSchema = keySchema.extend({
  /** Exact decimal text; null when the source knows that there is no figure. */
  value: z.string().nullable(),
  unit: z.enum(['CNY_FEN', 'COUNT', 'RATIO', 'QTY']),
  /** How fresh the source's data was. */
  asOf: z.string(),
  /** When it reached us: the start of event → accepted. */
  receivedAt: z.string().optional(),
});
const readySchema = keySchema.extend({
  asOf: z.string(),
  /** Grows with every completion, so that each one changes the row and wakes the stream. */
  revision: z.number().int(),
  readyAt: z.string(),
});

export type Series = {
  readonly source: string;
  readonly metric: string;
  readonly dims: Readonly<Record<string, string>>;
};
/** `at`: UTC ISO moment, or YYYY-MM-DD in Asia/Shanghai for a figure of a whole day. */
export type Point = Series & Omit<z.output<typeof pointSchema>, 'metric'>;
/** A row of a point: its series as one text, and its moment or day. */
export type PointKey = z.output<typeof keySchema>;
/** A day (YYYY-MM-DD, Asia/Shanghai) of a source whose figures won't grow any more. */
type ReadyDay = {
  readonly source: string;
  readonly day: string;
  readonly asOf: string;
  readonly revision: number;
  readonly readyAt: string;
};

const messageKeptDays = 14;
/** The sweep takes a point that nobody took, or whose taker died, after this long. */
const leaseMs = 60_000;
const sweepLimit = 200;
/** One shard holds 1,000 writes/s: 200 points in each of five messages a second. */
const dueShard = 'point';
const workName = { '#work': 'work' };

const escaped = (value: string): string => value.replaceAll(/[%&=#]/g, encodeURIComponent);

/** `channel=抖音&region=华东`: dimensions in order of name; what separates them is escaped inside a value. */
export const dimsText = (dims: Series['dims']): string =>
  Object.keys(dims)
    .sort()
    .map((name) => `${name}=${escaped(dims[name] ?? '')}`)
    .join('&');

const seriesKey = ({ source, metric, dims }: Series): string => `${source}:${metric}#${dimsText(dims)}`;

const readDims = (text: string): Series['dims'] =>
  Object.fromEntries(
    text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => pair.split('='))
      .map(([name = '', value = '']) => [name, decodeURIComponent(value)]),
  );

/** The series of a key; `undefined` for the key of anything else in this table. */
const readSeries = (key: string): Series | undefined => {
  const [, source, metric, dims] = /^([^:#]+):([^:#]+)#(.*)$/.exec(key) ?? [];
  return source && metric && dims !== undefined ? { source, metric, dims: readDims(dims) } : undefined;
};

const toPoint = (row: z.output<typeof pointSchema> | undefined): Point | undefined => {
  const series = row && readSeries(row.metric);
  return row && series && { ...row, ...series };
};

const readyKey = (source: string, day: string): PointKey => ({ metric: `ready#${source}`, at: day });
const messageKey = (source: string, id: string): PointKey => ({ metric: `message#${source}`, at: id });
const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();

const recordPoint =
  (rows: Table<typeof pointSchema>) =>
  ({ source, metric, dims, ...point }: Point, now: Date): Promise<boolean> =>
    rows.put(
      {
        ...point,
        metric: seriesKey({ source, metric, dims }),
        source,
        receivedAt: now.toISOString(),
        work: 'point',
        dueShard,
        dueAt: later(now, leaseMs),
      },
      {
        ConditionExpression: 'attribute_not_exists(metric) OR asOf < :asOf',
        ExpressionAttributeValues: { ':asOf': point.asOf },
      },
    );

const takePoint =
  (rows: Table<typeof pointSchema>) =>
  async ({ metric, at }: PointKey, now: Date): Promise<Point | undefined> => {
    const row = await rows.update(
      { metric, at },
      {
        UpdateExpression: 'SET dueAt = :until REMOVE #work',
        ConditionExpression: 'attribute_exists(dueShard) AND (attribute_exists(#work) OR dueAt <= :now)',
        ExpressionAttributeNames: workName,
        ExpressionAttributeValues: { ':until': later(now, leaseMs), ':now': now.toISOString() },
      },
    );
    return toPoint(row);
  };

const finishPoint =
  (rows: Table<typeof pointSchema>) =>
  async (point: Point): Promise<void> => {
    await rows.update(
      { metric: seriesKey(point), at: point.at },
      {
        UpdateExpression: 'REMOVE dueShard, dueAt',
        // A correction that came meanwhile is work of its own.
        ConditionExpression: 'asOf = :asOf AND attribute_not_exists(#work)',
        ExpressionAttributeNames: workName,
        ExpressionAttributeValues: { ':asOf': point.asOf },
      },
    );
  };

const listDuePoints =
  (rows: Table<typeof pointSchema>) =>
  (now: Date): Promise<readonly PointKey[]> =>
    rows.queryKeys(
      keySchema,
      {
        IndexName: 'due',
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': dueShard, ':now': now.toISOString() },
      },
      sweepLimit,
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
      ExpressionAttributeNames: workName,
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
      ExpressionAttributeNames: workName,
    });
    return toReadyDay(source, row);
  };

const rememberMessage =
  (rows: Table<typeof keySchema>) =>
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
  readonly recordPoint: (point: Point, now: Date) => Promise<boolean>;
  /** The point that the stream or the sweep named, ours for a minute; `undefined` when somebody else has it or it is done. */
  readonly takePoint: (key: PointKey, now: Date) => Promise<Point | undefined>;
  readonly finishPoint: (point: Point) => Promise<void>;
  readonly findPoint: (series: Series, at: string) => Promise<Point | undefined>;
  /** What the stream lost and whose taker died, the oldest first. */
  readonly listDuePoints: (now: Date) => Promise<readonly PointKey[]>;
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
  const messages = table(name, keySchema);
  return {
    recordPoint: recordPoint(points),
    takePoint: takePoint(points),
    finishPoint: finishPoint(points),
    findPoint: async (series, at) => toPoint(await points.get({ metric: seriesKey(series), at })),
    listDuePoints: listDuePoints(points),
    recordReady: recordReady(ready),
    findReady: async (source, day) => toReadyDay(source, await ready.get(readyKey(source, day))),
    takeReady: takeReady(ready),
    knowsMessage: async (source, id) => (await messages.get(messageKey(source, id))) !== undefined,
    rememberMessage: rememberMessage(messages),
  };
};
