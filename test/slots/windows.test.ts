import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Lane, type Pace, type Slots, slots } from '../../shared/delivery/slots.ts';
import { type SlotStore, slotStore } from '../../shared/store/slots.ts';
import { createRates } from '../../simulator/feishu/rate.ts';
import { Refusal } from '../../simulator/feishu/refusal.ts';
import { defaultSwitches, type Switches } from '../../simulator/feishu/switches.ts';
import { localTables } from '../local.ts';
import { seeded, type VirtualTime, virtualTime } from './virtual-time.ts';

const tables = localTables();
beforeAll(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => {
  vi.restoreAllMocks();
});

const start = Date.parse('2026-11-23T00:47:00.000Z');
/** Two of the limiter's minutes. */
const lengthMs = 2 * 60_600;
/** Between a slot and the arrival at Feishu. */
const jitterMs = 150;

type Arrival = {
  readonly at: number;
  readonly lane: Lane;
  readonly waitedMs: number;
  readonly taken: boolean;
};
type World = VirtualTime & {
  readonly random: () => number;
  readonly arrivals: Arrival[];
  readonly writes: Record<Lane, { tried: number; done: number }>;
  /** One container: it knows of the others only through the table, which answers within 2 to 16 ms. */
  readonly container: (lane: Lane) => { readonly send: () => Promise<void> };
};

type How = { readonly rateWindow: Switches['rateWindow']; readonly row: (container: number) => string };

const startWorld = ({ rateWindow, row }: How): World => {
  let containers = 0;
  const time = virtualTime(start);
  const random = seeded(rateWindow.length);
  const rates = createRates(time.now, () => ({ ...defaultSwitches, rateWindow }));
  const arrivals: Arrival[] = [];
  const none = () => ({ tried: 0, done: 0 });
  const writes = { urgent: none(), digest: none(), bulk: none() };
  const storeFor = (lane: Lane): SlotStore => {
    const store = slotStore(tables.name('ops'));
    const slow = async <T>(call: () => Promise<T>): Promise<T> => {
      await time.sleep(1 + random() * 7);
      const answer = await time.hold(call());
      await time.sleep(1 + random() * 7);
      return answer;
    };
    return {
      read: (of) => slow(() => store.read(of)),
      pause: (of, until) => slow(() => store.pause(of, until)),
      write: async (...given) => {
        writes[lane].tried += 1;
        const written = await slow(() => store.write(...given));
        if (written) writes[lane].done += 1;
        return written;
      },
    };
  };
  const arrive = async (
    mine: Slots,
    pace: Pace,
    { lane, waitedMs }: Pick<Arrival, 'lane' | 'waitedMs'>,
  ): Promise<void> => {
    await time.sleep(random() * jitterMs);
    try {
      rates.spendApi('cli_a1zhida00000001', 'POST /open-apis/im/v1/messages');
      arrivals.push({ at: time.now(), lane, waitedMs, taken: true });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      arrivals.push({ at: time.now(), lane, waitedMs, taken: false });
      await mine.pause(pace, 1000);
    }
  };
  const container: World['container'] = (lane) => {
    const mine = slots({ store: storeFor(lane), now: time.now, sleep: time.sleep, random });
    const pace: Pace = { sender: row((containers += 1)), api: 'create' };
    return {
      send: async () => {
        const asked = time.now();
        await mine.take(pace, lane);
        await arrive(mine, pace, { lane, waitedMs: time.now() - asked });
      },
    };
  };
  return { ...time, random, arrivals, writes, container };
};

/** A broadcast that has always more to send, as the one drainer sends it: 60 in hand. */
const broadcast = (world: World): void => {
  const { send } = world.container('bulk');
  const work = async (): Promise<void> => {
    for (;;) await send();
  };
  for (let hand = 0; hand < 60; hand += 1) void work();
};

/** Two digests of 60 people, each from a container of its own. */
const digests = (world: World): void => {
  const release = async (atMs: number): Promise<void> => {
    const { send } = world.container('digest');
    await world.sleep(atMs);
    for (let person = 0; person < 60; person += 1) void send();
  };
  void release(20_000);
  void release(83_000);
};

/** Answers and alerts: three containers, every 2 s each on the average. */
const urgent = (world: World): void => {
  const work = async (): Promise<void> => {
    const { send } = world.container('urgent');
    for (;;) {
      await world.sleep(-Math.log(1 - world.random()) * 2_000);
      void send();
    }
  };
  for (let container = 0; container < 3; container += 1) void work();
};

const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b).at(Math.floor((values.length - 1) * part)) ?? Number.NaN;

/**
 * The safe rate: with more bulk than can be sent, what bulk stops at, 900 in any 60.6 s of the 990 that all lanes
 * together may have.
 */
const safe = (900 * lengthMs) / 60_600;

describe.each(['fixed', 'shifted', 'sliding', 'bucket'] as const)('a window that is %s', (rateWindow) => {
  it('refuses next to nothing of five containers at the safe rate; urgent sends pass; a write is worth 20 of bulk', async () => {
    const world = startWorld({ rateWindow, row: () => rateWindow });
    broadcast(world);
    digests(world);
    urgent(world);
    await world.runUntil(start + lengthMs);
    const of = (lane: Lane): readonly Arrival[] => world.arrivals.filter((each) => each.lane === lane);
    const refused = world.arrivals.filter(({ taken }) => !taken).length;
    expect(refused / world.arrivals.length).toBeLessThanOrEqual(0.001);
    expect(world.arrivals.length - refused).toBeGreaterThanOrEqual(0.95 * safe);
    const waits = of('urgent').map(({ waitedMs }) => waitedMs);
    expect(waits.length).toBeGreaterThan(100);
    expect(percentile(waits, 0.95)).toBeLessThanOrEqual(150);
    expect(of('digest')).toHaveLength(120);
    const { bulk } = world.writes;
    // Its last leases may still be on their way.
    expect(20 * bulk.done).toBeLessThanOrEqual(of('bulk').length + 40);
    // A write that met another one is repeated, which is rare.
    expect(bulk.tried / bulk.done).toBeLessThanOrEqual(1.1);
    expect(world.writes.urgent.done).toBeLessThanOrEqual(waits.length + 3);
  });
});

it('would refuse containers that don’t share their log', async () => {
  const world = startWorld({ rateWindow: 'sliding', row: (container) => `alone-${container}` });
  broadcast(world);
  broadcast(world);
  urgent(world);
  await world.runUntil(start + 15_000);
  const refused = world.arrivals.filter(({ taken }) => !taken).length;
  expect(refused / world.arrivals.length).toBeGreaterThan(0.01);
});
