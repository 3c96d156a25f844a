/**
 * What one delivery costs in write units of the ledger's table and its indexes, from plan to read, contents apart; and
 * how large its row gets, because above 1 KB every write would cost another unit.
 */
import { keepCard } from '../shared/delivery/keep-card.ts';
import { planBulk, planDelivery, type Wish } from '../shared/delivery/plan.ts';
import { sendDelivery, sendNow } from '../shared/delivery/send.ts';
import { card, deliveryElementId, markdown } from '../shared/feishu/cards.ts';
import type { Delivery } from '../shared/store/delivery.ts';
import { type BenchLedger, startLedger } from './ledger.ts';
import { compare, type Line } from './line.ts';
import type { Consumed } from './metered.ts';
import { digestWish } from './wish.ts';

type Way = {
  readonly lane: string;
  readonly aim: number;
  readonly send: (ledger: BenchLedger, wish: Wish) => Promise<unknown>;
};

const planned = async ({ out }: BenchLedger, wish: Wish): Promise<Delivery> => {
  const row = await out.deliveries.find(wish);
  if (!row) throw new Error(`${wish.subject} was not planned`);
  return row;
};

const ways: readonly Way[] = [
  { lane: 'now', aim: 7, send: ({ out }, wish) => sendNow(out.sending)(wish) },
  {
    lane: 'digest',
    aim: 8,
    send: async (ledger, wish) => {
      await planDelivery(ledger.out.deliveries)(wish, new Date());
      await sendDelivery(ledger.out.sending)(await planned(ledger, wish));
    },
  },
  {
    lane: 'bulk',
    aim: 8,
    send: async (ledger, wish) => {
      await planBulk(ledger.out.deliveries)(wish, new Date(), { wakes: false });
      await sendDelivery({ ...ledger.out.sending, lane: 'bulk' })(await planned(ledger, wish));
    },
  },
];

/**
 * Bytes of a row as DynamoDB counts them: names and texts in UTF-8, a map 3 and 1 for each member, a number about half
 * its digits. docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
const bytesOf = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value, 'utf8');
  if (typeof value === 'number') return Math.ceil(String(value).length / 2) + 1;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce(
    (sum, [name, part]) => sum + Buffer.byteLength(name) + bytesOf(part) + 1,
    3,
  );
};
/** A row is a map that costs nothing itself. */
const rowBytes = (row: Delivery): number => bytesOf(row) - 3 - Object.keys(row).length;

type Cost = { readonly units: number; readonly bytes: number };

const unitsIn = (consumed: readonly Consumed[]): number =>
  consumed.filter(({ table }) => table.endsWith('-deliveries')).reduce((sum, { units }) => sum + units, 0);

const costOf = async (ledger: BenchLedger, way: Way, recipient: string): Promise<Cost> => {
  const { deliveries, contents } = ledger.out;
  const subject = `digest:morning-${way.lane}:2026-11-23`;
  const id = deliveryElementId(subject, recipient);
  const header = { title: '晨报', colour: 'blue' } as const;
  const design = card({ id, summary: '晨报', header, elements: [markdown('正文')], footer: ['数据截至'] });
  const { hash } = await keepCard(contents)(design, { id });
  const wish = digestWish(recipient, hash, subject);
  ledger.meter.take();
  await way.send(ledger, wish);
  const sent = await planned(ledger, wish);
  if (!(await deliveries.recordRead(sent, new Date()))) throw new Error(`${subject} was not accepted`);
  const units = unitsIn(ledger.meter.take());
  return { units, bytes: rowBytes(await planned(ledger, wish)) };
};

const measure = async (ledger: BenchLedger, way: Way): Promise<readonly Line[]> => {
  const costs: Cost[] = [];
  for (const { unionId } of ledger.feishu.tenant.company.people.slice(0, 5)) {
    costs.push(await costOf(ledger, way, unionId));
  }
  const line = (unit: string, of: keyof Cost, aim: number): Line =>
    compare(
      unit,
      {
        name: `write-units:${way.lane}${of === 'bytes' ? ':row' : ''}`,
        values: costs.map((cost) => cost[of]),
      },
      { name: 'the aim', values: costs.map(() => aim) },
    );
  return [line('write units per delivery', 'units', way.aim), line('bytes', 'bytes', 1024)];
};

export const writeUnits = async (): Promise<readonly Line[]> => {
  const ledger = await startLedger('urgent');
  try {
    const lines: Line[] = [];
    for (const way of ways) lines.push(...(await measure(ledger, way)));
    return lines;
  } finally {
    await ledger.close();
  }
};
