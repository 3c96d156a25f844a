/**
 * The writes of a message that is on a screen: what is wanted changes, a refresh closes the difference. Its state stays
 * what it is (accepted, read, confirmed); a refresh is a lease beside it.
 */
import type { Delivery } from './delivery.ts';
import { keyOf, later, type Rows } from './delivery-key.ts';
import { unclaimedMs } from './delivery-sends.ts';

/**
 * HTTP timeout (10 s) + 2 × 90 s of clock skew: a PATCH has no sequence, so two at once may land in either order, and
 * nobody starts one while another may be on its way.
 */
export const patchLeaseMs = 190_000;
/** A card that is updated within 3 s of the answer to its click goes back to what it was. */
export const clickGuardMs = 3_000;

const shownStates = ['accepted', 'read', 'confirmed'];
export const isShown = ({ state, messageId }: Pick<Delivery, 'state' | 'messageId'>): boolean =>
  messageId !== undefined && shownStates.includes(state);

export const onScreen = '#state IN (:accepted, :read, :confirmed)';
export const onScreenValues = { ':accepted': 'accepted', ':read': 'read', ':confirmed': 'confirmed' };

export type Want = { readonly hash: string; readonly final?: boolean | undefined; readonly now: Date };

/** `deliver` is woken for what is on a screen and can change. */
const wakes = {
  set: ', #work = :work, dueShard = if_not_exists(dueShard, :shard), dueAt = if_not_exists(dueAt, :net)',
  names: { '#work': 'work' },
  values: (now: Date) => ({ ':work': 'now', ':shard': 'due', ':net': later(now, unclaimedMs) }),
};

/** The next version of what should be shown. Under the row as it was read: `undefined` when it has changed since. */
export const want =
  (rows: Rows) =>
  (delivery: Delivery, { hash, final, now }: Want): Promise<Delivery | undefined> => {
    const mayChange = isShown(delivery) && delivery.frozen === undefined;
    const before = delivery.wanted?.version ?? 0;
    return rows.update(keyOf(delivery), {
      UpdateExpression: `SET wanted = :wanted${mayChange ? wakes.set : ''}`,
      ConditionExpression: '#state = :state AND wanted.version = :before',
      ExpressionAttributeNames: { '#state': 'state', ...(mayChange && wakes.names) },
      ExpressionAttributeValues: {
        ':state': delivery.state,
        ':before': before,
        ':wanted': { version: before + 1, hash, ...(final && { final }) },
        ...(mayChange && wakes.values(now)),
      },
    });
  };

/** Pins the refresh. Taking over a dead lease leaves the row unsettled: the dead one's PATCH may still land. */
export const claimRefresh =
  (rows: Rows) =>
  (delivery: Delivery, now: Date): Promise<Delivery | undefined> => {
    const isTakeover = delivery.leaseUntil !== undefined;
    return rows.update(keyOf(delivery), {
      UpdateExpression:
        'SET attempt = :next, leaseUntil = :until, dueShard = :shard, dueAt = :until, sending = wanted' +
        `${isTakeover ? ', unsettled = :true' : ''} REMOVE #work`,
      ConditionExpression:
        `attempt = :attempt AND ${onScreen} AND attribute_not_exists(frozen) AND ` +
        '(attribute_not_exists(leaseUntil) OR leaseUntil <= :now)',
      ExpressionAttributeNames: { '#state': 'state', '#work': 'work' },
      ExpressionAttributeValues: {
        ...onScreenValues,
        ':attempt': delivery.attempt,
        ':next': delivery.attempt + 1,
        ':now': now.toISOString(),
        ':until': later(now, patchLeaseMs),
        ':shard': 'due',
        ...(isTakeover && { ':true': true }),
      },
    });
  };

type Due = { readonly confirmAt: string | undefined; readonly isLatest: boolean; readonly now: Date };

/** When the row wants somebody again: at once when something newer is wanted, else for its repeat, else never. */
const dueExpression = ({ confirmAt, isLatest, now }: Due): { set: string; remove: string; at?: string } => {
  const at = isLatest ? confirmAt : now.toISOString();
  if (at === undefined) return { set: '', remove: ', dueShard, dueAt, #work, confirmAt' };
  const remove = isLatest ? ', #work' : '';
  const set = ', dueShard = :shard, dueAt = :at';
  if (confirmAt === undefined) return { set, remove: `${remove}, confirmAt`, at };
  return { set: `${set}, confirmAt = :confirmAt`, remove, at };
};

/** A repeat that was due when this claim began is made by it; one that a setback put off stays due. */
const openConfirm = ({ confirmAt, leaseUntil }: Delivery): string | undefined => {
  const claimedMs = leaseUntil === undefined ? Infinity : Date.parse(leaseUntil) - patchLeaseMs;
  return confirmAt !== undefined && Date.parse(confirmAt) > claimedMs ? confirmAt : undefined;
};

