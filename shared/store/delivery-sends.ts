/** The writes of a first message: planned → claimed → accepted, or held, failed, suppressed. */
import type { AcceptedFacts, Delivery, DeliveryKey, SetAside, Setback } from './delivery.ts';
import { dueShardOf, keyOf, later, type Rows } from './delivery-key.ts';

/** HTTP timeout (10 s) + 15 s: the uuid makes an overlap of two senders harmless. */
export const postLeaseMs = 25_000;
/** The net looks after a row that nobody took this long after its stream was woken. */
export const unclaimedMs = 60_000;

/** Nobody holds it, it isn't final, and its time has come. */
const mayBeTaken =
  'attempt = :attempt AND (#state = :planned OR (#state = :claimed AND leaseUntil <= :now) OR ' +
  '(#state IN (:held, :failed) AND dueAt <= :now))';
const takeable = { ':planned': 'planned', ':claimed': 'claimed', ':held': 'held', ':failed': 'failed' };

/**
 * Pins the try before the request leaves. A row that somebody holds, that is final or that isn't due yet isn't taken.
 * What a lost try pinned stays pinned; otherwise what is wanted now is. `decidedBy` is recorded as given. A row of the bulk
 * lane stays where the drainer finds it, which saves two index writes.
 */
export const claim =
  (rows: Rows) =>
  (delivery: Delivery, now: Date): Promise<Delivery | undefined> => {
    const due = delivery.lane === 'bulk' ? '' : 'dueShard = :shard, dueAt = :until, ';
    return rows.update(keyOf(delivery), {
      UpdateExpression:
        `SET #state = :claimed, attempt = :next, leaseUntil = :until, ${due}` +
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
        ...(due && { ':shard': 'due' }),
      },
    });
  };

const acceptedExpression =
  'SET #state = :accepted, messageId = :messageId, chatId = :chatId, acceptedAt = :at, shown = sending';
const acceptedRemoves = 'leaseUntil, sending, firstTriedAt, tries, code, reason';

const dueAtNet = '#work = :work, dueShard = :shard, dueAt = :net';
const netValues = (at: Date) => ({ ':work': 'now', ':shard': 'due', ':net': later(at, unclaimedMs) });

/** Something newer is wanted by now: the row stays due, and `deliver` is woken for it. */
const acceptAndWake = (delivery: Delivery, values: Readonly<Record<string, unknown>>, at: Date) => ({
  UpdateExpression: `${acceptedExpression}, ${dueAtNet} REMOVE ${acceptedRemoves}`,
  ConditionExpression: '#state = :claimed AND attempt = :attempt AND generation = :generation',
  ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
  ExpressionAttributeValues: {
    ...values,
    ':attempt': delivery.attempt,
    ...netValues(at),
  },
});

/** A try has ended well of which the row doesn't know: it is on a screen now, and is refreshed where it shows too little. */
const recordLearnt = (
  rows: Rows,
  delivery: Delivery,
  { messageId, chatId, at, to, from }: AcceptedFacts & Learnt,
): Promise<Delivery | undefined> =>
  rows.update(keyOf(delivery), {
    UpdateExpression: `${acceptedExpression}, ${dueAtNet} REMOVE ${acceptedRemoves}`,
    ConditionExpression:
      `#state IN (${Object.keys(from).join(', ')}) AND attribute_exists(sending) AND ` +
      'attribute_not_exists(messageId) AND generation = :generation',
    ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
    ExpressionAttributeValues: {
      ...from,
      ...netValues(at),
      ...{ ':accepted': to, ':messageId': messageId, ':chatId': chatId ?? '' },
      ...{ ':at': at.toISOString(), ':generation': delivery.generation },
    },
  });
type Learnt = { readonly to: Delivery['state']; readonly from: Readonly<Record<string, string>> };
const whileConfirmed: Learnt = { to: 'confirmed', from: { ':confirmed': 'confirmed' } };
const whileTried: Learnt = {
  to: 'accepted',
  from: { ':claimed': 'claimed', ':held': 'held', ':failed': 'failed' },
};

/**
 * Its person clicks on it: it has arrived, whatever became of the answer to the try that sent it. Buttons of a forwarded copy
 * are dead (`enable_forward_interaction`, open.feishu.cn/document/feishu-cards/card-json-v2-structure). `undefined` when
 * nobody has tried it, or its message id is known.
 */
