import type { Ending } from '../../shared/delivery/send.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Deliveries, DueKey } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { HeldLease, Leases } from '../../shared/store/leases.ts';

export type DrainDeps = {
  readonly deliveries: Pick<Deliveries, 'listDue' | 'find'>;
  readonly send: (delivery: Delivery) => Promise<Ending>;
  readonly leases: Leases;
  /** Names this invocation among all that drain. */
  readonly holder: string;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long this invocation may go on beginning sends. */
  readonly workMs: number;
  /** Called now and then: writes down what a crash would lose. */
  readonly settle: () => Promise<void>;
};

export type Drained = {
  readonly sent: number;
  readonly others: number;
  readonly broken: number;
  /** 1 when there is more and the time is up: the next invocation goes on. */
  readonly handOver: number;
  /** 1 when somebody else drains, or took over. */
  readonly elsewhere: number;
};

const bulkTask = 'deliver-bulk';
const drainLeaseMs = 30_000;
const renewEveryMs = 10_000;
/** One lease of slots, so that a write of the limiter pays for all of them. */
const batchSize = 20;
/** While some wait for their answers there are always 20 that wait for the next lease. */
const inFlightMax = 80;
/** How soon the queue is looked at again while the last sends are on their way. */
const lookAgainMs = 1_000;
/** Longer than the claim of a drainer that died. */
const takenPauseMs = 30_000;

type Work = {
  readonly startedAt: number;
  readonly lease: HeldLease;
  renewedAt: number;
  isLost: boolean;
  /** What this invocation has begun, and when it may be looked at again. */
  readonly seen: Map<string, number>;
  readonly queue: DueKey[];
  readonly inFlight: Set<Promise<void>>;
  readonly counts: { sent: number; others: number; broken: number };
};

/** A row that was put off is due at another time: that is new work. */
const idOf = ({ subject, recipient, dueAt }: DueKey): string => `${subject}/${recipient}/${dueAt}`;

const keepLease = async ({ leases, now, settle }: DrainDeps, work: Work): Promise<boolean> => {
  if (now().getTime() - work.renewedAt < renewEveryMs) return !work.isLost;
  work.isLost ||= !(await leases.renew(work.lease, now(), drainLeaseMs));
  work.renewedAt = now().getTime();
  if (!work.isLost) await settle();
  return !work.isLost;
};

/** The oldest that are due and not begun; the index may still show what was sent a moment ago. */
const nextKeys = async ({ deliveries, now }: DrainDeps, work: Work): Promise<readonly DueKey[]> => {
  if (work.queue.length === 0) {
    const keys = await deliveries.listDue(now(), 'bulk');
    work.queue.push(...keys.filter((key) => (work.seen.get(idOf(key)) ?? 0) <= now().getTime()));
  }
  return work.queue.splice(0, batchSize);
};

const sendOne = async (deps: DrainDeps, work: Work, delivery: Delivery): Promise<Ending | 'broken'> => {
  try {
    // Somebody else drains: what has no claim yet is left to them.
    return work.isLost ? 'taken' : await deps.send(delivery);
  } catch (error) {
    log.error('delivery_broken', { subject: delivery.subject, ...errorFields(error) });
    return 'broken';
  }
};

const isWaiting = ({ dueShard, dueAt }: Delivery, now: Date): boolean =>
  dueShard === 'bulk' && dueAt !== undefined && Date.parse(dueAt) <= now.getTime();

type Found = { readonly key: DueKey; readonly row: Delivery };

const findRows = async (deps: DrainDeps, work: Work, keys: readonly DueKey[]): Promise<readonly Found[]> => {
  for (const key of keys) work.seen.set(idOf(key), Infinity);
  const rows = await Promise.all(keys.map((key) => deps.deliveries.find(key)));
  return keys.flatMap((key, index) => {
    const row = rows[index];
    return row && isWaiting(row, deps.now()) ? [{ key, row }] : [];
  });
};

const sendFound = async (deps: DrainDeps, work: Work, { key, row }: Found): Promise<void> => {
  const ending = await sendOne(deps, work, row);
  if (ending === 'taken') work.seen.set(idOf(key), deps.now().getTime() + takenPauseMs);
  work.counts[ending === 'accepted' ? 'sent' : ending === 'broken' ? 'broken' : 'others'] += 1;
};

const beginAll = async (deps: DrainDeps, work: Work, keys: readonly DueKey[]): Promise<void> => {
  for (const found of await findRows(deps, work, keys)) {
    const send: Promise<void> = sendFound(deps, work, found).finally(() => {
      work.inFlight.delete(send);
    });
    work.inFlight.add(send);
  }
};

const isTimeUp = ({ now, workMs }: DrainDeps, { startedAt }: Work): boolean =>
  now().getTime() - startedAt > workMs;

/** `true` when there is more to do. */
const drainWhileHeld = async (deps: DrainDeps, work: Work): Promise<boolean> => {
  while (await keepLease(deps, work)) {
    if (work.inFlight.size > inFlightMax - batchSize) {
      // A pause may be long: the lease is kept meanwhile.
      await Promise.race([...work.inFlight, deps.sleep(renewEveryMs)]);
      continue;
    }
    const keys = await nextKeys(deps, work);
    if (keys.length === 0 && work.inFlight.size === 0) return false;
    if (keys.length > 0 && isTimeUp(deps, work)) return true;
    await beginAll(deps, work, keys);
    // Somebody may still be planning.
    if (keys.length === 0) await Promise.race([Promise.all(work.inFlight), deps.sleep(lookAgainMs)]);
  }
  return false;
};

/**
 * Sends what waits in the bulk lane, the oldest first: one drainer at a time, by a lease that ends by itself when it
 * dies. Stop and pause are asked for each send, before and after its slot.
 */
export const drainBulk =
  (deps: DrainDeps) =>
  async (now: Date): Promise<Drained> => {
    const counts = { sent: 0, others: 0, broken: 0 };
    const queue = [...(await deps.deliveries.listDue(now, 'bulk'))];
    // Most minutes have nothing to send: they needn't write.
    if (queue.length === 0) return { ...counts, handOver: 0, elsewhere: 0 };
    const lease = await deps.leases.take({ task: bulkTask, holder: deps.holder }, now, drainLeaseMs);
    if (!lease) return { ...counts, handOver: 0, elsewhere: 1 };
    const work: Work = {
      startedAt: now.getTime(),
      lease,
      renewedAt: now.getTime(),
      isLost: false,
      seen: new Map(),
      queue,
      inFlight: new Set(),
      counts,
    };
    const handOver = await drainWhileHeld(deps, work).finally(() => Promise.all(work.inFlight));
    await deps.leases.release(lease, deps.now());
    return { ...counts, handOver: handOver ? 1 : 0, elsewhere: work.isLost ? 1 : 0 };
  };
