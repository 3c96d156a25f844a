/**
 * The ledger: one row per (subject, recipient), what is wanted and what is shown.
 *
 * Access patterns
 *  put if absent                      whoever plans
 *  get / claim / record by key        whoever sends (delivery-sends) or refreshes (delivery-refreshes)
 *  all of a subject                   reports, the identity target = Σ states
 *  who has a row of a subject         whoever goes on planning after a crash
 *  by message id                      index `message`: a read event names only the message
 *  a person's day                     index `person`: recipient + day#subject (今日, 为什么没收到, why)
 *  due                                index `due`: only while claimed, held, to be retried or to be refreshed; shard `bulk`
 *                                     is the queue of the drainer
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
import { type Answers, guardClick, recordShown } from './delivery-answers.ts';
import { dismiss, type Exclusions, exclude, readmit, reinstate } from './delivery-exclusions.ts';
import { type DueShard, keyOf, type Rows } from './delivery-key.ts';
import { claimBuzz, type Marks, recordPinned, releaseBuzz } from './delivery-marks.ts';
import { type Reactions, recordConfirmed, recordOpened, recordRead } from './delivery-reads.ts';
import {
  claimRefresh,
  putOffRefresh,
  type Refreshes,
  recordRefreshed,
  recordRefreshSetback,
  want,
} from './delivery-refreshes.ts';
import {
  claim,
  type Resend,
  recordAccepted,
  recordArrived,
  recordSetback,
  retryFailed,
  setAside,
} from './delivery-sends.ts';
import { table } from './table.ts';

const keySchema = z.object({ subject: z.string(), recipient: z.string() });
const dueKeySchema = keySchema.extend({ dueAt: z.string() });
export type DueKey = z.output<typeof dueKeySchema>;

const sweepLimit = 200;

const put =
  (rows: Rows) =>
  (row: DeliveryRow): Promise<boolean> =>
    rows.put({ ...row }, { ConditionExpression: 'attribute_not_exists(subject)' });

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

const ofSubject = (subject: string) => ({
  KeyConditionExpression: 'subject = :subject',
  ExpressionAttributeValues: { ':subject': subject },
  ConsistentRead: true,
});

const listRecipients =
  (rows: Rows) =>
  async (subject: string): Promise<readonly string[]> => {
    const query = { ...ofSubject(subject), ProjectionExpression: 'recipient' };
    const keys = await rows.queryKeys(keySchema.pick({ recipient: true }), query, Infinity);
    return keys.map(({ recipient }) => recipient);
  };

const listOfPerson =
  (rows: Rows) =>
  async (recipient: string, day: string, through = day): Promise<readonly Delivery[]> => {
    const query = {
      IndexName: 'person',
      KeyConditionExpression: 'recipient = :recipient AND daySubject BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':recipient': recipient,
        ':from': `${day}#`,
        ':to': `${through}#\u{10ffff}`,
      },
    };
    const keys = await rows.queryKeys(keySchema, query, sweepLimit);
    const found = await Promise.all(keys.map((key) => rows.get(keyOf(key))));
    return found.filter((delivery) => delivery !== undefined);
  };

const listDue =
  (rows: Rows) =>
  (now: Date, shard: DueShard = 'due'): Promise<readonly DueKey[]> =>
    rows.queryKeys(
      dueKeySchema,
      {
        IndexName: 'due',
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': shard, ':now': now.toISOString() },
      },
      sweepLimit,
    );

export type Deliveries = Refreshes &
  Answers &
  Marks &
  Exclusions &
  Reactions & {
    readonly put: (row: DeliveryRow) => Promise<boolean>;
    readonly find: (key: DeliveryKey) => Promise<Delivery | undefined>;
    readonly claim: (delivery: Delivery, now: Date) => Promise<Delivery | undefined>;
    readonly recordAccepted: (delivery: Delivery, facts: AcceptedFacts) => Promise<Delivery | undefined>;
    /** Learnt from a click on it. */
    readonly recordArrived: (delivery: Delivery, facts: AcceptedFacts) => Promise<Delivery | undefined>;
    readonly recordSetback: (delivery: Delivery, setback: Setback) => Promise<Delivery | undefined>;
    readonly setAside: (delivery: Delivery, how: SetAside) => Promise<Delivery | undefined>;
    readonly retryFailed: (key: DeliveryKey, how: Resend) => Promise<Delivery | undefined>;
    readonly findByMessage: (messageId: string) => Promise<DeliveryKey | undefined>;
    /** Of one day, or of all from it `through` another. */
    readonly listOfPerson: (recipient: string, day: string, through?: string) => Promise<readonly Delivery[]>;
    readonly listOfSubject: (subject: string) => Promise<readonly Delivery[]>;
    /** Who has a row: ten thousand names fit where ten thousand rows don't. */
    readonly listRecipients: (subject: string) => Promise<readonly string[]>;
    /** The oldest first. */
    readonly listDue: (now: Date, shard?: DueShard) => Promise<readonly DueKey[]>;
  };

export const deliveries = (name: string): Deliveries => {
  const rows = table(name, deliverySchema);
  return {
    put: put(rows),
    find: (key) => rows.get(keyOf(key)),
    claim: claim(rows),
    recordAccepted: recordAccepted(rows),
    recordArrived: recordArrived(rows),
    recordSetback: recordSetback(rows),
    setAside: setAside(rows),
    retryFailed: retryFailed(rows),
    want: want(rows),
    claimRefresh: claimRefresh(rows),
    recordRefreshed: recordRefreshed(rows),
    recordRefreshSetback: recordRefreshSetback(rows),
    putOffRefresh: putOffRefresh(rows),
    recordShown: recordShown(rows),
    guardClick: guardClick(rows),
    claimBuzz: claimBuzz(rows),
    recordPinned: recordPinned(rows),
    releaseBuzz: releaseBuzz(rows),
    recordRead: recordRead(rows),
    recordOpened: recordOpened(rows),
    recordConfirmed: recordConfirmed(rows),
    exclude: exclude(rows),
    dismiss: dismiss(rows),
    readmit: readmit(rows),
    reinstate: reinstate(rows),
    findByMessage: findByMessage(rows),
    listOfPerson: listOfPerson(rows),
    listOfSubject: (subject) => rows.query(ofSubject(subject)),
    listRecipients: listRecipients(rows),
    listDue: listDue(rows),
  };
};
