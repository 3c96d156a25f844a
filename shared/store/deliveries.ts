/**
 * The ledger: one row per (subject, recipient), what is wanted and what is shown.
 *
 * Access patterns
 *  put if absent                      whoever plans
 *  get / claim / record by key        whoever sends
 *  all of a subject                   reports, the identity target = Σ states
 *  by message id                      index `message`: a read event names only the message
 *  a person's day                     index `person`: recipient + day#subject (今日, 为什么没收到, explain)
 *  due                                index `due`: only while claimed, held or to be retried
 */
import * as z from 'zod';
import {
  type AcceptedFacts,
  type Delivery,
  type DeliveryKey,
  type DeliveryRow,
  deliverySchema,
  type SetAside,
  type Setback,
} from './delivery.ts';
import { type Table, table } from './table.ts';

type Rows = Table<typeof deliverySchema>;

const keySchema = z.object({ subject: z.string(), recipient: z.string() });
const dueKeySchema = keySchema.extend({ dueAt: z.string() });
export type DueKey = z.output<typeof dueKeySchema>;
const keyOf = ({ subject, recipient }: DeliveryKey): { subject: string; recipient: string } => ({
  subject,
  recipient,
});
const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();

/** One shard holds 1,000 writes/s, more than Feishu lets us send in a minute. */
export const dueShard = 'due';
/** HTTP timeout (10 s) + 15 s: the uuid makes an overlap of two senders harmless. */
export const postLeaseMs = 25_000;
const sweepLimit = 200;

const put =
  (rows: Rows) =>
  (row: DeliveryRow): Promise<boolean> =>
    rows.put({ ...row }, { ConditionExpression: 'attribute_not_exists(subject)' });

/** Nobody holds it, it isn't final, and its time has come. */
const mayBeTaken =
  'attempt = :attempt AND (#state = :planned OR (#state IN (:claimed, :held, :failed) AND dueAt <= :now))';
const takeable = { ':planned': 'planned', ':claimed': 'claimed', ':held': 'held', ':failed': 'failed' };

/**
 * Pins the try before the request leaves. A row that somebody holds, that is final or that isn't due yet isn't taken.
 * What a lost try pinned stays pinned; otherwise what is wanted now is. `decidedBy` is recorded as given.
 */
const claim =
  (rows: Rows) =>
  (delivery: Delivery, now: Date): Promise<Delivery | undefined> =>
    rows.update(keyOf(delivery), {
      UpdateExpression:
        'SET #state = :claimed, attempt = :next, leaseUntil = :until, dueShard = :shard, dueAt = :until, ' +
        'firstTriedAt = if_not_exists(firstTriedAt, :now), sending = if_not_exists(sending, wanted), ' +
        'decidedBy = :decidedBy REMOVE #work',
      ConditionExpression: mayBeTaken,
      ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
      ExpressionAttributeValues: {
        ...takeable,
        ':decidedBy': delivery.decidedBy ?? {},
        ':attempt': delivery.attempt,
        ':next': delivery.attempt + 1,
        ':until': later(now, postLeaseMs),
        ':now': now.toISOString(),
        ':shard': dueShard,
      },
    });

/**
 * The state changes only under the try that was claimed. The message id is a fact: whoever learns it records it, lease
 * or no lease, so that a read event finds its row.
 */
const recordAccepted =
  (rows: Rows) =>
  async (delivery: Delivery, { messageId, chatId, at }: AcceptedFacts): Promise<Delivery | undefined> => {
    const facts = { ':messageId': messageId, ':chatId': chatId ?? '', ':generation': delivery.generation };
    const changed = await rows.update(keyOf(delivery), {
      UpdateExpression:
        'SET #state = :accepted, messageId = :messageId, chatId = :chatId, acceptedAt = :at, shown = sending ' +
        'REMOVE leaseUntil, sending, dueShard, dueAt, code, reason',
      ConditionExpression: '#state = :claimed AND attempt = :attempt AND generation = :generation',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ...facts,
        ':accepted': 'accepted',
        ':claimed': 'claimed',
        ':attempt': delivery.attempt,
        ':at': at.toISOString(),
      },
    });
    if (changed) return changed;
    return rows.update(keyOf(delivery), {
      UpdateExpression: 'SET messageId = :messageId, chatId = :chatId',
      ConditionExpression: 'attribute_not_exists(messageId) AND generation = :generation',
      ExpressionAttributeValues: facts,
    });
  };

/** What a setback sets and removes: what is final has no due time, what may have arrived keeps its pin. */
const setbackExpression = ({ retryAt, held, outcomeUnknown }: Setback): string => {
  const set = ['#state = :state', 'code = :code', 'tries = if_not_exists(tries, :zero) + :one'];
  if (held) set.push('reason = :code');
  const remove = outcomeUnknown ? ['leaseUntil'] : ['leaseUntil', 'sending', 'firstTriedAt'];
  if (retryAt) set.push('dueShard = :shard', 'dueAt = :retryAt');
  else remove.push('dueShard', 'dueAt');
  return `SET ${set.join(', ')} REMOVE ${remove.join(', ')}`;
};

