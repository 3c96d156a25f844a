import { setTimeout as wait } from 'node:timers/promises';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Pace, type Slots, slots } from '../../shared/delivery/slots.ts';
import { slotStore } from '../../shared/store/slots.ts';
import { localTables } from '../local.ts';

const tables = localTables();
const said: string[] = [];
beforeAll(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
});
afterAll(() => {
  vi.restoreAllMocks();
});

const container = (table = tables.name('ops')): Slots =>
  slots({ store: slotStore(table), now: Date.now, sleep: (ms) => wait(ms) });
const paceOf = (sender: string): Pace => ({ sender, api: 'create' });
/** Milliseconds until each of so many sends has its slot. */
const takeMany = async (mine: Slots, sender: string, count: number): Promise<readonly number[]> => {
  const began = performance.now();
  const takes = Array.from({ length: count }, async () => {
    await mine.take(paceOf(sender), 'digest');
    return performance.now() - began;
  });
  return Promise.all(takes);
};
const rowOf = async (id: string) => {
  const { Item } = await tables
    .documents()
    .send(new GetCommand({ TableName: tables.name('ops'), Key: { id } }));
  return Item as { revision?: number; ticks?: Uint8Array; pausedUntil?: number };
};

describe('containers of one app', () => {
  it('gather the sends in hand into one lease, and take turns: 40 of both in a second, never on one tick', async () => {
    const [first, second] = await Promise.all([
      takeMany(container(), 'gathered', 20),
      takeMany(container(), 'gathered', 20),
    ]);
    expect(Math.max(...first, ...second)).toBeGreaterThanOrEqual(900);
    expect(Math.max(...first, ...second)).toBeLessThan(4_000);
    const { revision } = await rowOf('slots#gathered#create');
    // 20 each: as long as both wait they halve what comes free.
    expect(revision).toBeLessThanOrEqual(6);
  });

  it('obey a pause that another one was told, at once and when it is longer', async () => {
    const told = container();
    const others = [container(), container()];
    for (const other of others) expect(await other.take(paceOf('paused'), 'urgent')).toBe(true);
    await told.pause(paceOf('paused'), 600);
    const began = performance.now();
    await Promise.all(others.map((other) => other.take(paceOf('paused'), 'urgent')));
    expect(performance.now() - began).toBeGreaterThanOrEqual(550);
    expect(performance.now() - began).toBeLessThan(1_500);
    await told.pause(paceOf('paused'), 60_000);
    await told.pause(paceOf('paused'), 1_000);
    for (const other of others) expect(await other.take(paceOf('paused'), 'urgent', 5_000)).toBe(false);
    // Another API, another app: their own limits.
    expect(await others[0]?.take({ sender: 'paused', api: 'patch' }, 'urgent', 0)).toBe(true);
    expect(await others[0]?.take(paceOf('another'), 'urgent', 0)).toBe(true);
  });

  it('hear of a pause within a second while they hold slots', async () => {
    const busy = container();
    const left: number[] = [];
    const work = async (): Promise<void> => {
      while (await busy.take(paceOf('busy'), 'bulk', 3_000)) left.push(performance.now());
    };
    const workers = Array.from({ length: 40 }, work);
    await wait(700);
    await container().pause(paceOf('busy'), 60_000);
    const stopped = performance.now();
    await Promise.all(workers);
    expect(left.length).toBeGreaterThanOrEqual(10);
    for (const at of left) expect(at - stopped).toBeLessThanOrEqual(1_000);
  });
});

describe('a slot', () => {
  it('that was not used in its time is lost: the send leases again and leaves in its new time', async () => {
    let late = 0;
    const wakesLate = slots({
      store: slotStore(tables.name('ops')),
      now: Date.now,
      sleep: async (ms) => {
        await wait(late === 0 ? ms + 300 : ms);
        late += 1;
      },
    });
    const pace = paceOf('late');
    await Promise.all(Array.from({ length: 12 }, () => wakesLate.take(pace, 'urgent')));
    expect(late).toBeGreaterThanOrEqual(1);
    const { revision } = await rowOf('slots#late#create');
    expect(revision).toBeGreaterThanOrEqual(2);
  });

  it('comes from a row that stays below one write unit in a full minute', async () => {
    const store = slotStore(tables.name('ops'));
    const of = paceOf('full-minute');
    const ticks = Array.from({ length: 990 }, (_, index) => 215_000_000_000 + Math.floor(index * 7.35));
    await store.write(of, 0, ticks);
    expect((await store.read(of)).ticks).toEqual(ticks);
    await store.pause(of, Date.now());
    const item = Object.entries(await rowOf('slots#full-minute#create'));
    const bytes = item.reduce(
      (sum, [name, value]) =>
        sum + name.length + (value instanceof Uint8Array ? value.length : String(value).length),
      0,
    );
    expect(bytes).toBeGreaterThan(900);
    expect(bytes).toBeLessThanOrEqual(1_024);
  });
});

describe('a table out of reach', () => {
  it('leaves each container its lane’s pace, says so once, and holds nobody back for ever', async () => {
    said.length = 0;
    const [first = 0, ...others] = (await takeMany(container('no-such-table'), 'cut-off', 5)).toSorted(
      (a, b) => a - b,
    );
    expect(first).toBeLessThan(2_000);
    // 20 a second.
    expect(Math.max(...others) - first).toBeGreaterThanOrEqual(4 * 45);
    const lines = said.filter((line) => line.includes('slots_unreachable'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"sender":"cut-off"');
  });
});
