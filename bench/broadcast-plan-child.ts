/**
 * `broadcast-plan-child.ts <count> <already>`: plans a post for so many people from its snapshot and prints what that took
 * as JSON. With `already` an invocation before it was stopped after about so many, and only what is left is measured.
 */
import { policies } from '../config/accounts/policies.ts';
import { postCards } from '../functions/broadcast/cards.ts';
import { planPeople } from '../functions/broadcast/plan-people.ts';
import { keepSnapshot } from '../shared/broadcasts/snapshot.ts';
import { contents } from '../shared/store/contents.ts';
import { deliveries } from '../shared/store/deliveries.ts';
import { benchPost } from './broadcast-post.ts';

const [count = 0, already = 0] = process.argv.slice(2).map(Number);
const rows = deliveries('zhida-bench-deliveries');
let tried = 0;
const stores = {
  contents: contents('zhida-bench-contents'),
  deliveries: {
    ...rows,
    put: (row: Parameters<typeof rows.put>[0]) => {
      tried += 1;
      return rows.put(row);
    },
  },
};

const members = Array.from({ length: count }, (_, index) => ({
  person: `on_${String(index).padStart(32, '0')}`,
  name: `同事${index}`,
  departments: ['营销中心', '营销一部', `营销一部${index % 40}组`],
}));
const snapshots = [...(await keepSnapshot(stores.contents)(benchPost, members, new Date()))];
members.length = 0;
const broadcast = { ...benchPost, snapshots, target: count };

const plan = (goOn: () => Promise<boolean>): Promise<boolean> =>
  planPeople(
    {
      ...stores,
      cards: postCards,
      broadcasts: { find: () => Promise.resolve(broadcast) },
      now: () => new Date(),
      // What the pace of a partition costs is the same for every row.
      sleep: () => Promise.resolve(),
    },
    { broadcast, account: policies, now: new Date(), goOn },
    snapshots,
  );

/** Bytes that are still needed. */
const needed = (): number => {
  if (!globalThis.gc) throw new Error('node runs without --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
};

if (already > 0 && (await plan(() => Promise.resolve(tried < already))))
  throw new Error('it was not stopped');
const before = tried;
const heapBefore = needed();
let heapMost = heapBefore;

type Spent = { readonly ms: number; readonly cpuMs: number };
/** Time of the clock, and of the processor: the engine and whoever else has the machine have their own. */
const spent = (): Spent => {
  const { user, system } = process.cpuUsage();
  return { ms: performance.now(), cpuMs: (user + system) / 1_000 };
};
const minus = (a: Spent, b: Spent): Spent => ({ ms: a.ms - b.ms, cpuMs: a.cpuMs - b.cpuMs });

let aside: Spent = { ms: 0, cpuMs: 0 };
/** At each look at the clock, every 400 rows; what looking takes isn't what planning takes. */
const look = (): Promise<boolean> => {
  const began = spent();
  heapMost = Math.max(heapMost, needed());
  aside = minus(aside, minus(began, spent()));
  return Promise.resolve(true);
};

const started = spent();
const isPlanned = await plan(look);
const took = minus(minus(spent(), started), aside);
if (!isPlanned) throw new Error('it was interrupted');
console.log(
  JSON.stringify({
    ...took,
    left: count - before,
    tried: tried - before,
    heapMb: (heapMost - heapBefore) / 2 ** 20,
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
