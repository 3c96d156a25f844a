/** `broadcast-plan-child.ts <count>`: plans a post for so many people from its snapshot, then prints `{ ms, peakMb, heapMb }`. */
import { policies } from '../config/accounts/policies.ts';
import { postCards } from '../functions/broadcast/cards.ts';
import { planPeople } from '../functions/broadcast/plan-people.ts';
import { keepSnapshot } from '../shared/broadcasts/snapshot.ts';
import { contents } from '../shared/store/contents.ts';
import { deliveries } from '../shared/store/deliveries.ts';
import { benchPost } from './broadcast-post.ts';

const count = Number(process.argv[2]);
const stores = {
  contents: contents('zhida-bench-contents'),
  deliveries: deliveries('zhida-bench-deliveries'),
};

const members = Array.from({ length: count }, (_, index) => ({
  person: `on_${String(index).padStart(32, '0')}`,
  name: `同事${index}`,
  departments: ['营销中心', '营销一部', `营销一部${index % 40}组`],
}));
const snapshots = [...(await keepSnapshot(stores.contents)(benchPost, members, new Date()))];
members.length = 0;
const broadcast = { ...benchPost, snapshots, target: count };

const started = performance.now();
const isPlanned = await planPeople(
  {
    ...stores,
    cards: postCards,
    broadcasts: { find: () => Promise.resolve(broadcast) },
    now: () => new Date(),
    // What the pace of a partition costs is the same for every row.
    sleep: () => Promise.resolve(),
  },
  { broadcast, account: policies, now: new Date(), goOn: () => Promise.resolve(true) },
  snapshots,
);
const ms = performance.now() - started;
if (!isPlanned) throw new Error('it was interrupted');
console.log(JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 }));