const recordSetback =
  (rows: Rows) =>
  (delivery: Delivery, setback: Setback): Promise<Delivery | undefined> => {
    const { code, retryAt, held = false } = setback;
    return rows.update(keyOf(delivery), {
      UpdateExpression: setbackExpression(setback),
      ConditionExpression: '#state = :claimed AND attempt = :attempt',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':state': held ? 'held' : 'failed',
        ':claimed': 'claimed',
        ':code': code,
        ':zero': 0,
        // Waiting for an administrator uses up no try.
        ':one': held ? 0 : 1,
        ':attempt': delivery.attempt,
        ...(retryAt && { ':shard': dueShard, ':retryAt': retryAt.toISOString() }),
      },
    });
  };

/** Ends a delivery that nobody holds without sending it, or puts it off; `explain` shows the reason. */
const setAside =
  (rows: Rows) =>
  (delivery: Delivery, { reason, now, until }: SetAside): Promise<Delivery | undefined> =>
    rows.update(keyOf(delivery), {
      UpdateExpression: until
        ? 'SET #state = :state, reason = :reason, dueShard = :shard, dueAt = :until REMOVE leaseUntil, #work'
        : 'SET #state = :state, reason = :reason REMOVE leaseUntil, dueShard, dueAt, #work',
      // What is final has no dueAt: it is never revived.
      ConditionExpression: mayBeTaken,
      ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
      ExpressionAttributeValues: {
        ...takeable,
        ':state': until ? 'held' : 'suppressed',
        ':reason': reason,
        ':attempt': delivery.attempt,
        ':now': now.toISOString(),
        ...(until && { ':shard': dueShard, ':until': until.toISOString() }),
      },
    });

/** The first read counts; a later event changes nothing. */
const recordRead =
  (rows: Rows) =>
  (key: DeliveryKey, readAt: Date): Promise<Delivery | undefined> =>
    rows.update(keyOf(key), {
      UpdateExpression: 'SET #state = :read, readAt = :at',
      ConditionExpression: '#state = :accepted',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':read': 'read', ':accepted': 'accepted', ':at': readAt.toISOString() },
    });

const findByMessage =
  (rows: Rows) =>
  async (messageId: string): Promise<DeliveryKey | undefined> => {
    const query = {
      IndexName: 'message',
      KeyConditionExpression: 'messageId = :id',
      ExpressionAttributeValues: { ':id': messageId },
    };
    return (await rows.queryKeys(keySchema, query, 1)).at(0);
  };

const listOfPerson =
  (rows: Rows) =>
  async (recipient: string, day: string): Promise<readonly Delivery[]> => {
    const query = {
      IndexName: 'person',
      KeyConditionExpression: 'recipient = :recipient AND begins_with(daySubject, :day)',
      ExpressionAttributeValues: { ':recipient': recipient, ':day': `${day}#` },
    };
    const keys = await rows.queryKeys(keySchema, query, sweepLimit);
    const found = await Promise.all(keys.map((key) => rows.get(keyOf(key))));
    return found.filter((delivery) => delivery !== undefined);
  };

const listDue =
  (rows: Rows) =>
  (now: Date): Promise<readonly DueKey[]> =>
    rows.queryKeys(
      dueKeySchema,
      {
        IndexName: 'due',
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': dueShard, ':now': now.toISOString() },
      },
      sweepLimit,
    );

export type Deliveries = {
  readonly put: (row: DeliveryRow) => Promise<boolean>;
  readonly find: (key: DeliveryKey) => Promise<Delivery | undefined>;
  readonly claim: (delivery: Delivery, now: Date) => Promise<Delivery | undefined>;
  readonly recordAccepted: (delivery: Delivery, facts: AcceptedFacts) => Promise<Delivery | undefined>;
  readonly recordSetback: (delivery: Delivery, setback: Setback) => Promise<Delivery | undefined>;
  readonly setAside: (delivery: Delivery, how: SetAside) => Promise<Delivery | undefined>;
  readonly recordRead: (key: DeliveryKey, readAt: Date) => Promise<Delivery | undefined>;
  readonly findByMessage: (messageId: string) => Promise<DeliveryKey | undefined>;
  readonly listOfPerson: (recipient: string, day: string) => Promise<readonly Delivery[]>;
  readonly listOfSubject: (subject: string) => Promise<readonly Delivery[]>;
  /** The oldest first. */
  readonly listDue: (now: Date) => Promise<readonly DueKey[]>;
};

export const deliveries = (name: string): Deliveries => {
  const rows = table(name, deliverySchema);
  return {
    put: put(rows),
    find: (key) => rows.get(keyOf(key)),
    claim: claim(rows),
    recordAccepted: recordAccepted(rows),
    recordSetback: recordSetback(rows),
    setAside: setAside(rows),
    recordRead: recordRead(rows),
    findByMessage: findByMessage(rows),
    listOfPerson: listOfPerson(rows),
    listOfSubject: (subject) =>
      rows.query({
        KeyConditionExpression: 'subject = :subject',
        ExpressionAttributeValues: { ':subject': subject },
        ConsistentRead: true,
      }),
    listDue: listDue(rows),
  };
};
