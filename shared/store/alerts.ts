/**
 * Alerts: one row per alert and combination of dimension values, in the table of the windows (it has no stream: an alert's
 * progress wakes nobody).
 *
 * Access patterns: get by key and change under a version (alert, for a point); all of one alert (the minute tick; the
 * follow-ups and reports). Keys (digest / window): `alert#<id>` / `channel=抖音&…`, or `-` without dimensions.
 */
import * as z from 'zod';
import { dimsText } from './metrics.ts';
import { type Table, table } from './table.ts';

const readingSchema = z.enum(['breach', 'between', 'clear', 'unknown']);

const figureSchema = z.object({
  /** Moment or day of the point. */
  at: z.string(),
  asOf: z.string(),
  value: z.number().nullable(),
  /** The same figure a day or a week before, where the definition asks for it. */
  base: z.number().optional(),
});

const alertStateSchema = z.object({
  /** Firings so far. */
  n: z.number().int(),
  /** From a firing to its recovery. */
  active: z.boolean(),
  /** The latest point that counted, by `at`, then `asOf`. */
  seen: figureSchema
    .extend({
      reading: readingSchema,
      /** When it was so: `at`, or `asOf` for the figure of a day, which grows all day. */
      moment: z.string(),
    })
    .optional(),
  /** Equal readings in a row without a gap, up to the latest point. */
  run: z.object({ reading: readingSchema, since: z.string(), points: z.number().int() }).optional(),
  /** The latest moment that counted; never goes back. Empty before the first point. */
  clock: z.string(),
  firedAt: z.string().optional(),
  recoveredAt: z.string().optional(),
  graceUntil: z.string().optional(),
});
export type AlertState = z.output<typeof alertStateSchema>;

const rowSchema = z.object({
  digest: z.string(),
  /** The fence: every change is made on the version that was read. */
  version: z.number().int(),
  dims: z.record(z.string(), z.string()),
  state: alertStateSchema,
  /** What the card of firing `n` tells. */
  firing: figureSchema
    .extend({
      /** From when on the condition held. */
      since: z.string(),
      /** When the point reached us, or the tick that fired: the start of event → accepted. */
      noticedAt: z.string(),
    })
    .optional(),
  recovery: figureSchema.optional(),
  /** `true` once every delivery of firing `n` has its row; `target` is set by the same write. */
  planned: z.boolean(),
  target: z.number().int().optional(),
  /** What the cards of firing `n` have been told to show. */
  face: z.enum(['firing', 'silent', 'recovered']).optional(),
});
export type AlertRow = Omit<z.output<typeof rowSchema>, 'digest'> & { readonly alert: string };
type Rows = Table<typeof rowSchema>;

const keyOf = (alert: string, dims: AlertRow['dims']): { digest: string; window: string } => ({
  digest: `alert#${alert}`,
  window: dimsText(dims) || '-',
});

const toRow = ({ digest, ...row }: z.output<typeof rowSchema>): AlertRow => ({
  alert: digest.slice('alert#'.length),
  ...row,
});

const write =
  (rows: Rows) =>
  async ({ alert, ...row }: AlertRow): Promise<AlertRow | undefined> => {
    const next = { ...row, version: row.version + 1 };
    const written = await rows.put(
      { ...keyOf(alert, row.dims), ...next },
      row.version === 0
        ? { ConditionExpression: 'attribute_not_exists(digest)' }
        : {
            ConditionExpression: 'version = :version',
            ExpressionAttributeValues: { ':version': row.version },
          },
    );
    return written ? { alert, ...next } : undefined;
  };

export type Alerts = {
  readonly find: (alert: string, dims: AlertRow['dims']) => Promise<AlertRow | undefined>;
  readonly listOf: (alert: string) => Promise<readonly AlertRow[]>;
  /** Puts the row if its version is still the one that was read (0: there was none); `undefined` when it isn't. */
  readonly write: (row: AlertRow) => Promise<AlertRow | undefined>;
};

export const alerts = (name: string): Alerts => {
  const rows = table(name, rowSchema);
  return {
    find: async (alert, dims) => {
      const row = await rows.get(keyOf(alert, dims));
      return row && toRow(row);
    },
    listOf: async (alert) => {
      const found = await rows.query({
        KeyConditionExpression: 'digest = :alert',
        ExpressionAttributeValues: { ':alert': `alert#${alert}` },
      });
      return found.map(toRow);
    },
    write: write(rows),
  };
};
