/**
 * Windows: one occurrence of a digest or bundle. One row per (digest, window), whatever fires twice.
 *
 * Access patterns: put if absent and claim by key (digest function); get by key (explain, 为什么没收到, 今日); the last few
 * of one digest, newest first (misfire, `sinceLastSend`, reports).
 */
import * as z from 'zod';
import { type Table, table } from './table.ts';

const windowSchema = z.object({
  digest: z.string(),
  /** The day it belongs to, YYYY-MM-DD in Asia/Shanghai. */
  window: z.string(),
  /** armed: known and waiting · claimed: somebody works on it · sent · skipped (reason). */
  state: z.enum(['armed', 'claimed', 'sent', 'skipped']),
  subject: z.string(),
  /** Planned release (T). */
  releaseAt: z.string(),
  /** The latest moment at which it may still leave. */
  notAfter: z.string(),
  attempt: z.number().int(),
  leaseUntil: z.string().optional(),
  /** When it became due: T, or later when its source was ready later. Start of event → accepted. */
  eventAt: z.string().optional(),
  releasedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  /** Deliveries planned; set once, after the last delivery row exists. target = Σ states from then on. */
  target: z.number().int().optional(),
  reason: z.string().optional(),
  /** What became of the digests of a release; written with `target`, so that whoever takes over need not judge again. */
  members: z
    .array(
      z.object({
        digest: z.string(),
        state: z.enum(['sent', 'skipped']),
        reason: z.string().optional(),
        from: z.string().optional(),
        to: z.string().optional(),
      }),
    )
    .optional(),
  /** The bundle whose card carried it. */
  carriedBy: z.string().optional(),
  asOf: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  versions: z.record(z.string(), z.string()).default({}),
});
export type Window = z.output<typeof windowSchema>;
type Rows = Table<typeof windowSchema>;
type WindowKey = Pick<Window, 'digest' | 'window'>;

const keyOf = ({ digest, window }: WindowKey): { digest: string; window: string } => ({ digest, window });

const arm =
  (rows: Rows) =>
  (window: Window): Promise<boolean> =>
    rows.put({ ...window }, { ConditionExpression: 'attribute_not_exists(digest)' });

const claim =
  (rows: Rows) =>
  (window: Window, now: Date, leaseUntil: Date): Promise<Window | undefined> =>
    rows.update(keyOf(window), {
      UpdateExpression: 'SET #state = :claimed, attempt = :next, leaseUntil = :until',
      ConditionExpression:
        'attempt = :attempt AND (#state = :armed OR (#state = :claimed AND leaseUntil < :now))',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':claimed': 'claimed',
        ':armed': 'armed',
        ':attempt': window.attempt,
        ':next': window.attempt + 1,
        ':until': leaseUntil.toISOString(),
        ':now': now.toISOString(),
      },
    });

/** An admin runs a skipped window after all; `false` when it isn't skipped. */
const reopen =
  (rows: Rows) =>
  async (window: Window, releaseAt: Date): Promise<boolean> => {
    const reopened = await rows.update(keyOf(window), {
      UpdateExpression: 'SET #state = :armed, releaseAt = :at REMOVE reason, finishedAt',
      ConditionExpression: '#state = :skipped',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':armed': 'armed', ':skipped': 'skipped', ':at': releaseAt.toISOString() },
    });
    return reopened !== undefined;
  };

export type WindowChange = Partial<
  Pick<
    Window,
    | 'members'
    | 'state'
    | 'eventAt'
    | 'releasedAt'
    | 'finishedAt'
    | 'target'
    | 'reason'
    | 'asOf'
    | 'from'
    | 'to'
  >
>;

/** Only whoever holds the claim may change the window; `undefined` when somebody took it over. What is undefined goes. */
const change =
  (rows: Rows) =>
  (window: Window, changes: WindowChange): Promise<Window | undefined> => {
    const fields = Object.entries(changes);
    const set = fields.filter(([, value]) => value !== undefined);
    const gone = fields.filter(([, value]) => value === undefined).map(([field]) => `#${field}`);
    return rows.update(keyOf(window), {
      UpdateExpression:
        `SET ${set.map(([field]) => `#${field} = :${field}`).join(', ')}` +
        (gone.length > 0 ? ` REMOVE ${gone.join(', ')}` : ''),
      ConditionExpression: '#state = :held AND attempt = :attempt',
      ExpressionAttributeNames: {
        '#state': 'state',
        ...Object.fromEntries(fields.map(([field]) => [`#${field}`, field])),
      },
      ExpressionAttributeValues: {
        ':held': 'claimed',
        ':attempt': window.attempt,
        ...Object.fromEntries(set.map(([field, value]) => [`:${field}`, value])),
      },
    });
  };

export type Windows = {
  /** `false` when the window exists already. */
  readonly arm: (window: Window) => Promise<boolean>;
  readonly find: (digest: string, window: string) => Promise<Window | undefined>;
  readonly claim: (window: Window, now: Date, leaseUntil: Date) => Promise<Window | undefined>;
  readonly reopen: (window: Window, releaseAt: Date) => Promise<boolean>;
  readonly change: (window: Window, changes: WindowChange) => Promise<Window | undefined>;
  /** Newest first. */
  readonly listRecent: (digest: string, limit: number) => Promise<readonly Window[]>;
  /** Records that a bundle's card carried (or left out, with the reason) one of its digests. */
  readonly recordCarried: (window: Window) => Promise<void>;
};

export const windows = (name: string): Windows => {
  const rows = table(name, windowSchema);
  return {
    arm: arm(rows),
    find: (digest, window) => rows.get({ digest, window }),
    claim: claim(rows),
    reopen: reopen(rows),
    change: change(rows),
    listRecent: (digest, limit) =>
      rows.query(
        {
          KeyConditionExpression: 'digest = :digest',
          ExpressionAttributeValues: { ':digest': digest },
          ScanIndexForward: false,
        },
        limit,
      ),
    recordCarried: async (window) => {
      await rows.put({ ...window });
    },
  };
};