/**
 * A PATCH was accepted: it is what is shown. When an older one may still be on its way, the same is sent once more one
 * lease later. `undefined` when somebody has taken the row over.
 */
export const recordRefreshed =
  (rows: Rows) =>
  async (delivery: Delivery, { at, mayLandLater }: Refreshed): Promise<Delivery | undefined> => {
    const isUnsettled = mayLandLater || delivery.unsettled === true;
    const confirmAt = isUnsettled ? later(at, patchLeaseMs) : openConfirm(delivery);
    const write = (isLatest: boolean): Promise<Delivery | undefined> => {
      const due = dueExpression({ confirmAt, isLatest, now: at });
      return rows.update(keyOf(delivery), {
        UpdateExpression: `SET shown = sending${due.set} REMOVE leaseUntil, sending, unsettled, tries, code${due.remove}`,
        ConditionExpression: `attempt = :attempt AND wanted.version ${isLatest ? '=' : '<>'} :version`,
        ...(due.remove.includes('#work') && { ExpressionAttributeNames: { '#work': 'work' } }),
        ExpressionAttributeValues: {
          ':attempt': delivery.attempt,
          ':version': delivery.sending?.version ?? 0,
          ...(due.at !== undefined && { ':shard': 'due', ':at': due.at }),
          ...(due.at !== undefined && confirmAt !== undefined && { ':confirmAt': confirmAt }),
        },
      });
    };
    return (await write(true)) ?? write(false);
  };
type Refreshed = {
  readonly at: Date /** A try of this claim ended without an answer. */;
  readonly mayLandLater: boolean;
};

export type RefreshSetback = {
  readonly code: string;
  /** Absent: what is shown can't change any more. */
  readonly retryAt?: Date | undefined;
  /** It waits for an administrator, which uses up no try. */
  readonly held?: boolean;
  readonly mayLandLater: boolean;
};

export const recordRefreshSetback =
  (rows: Rows) =>
  (
    delivery: Delivery,
    { code, retryAt, held = false, mayLandLater }: RefreshSetback,
  ): Promise<Delivery | undefined> => {
    const set = ['code = :code', 'tries = if_not_exists(tries, :zero) + :one'];
    if (mayLandLater) set.push('unsettled = :true');
    set.push(...(retryAt ? ['dueShard = :shard', 'dueAt = :retryAt'] : ['frozen = :code']));
    return rows.update(keyOf(delivery), {
      UpdateExpression: `SET ${set.join(', ')} REMOVE leaseUntil, sending${retryAt ? '' : ', dueShard, dueAt, confirmAt'}`,
      ConditionExpression: 'attempt = :attempt',
      ExpressionAttributeValues: {
        ':code': code,
        ':zero': 0,
        ':one': held ? 0 : 1,
        ':attempt': delivery.attempt,
        ...(mayLandLater && { ':true': true }),
        ...(retryAt && { ':shard': 'due', ':retryAt': retryAt.toISOString() }),
      },
    });
  };

/** Nobody holds it, and it may not change now: with `until` it is looked at again then, without it waits for the next want. */
export const putOffRefresh =
  (rows: Rows) =>
  (
    delivery: Delivery,
    { now, until }: { now: Date; until?: Date | undefined },
  ): Promise<Delivery | undefined> =>
    rows.update(keyOf(delivery), {
      UpdateExpression: until
        ? 'SET dueShard = :shard, dueAt = :until REMOVE #work'
        : 'REMOVE dueShard, dueAt, #work',
      ConditionExpression:
        'attempt = :attempt AND wanted.version = :version AND (attribute_not_exists(leaseUntil) OR leaseUntil <= :now)',
      ExpressionAttributeNames: { '#work': 'work' },
      ExpressionAttributeValues: {
        ':attempt': delivery.attempt,
        ':version': delivery.wanted?.version ?? 0,
        ':now': now.toISOString(),
        ...(until && { ':shard': 'due', ':until': until.toISOString() }),
      },
    });

export type Refreshes = {
  readonly want: (delivery: Delivery, want: Want) => Promise<Delivery | undefined>;
  readonly claimRefresh: (delivery: Delivery, now: Date) => Promise<Delivery | undefined>;
  readonly recordRefreshed: (delivery: Delivery, refreshed: Refreshed) => Promise<Delivery | undefined>;
  readonly recordRefreshSetback: (
    delivery: Delivery,
    setback: RefreshSetback,
  ) => Promise<Delivery | undefined>;
  readonly putOffRefresh: (
    delivery: Delivery,
    how: { now: Date; until?: Date | undefined },
  ) => Promise<Delivery | undefined>;
};
