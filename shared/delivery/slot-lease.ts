import { errorFields, log } from '../log.ts';
import type { SlotStore } from '../store/slots.ts';
import { bookSlots, type Lane, leaseMax, slotAt } from './slot-log.ts';

/** A rate belongs to one API of one app. */
export type Pace = { readonly sender: string; readonly api: 'create' | 'patch' | 'urgent' };

/** Milliseconds since 1970: the slots one may use, or when to ask again. */
export type Lease =
  | { readonly slots: readonly number[] }
  | { readonly slots: undefined; readonly retryAt: number };

export type LeaseDeps = {
  readonly store: SlotStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1; tests seed it. */
  readonly random: () => number;
};

/** Somebody else wrote first: each time somebody succeeds, so ten containers at once need ten rounds at most. */
const maxRounds = 12;
/** While the table can't be reached it is asked again this often. */
const outageMs = 10_000;
/** The pace of one container that can't know of the others. */
const localPerSecond: Readonly<Record<Lane, number>> = { urgent: 8, digest: 20, bulk: 12 };

type Ask = (pace: Pace, lane: Lane, count: number) => Promise<Lease>;

/** `undefined`: somebody else wrote first. A pause that came meanwhile holds what was just leased, too. */
const leaseOnce = async (
  { store, now }: LeaseDeps,
  pace: Pace,
  request: { lane: Lane; count: number },
): Promise<Lease | undefined> => {
  const row = await store.read(pace);
  if (row.pausedUntil > now()) return { slots: undefined, retryAt: row.pausedUntil };
  const booking = bookSlots(row.ticks, request, now());
  if (!booking.ticks) return { slots: undefined, retryAt: booking.retryAt };
  const written = await store.write(pace, row.revision, booking.log);
  if (!written) return undefined;
  if (written.pausedUntil > now()) return { slots: undefined, retryAt: written.pausedUntil };
  return { slots: booking.ticks.map(slotAt) };
};

const leaseShared =
  (deps: LeaseDeps): ((...asked: Parameters<Ask>) => Promise<Lease | undefined>) =>
  async (pace, lane, count) => {
    for (let round = 0; round < maxRounds; round += 1) {
      const lease = await leaseOnce(deps, pace, { lane, count: Math.min(count, leaseMax) });
      if (lease) return lease;
      await deps.sleep(deps.random() * Math.min(5 * 2 ** round, 100));
    }
    return undefined;
  };

/** One slot at a time, at the lane's own pace. */
const leaseLocally = ({ now }: LeaseDeps): Ask => {
  const nextAt = new Map<string, number>();
  return ({ sender, api }, lane) => {
    const key = `${sender} ${api} ${lane}`;
    const at = Math.max(now(), nextAt.get(key) ?? 0);
    nextAt.set(key, at + 1000 / localPerSecond[lane]);
    return Promise.resolve({ slots: [at] });
  };
};

/**
 * Slots for up to 20 sends in hand by one conditional write. Never throws and never holds sends back for ever: out of
 * the table's reach a container keeps to its lane's pace by itself.
 */
export const leaseSlots = (deps: LeaseDeps): Ask => {
  const shared = leaseShared(deps);
  const locally = leaseLocally(deps);
  let outageUntil = 0;
  return async (pace, lane, count) => {
    if (deps.now() < outageUntil) return locally(pace, lane, count);
    try {
      const lease = await shared(pace, lane, count);
      if (lease) return lease;
      log.warn('slots_crowded', { ...pace, lane });
    } catch (error) {
      outageUntil = deps.now() + outageMs;
      log.error('slots_unreachable', { ...pace, lane, ...errorFields(error) });
    }
    return locally(pace, lane, count);
  };
};
