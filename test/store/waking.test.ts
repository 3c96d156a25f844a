import { beforeAll, expect, it } from 'vitest';
import { planBulk, planForDeliver, type Wish } from '../../shared/delivery/plan.ts';
import { type Deliveries, deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { type Inbox, inbox } from '../../shared/store/inbox.ts';
import { type Metrics, metrics } from '../../shared/store/metrics.ts';
import { type PutReceipt, putReceiptTo } from '../../shared/store/put-receipt.ts';
import { localTables } from '../local.ts';
import { recordsOf } from './records.ts';

const tables = localTables();
const now = new Date('2026-11-23T00:47:00.000Z');

let ledger: Deliveries;
let receipts: Inbox;
let points: Metrics;
let put: PutReceipt;
let count = 0;
beforeAll(() => {
  ledger = deliveries(tables.name('deliveries'));
  receipts = inbox(tables.name('inbox'));
  points = metrics(tables.name('metrics'));
  put = putReceiptTo(tables.name('inbox'));
});

/** How many records a write makes that a mapping of a function lets through: those whose row has `work`. */
const wakes = async (table: string, write: () => Promise<unknown>): Promise<number> => {
  const seen = async (): Promise<number> => {
    const records = await recordsOf(tables.endpoint(), tables.name(table));
    return records.filter(({ dynamodb }) => JSON.stringify(dynamodb['NewImage'] ?? {}).includes('"work"'))
      .length;
  };
  const before = await seen();
  await write();
  return (await seen()) - before;
};

const wish = (): Wish => ({
  subject: `notice:wake-${(count += 1)}`,
  recipient: 'on_lin',
  sender: 'zhida',
  receiveIdType: 'union_id',
  receiveId: 'on_lin',
  hash: 'hash-1',
  eventAt: now,
});
const must = (row: Delivery | undefined): Delivery => {
  if (!row) throw new Error('the condition did not hold');
  return row;
};
const planned = async (): Promise<Delivery> => {
  const wished = wish();
  await planForDeliver(ledger)(wished, now);
  return must(await ledger.find(wished));
};
const claimed = async (): Promise<Delivery> => must(await ledger.claim(await planned(), now));
const shown = async (): Promise<Delivery> => {
  const facts = { messageId: `om_${(count += 1)}`, chatId: 'oc_1', at: now };
  return must(await ledger.recordAccepted(await claimed(), facts));
};
const receipt = () => ({
  id: `feishu:app#wake-${(count += 1)}`,
  source: 'feishu',
  sender: 'zhida',
  eventType: 'im.message.receive_v1',
  work: 'event',
  receivedAt: now.toISOString(),
  eventAt: now.toISOString(),
  body: 'c2VhbGVk',
});
const point = {
  source: 'bi',
  metric: 'paid',
  dims: {},
  at: '2026-11-22',
  value: '1',
  unit: 'CNY_FEN',
} as const;

it('a new receipt wakes once, and one that comes twice no second time', async () => {
  const row = receipt();
  expect(await wakes('inbox', () => put(row))).toBe(1);
  expect(await wakes('inbox', () => put(row))).toBe(0);
});

it('a receipt that is replayed wakes again', async () => {
  const row = receipt();
  await put(row);
  const taken = await receipts.take(row.id, now);
  if (!taken) throw new Error('a new receipt is taken by the first who asks');
  await receipts.bury(taken, 'invalid_event');
  expect(await wakes('inbox', () => receipts.replay(row.id, now))).toBe(1);
});

it('a delivery for deliver wakes when it is planned; nobody is woken by its claim', async () => {
  const wished = wish();
  expect(await wakes('deliveries', () => planForDeliver(ledger)(wished, now))).toBe(1);
  const row = must(await ledger.find(wished));
  expect(await wakes('deliveries', () => ledger.claim(row, now))).toBe(0);
});

it('of a bulk plan only the last row wakes', async () => {
  expect(await wakes('deliveries', () => planBulk(ledger)(wish(), now, { wakes: false }))).toBe(0);
  expect(await wakes('deliveries', () => planBulk(ledger)(wish(), now, { wakes: true }))).toBe(1);
});

it('another content wakes, also when the one before it has not been sent yet', async () => {
  const row = await shown();
  expect(await wakes('deliveries', () => ledger.want(row, { hash: 'hash-2', now }))).toBe(1);
  const wanted = must(await ledger.find(row));
  expect(await wakes('deliveries', () => ledger.want(wanted, { hash: 'hash-3', now }))).toBe(1);
});

it('a failed delivery that is tried again wakes', async () => {
  const row = must(await ledger.recordSetback(await claimed(), { code: '230013' }));
  const how = { generation: 'same', now, validUntil: new Date(now.getTime() + 3_600_000) } as const;
  expect(await wakes('deliveries', () => ledger.retryFailed(row, how))).toBe(1);
});

it('a point wakes, its correction too, and the same again does not', async () => {
  const at = (asOf: string) => () => points.recordPoint({ ...point, asOf }, now);
  expect(await wakes('metrics', at('2026-11-22T22:00:00.000Z'))).toBe(1);
  expect(await wakes('metrics', at('2026-11-22T23:00:00.000Z'))).toBe(1);
  expect(await wakes('metrics', at('2026-11-22T23:00:00.000Z'))).toBe(0);
});

it('a day that is complete wakes with every later figure, though nobody has taken the one before', async () => {
  const at = (asOf: string) => () =>
    points.recordReady('bi', '2026-11-22', { asOf, readyAt: now.toISOString() });
  expect(await wakes('metrics', at('2026-11-22T22:00:00.000Z'))).toBe(1);
  expect(await wakes('metrics', at('2026-11-22T23:00:00.000Z'))).toBe(1);
  expect(await wakes('metrics', at('2026-11-22T23:00:00.000Z'))).toBe(0);
});
