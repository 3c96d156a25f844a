/**
 * Receipts: proof that we have what somebody told us.
 *
 * Access patterns
 *  put if absent        feishu-events, ticket-intake, ops import (put-receipt.ts, one signed request); feishu-cards, with
 *                       the row that it tells about
 *  take by id           event-worker or ticket-worker, when the stream or the sweep names it
 *  get by id            ops, to see one
 *  overdue, by shard    the minute sweep: index `due`, dueAt ≤ now, oldest first
 *  dead, by source      ops: index `due` under the shard `dead:<source>`, oldest first
 */
import * as z from 'zod';
import { type Table, table, type Write } from './table.ts';

const receiptSchema = z.object({
  id: z.string(),
  source: z.string(),
  sender: z.string().optional(),
  eventType: z.string(),
  receivedAt: z.string(),
  eventAt: z.string().optional(),
  state: z.enum(['received', 'done', 'dead']),
  /** Sealed; removed when the receipt is done. */
  body: z.string().optional(),
  attempts: z.number().int().default(0),
  reason: z.string().optional(),
  dueShard: z.string().optional(),
  dueAt: z.string().optional(),
});
export type Receipt = z.output<typeof receiptSchema>;
type Rows = Table<typeof receiptSchema>;

const keySchema = z.object({ id: z.string() });
const names = { '#state': 'state', '#work': 'work' };

/** At most this many receipts per sweep; the next minute takes the rest. */
const sweepLimit = 200;
/** The worker that a receipt waits for. One shard each: 1,000 writes/s is far above what one company reaches. */
export type InboxWork = 'event' | 'ticket';
const eventShard: InboxWork = 'event';

/** Everything but Feishu's own events and clicks is a case; an id begins with its source. */
const workOf = (id: string): InboxWork => (/^(?:feishu|card):/u.test(id) ? eventShard : 'ticket');

/** A crashed try is found by the sweep after this long. */
const leaseMs = 60_000;

const take = (rows: Rows) => (id: string, now: Date) =>
  rows.update(
    { id },
    {
      UpdateExpression: 'SET dueAt = :until, attempts = if_not_exists(attempts, :zero) + :one REMOVE #work',
      // `work` is there on the first try; without it only a lease that has run out may be taken over.
      ConditionExpression: '#state = :received AND (attribute_exists(#work) OR dueAt <= :now)',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ':until': new Date(now.getTime() + leaseMs).toISOString(),
        ':now': now.toISOString(),
        ':zero': 0,
        ':one': 1,
        ':received': 'received',
      },
    },
  );

const finish =
  (rows: Rows) =>
  async (id: string, reason: string): Promise<void> => {
    await rows.update(
      { id },
      {
        UpdateExpression: 'SET #state = :done, reason = :reason REMOVE body, #work, dueShard, dueAt',
        ConditionExpression: '#state = :received',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':done': 'done', ':received': 'received', ':reason': reason },
      },
    );
  };

const postpone =
  (rows: Rows) =>
  async (id: string, at: Date, reason: string): Promise<void> => {
    await rows.update(
      { id },
      {
        UpdateExpression: 'SET dueAt = :at, reason = :reason',
        ConditionExpression: '#state = :received',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':at': at.toISOString(), ':reason': reason, ':received': 'received' },
      },
    );
  };

const bury =
  (rows: Rows) =>
  async (receipt: Receipt, reason: string): Promise<void> => {
    await rows.update(
      { id: receipt.id },
      {
        UpdateExpression: 'SET #state = :dead, reason = :reason, dueShard = :shard, dueAt = :at REMOVE #work',
        ConditionExpression: '#state = :received',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ':dead': 'dead',
          ':received': 'received',
          ':reason': reason,
          ':shard': `dead:${receipt.source}`,
          ':at': receipt.receivedAt,
        },
      },
    );
  };