export const recordArrived =
  (rows: Rows) =>
  async (delivery: Delivery, facts: AcceptedFacts): Promise<Delivery | undefined> =>
    (await recordLearnt(rows, delivery, { ...facts, ...whileTried })) ??
    recordLearnt(rows, delivery, { ...facts, ...whileConfirmed });

/**
 * The state changes only under the try that was claimed. The message id is a fact: whoever learns it records it, lease
 * or no lease, so that a read event finds its row; a row that was put off or given up is looked at again.
 */
export const recordAccepted =
  (rows: Rows) =>
  async (delivery: Delivery, { messageId, chatId, at }: AcceptedFacts): Promise<Delivery | undefined> => {
    const facts = { ':messageId': messageId, ':chatId': chatId ?? '', ':generation': delivery.generation };
    const states = { ...facts, ':accepted': 'accepted', ':claimed': 'claimed', ':at': at.toISOString() };
    const done = await rows.update(keyOf(delivery), {
      UpdateExpression: `${acceptedExpression} REMOVE ${acceptedRemoves}, dueShard, dueAt`,
      ConditionExpression:
        '#state = :claimed AND attempt = :attempt AND generation = :generation AND wanted.version = :version',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ...states,
        ':attempt': delivery.attempt,
        ':version': delivery.sending?.version ?? 0,
      },
    });
    if (done) return done;
    const changed = await rows.update(keyOf(delivery), acceptAndWake(delivery, states, at));
    if (changed) return changed;
    // Its person was faster, on the page: their card says so in a moment.
    const late = await recordLearnt(rows, delivery, { messageId, chatId, at, ...whileConfirmed });
    if (late) return late;
    const known = await rows.update(keyOf(delivery), {
      UpdateExpression: 'SET messageId = :messageId, chatId = :chatId',
      ConditionExpression: 'attribute_not_exists(messageId) AND generation = :generation',
      ExpressionAttributeValues: facts,
    });
    if (known) await lookAgain(rows, known, at);
    return known;
  };

/** It has arrived although its row says otherwise: the next sweep finds the message id and says so. */
const lookAgain = async (rows: Rows, delivery: Delivery, now: Date): Promise<void> => {
  await rows.update(keyOf(delivery), {
    UpdateExpression: 'SET dueShard = :shard, dueAt = :now',
    ConditionExpression: '#state IN (:held, :failed)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':shard': 'due',
      ':now': now.toISOString(),
      ':held': 'held',
      ':failed': 'failed',
    },
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

export const recordSetback =
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
        ...(retryAt && { ':shard': dueShardOf(delivery), ':retryAt': retryAt.toISOString() }),
      },
    });
  };

/** Ends a delivery that nobody holds without sending it, or puts it off; `why` shows the reason. */
export const setAside =
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
        ...(until && { ':shard': dueShardOf(delivery), ':until': until.toISOString() }),
      },
    });

export type Resend = {
  /** `next` when the message may have arrived or is gone: a new uuid, so a second message is possible. */
  readonly generation: 'same' | 'next';
  readonly now: Date;
  /** Till when it is worth trying again. */
  readonly validUntil: Date;
};

/** An administrator wants a delivery tried again that failed for good; `undefined` when it didn't. */
export const retryFailed =
  (rows: Rows) =>
  async (key: DeliveryKey, { generation, now, validUntil }: Resend): Promise<Delivery | undefined> => {
    const delivery = await rows.get(keyOf(key));
    if (!delivery) return undefined;
    const gone = ['code', 'reason', 'tries', 'firstTriedAt', 'sending', 'leaseUntil'];
    if (generation === 'next') gone.push('messageId', 'shown', 'frozen');
    return rows.update(keyOf(key), {
      UpdateExpression:
        'SET #state = :planned, #work = :work, dueShard = :shard, dueAt = :net, validUntil = :until, ' +
        `generation = :generation REMOVE ${gone.join(', ')}`,
      ConditionExpression:
        '#state = :failed AND attribute_not_exists(dueAt) AND attempt = :attempt AND generation = :was',
      ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
      ExpressionAttributeValues: {
        ':planned': 'planned',
        ':failed': 'failed',
        ':work': delivery.lane === 'bulk' ? 'bulk' : 'now',
        ':shard': dueShardOf(delivery),
        ':net': delivery.lane === 'bulk' ? now.toISOString() : later(now, unclaimedMs),
        ':until': validUntil.toISOString(),
        ':attempt': delivery.attempt,
        ':was': delivery.generation,
        ':generation': delivery.generation + (generation === 'next' ? 1 : 0),
      },
    });
  };