const replay =
  (rows: Rows) =>
  async (id: string, now: Date): Promise<boolean> => {
    const work = workOf(id);
    const revived = await rows.update(
      { id },
      {
        UpdateExpression:
          'SET #state = :received, #work = :work, attempts = :zero, dueShard = :shard, dueAt = :at REMOVE reason',
        ConditionExpression: '#state = :dead',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ':received': 'received',
          ':dead': 'dead',
          ':zero': 0,
          ':work': work,
          ':shard': work,
          ':at': new Date(now.getTime() + 60_000).toISOString(),
        },
      },
    );
    return revived !== undefined;
  };

const listOverdue =
  (rows: Rows) =>
  async (now: Date, work: InboxWork = eventShard): Promise<readonly string[]> => {
    const query = {
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
      ExpressionAttributeValues: { ':shard': work, ':now': now.toISOString() },
    };
    return (await rows.queryKeys(keySchema, query, sweepLimit)).map(({ id }) => id);
  };

const listDead =
  (rows: Rows) =>
  async (source: string): Promise<readonly Receipt[]> => {
    const query = {
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard',
      ExpressionAttributeValues: { ':shard': `dead:${source}` },
    };
    const keys = await rows.queryKeys(keySchema, query, sweepLimit);
    const found = await Promise.all(keys.map(({ id }) => rows.get({ id })));
    return found.filter((receipt) => receipt !== undefined);
  };

/** A receipt of ours: what an action has left to do. */
export type ReceiptRow = {
  readonly id: string;
  /** Absent: `feishu`. */
  readonly source?: string;
  readonly sender: string;
  readonly eventType: string;
  readonly at: Date;
  /** Sealed. */
  readonly body: string;
  /** Not before; absent: at once, and the stream is woken for it. */
  readonly notBefore?: Date;
};

const keptMs = 14 * 86_400_000;

/** The write that puts it, if it is absent: for `writeTogether`. */
export const receiptWrite = (TableName: string, receipt: ReceiptRow): Write => {
  const { id, source = 'feishu', sender, eventType, at, body, notBefore } = receipt;
  const work = workOf(id);
  return {
    TableName,
    Item: {
      id,
      source,
      sender,
      eventType,
      receivedAt: at.toISOString(),
      eventAt: at.toISOString(),
      state: 'received',
      body,
      ...(!notBefore && { work }),
      dueShard: work,
      dueAt: (notBefore ?? new Date(at.getTime() + leaseMs)).toISOString(),
      expiresAt: Math.floor((at.getTime() + keptMs) / 1000),
    },
    ConditionExpression: 'attribute_not_exists(id)',
  };
};

export type Inbox = {
  /** A receipt of ours; `false` when it is there already. */
  readonly put: (receipt: ReceiptRow) => Promise<boolean>;
  readonly find: (id: string) => Promise<Receipt | undefined>;
  /** Takes the receipt for one try, for 60 s. `undefined` when it is done, dead or somebody else has it. */
  readonly take: (id: string, now: Date) => Promise<Receipt | undefined>;
  /** Ends it well: the body, which may hold what somebody wrote, goes. */
  readonly finish: (id: string, reason: string) => Promise<void>;
  /** Tries again at `at`; the sweep finds it. */
  readonly postpone: (id: string, at: Date, reason: string) => Promise<void>;
  /** Ends it badly: kept with its reason until it is replayed, or expires after 14 days. */
  readonly bury: (receipt: Receipt, reason: string) => Promise<void>;
  /** A dead receipt becomes received again and wakes the stream; `false` when it isn't dead. */
  readonly replay: (id: string, now: Date) => Promise<boolean>;
  readonly listOverdue: (now: Date, work?: InboxWork) => Promise<readonly string[]>;
  readonly listDead: (source: string) => Promise<readonly Receipt[]>;
};

export const inbox = (name: string): Inbox => {
  const rows = table(name, receiptSchema);
  return {
    put: (receipt) => {
      const { Item, ...condition } = receiptWrite(name, receipt);
      return rows.put(Item, { ConditionExpression: condition.ConditionExpression });
    },
    find: (id) => rows.get({ id }),
    take: take(rows),
    finish: finish(rows),
    postpone: postpone(rows),
    bury: bury(rows),
    replay: replay(rows),
    listOverdue: listOverdue(rows),
    listDead: listDead(rows),
  };
};
