import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { biQueries } from '../../config/queries/bi.ts';
import type { MetricSource, QueryParams } from '../../shared/connectors/metric-source.ts';
import { sqlSource } from '../../shared/connectors/sql.ts';
import { dayNumber, dayText } from '../../simulator/bi/days.ts';
import { generate } from '../../simulator/bi/generate.ts';
import { type Bi, startBi } from '../../simulator/bi/start.ts';
import { readSales } from '../../simulator/bi/superstore.ts';

const regions = ['华东', '华南', '华北', '西部'];
const day = '2026-11-22';
const range = { from: '2026-11-09', to: day, regions };
const fen = z.int();
const count = z.int().min(0);
const ratio = z.number().min(0).max(1);
const date = z.iso.date();
const product = z.string().min(2);

const shapes: readonly (readonly [string, QueryParams, z.ZodType])[] = [
  [
    'sales.days',
    range,
    z.strictObject({ day: date, paidFen: fen, orders: count, quantity: count, profitFen: fen }),
  ],
  [
    'sales.channels',
    range,
    z.strictObject({ day: date, channel: z.string(), paidFen: fen, orders: count, profitFen: fen }),
  ],
  ['sales.products', range, z.strictObject({ product, paidFen: fen, quantity: count })],
  ['sales.target', { month: '2026-11', regions }, z.strictObject({ targetFen: fen })],
  [
    'stock.summary',
    { day },
    z.strictObject({
      availableQty: count,
      costFen: fen,
      turnoverDays: z.number(),
      turnoverDaysMonthAgo: z.number(),
      stockoutSkus: count,
      riskSkus: count,
      expiringLots: count,
    }),
  ],
  [
    'stock.risks',
    { day },
    z.strictObject({ product, daysOfStock: z.number(), leadDays: count, dailyQty: z.number() }),
  ],
  [
    'stock.expiring',
    { day },
    z.strictObject({
      product,
      batch: z.string().regex(/^\d{8}$/),
      remainingRatio: ratio,
      remainingDays: count,
      qty: count,
      costFen: fen,
      advice: z.string().nullable(),
    }),
  ],
  [
    'finance.receivables',
    { day },
    z.strictObject({
      balanceFen: fen,
      overdueFen: fen,
      overdueCount: count,
      overdueOldestDays: count,
      collectedMonthFen: fen,
      collectTargetFen: fen,
      payable7dFen: fen,
    }),
  ],
  [
    'people.headcount',
    { day },
    z.strictObject({
      onRoll: count,
      authorised: count,
      attendedRatio: ratio,
      joinedMonth: count,
      leftMonth: count,
      pendingApprovals24h: count,
    }),
  ],
];

describe('the generated part of BI', () => {
  let bi: Bi;
  let source: MetricSource;
  const lastDay = dayNumber(day);
  const sales = readSales(lastDay);
  const generated = generate(sales, lastDay);
  const one = async (query: string, params: QueryParams) => (await source.run(query, params)).rows[0] ?? {};

  beforeAll(async () => {
    bi = await startBi({ today: '2026-11-23' });
    source = sqlSource({ id: 'bi', url: bi.url, queries: biQueries });
  });
  afterAll(async () => {
    await source.close();
    await bi.close();
  });

  it.each(shapes)('%s answers rows of its shape', async (query, params, shape) => {
    const { rows } = await source.run(query, params);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(shape.safeParse(row).error).toBeUndefined();
  });

  it('is the same for the same day', () => {
    expect(generate(readSales(lastDay), lastDay)).toEqual(generated);
  });

  it('lets out of stock exactly what was sold, from lots that are there', () => {
    const lots = new Map((generated['lots'] ?? []).map((lot) => [lot['lot_no'], lot]));
    const left = new Map<unknown, number>();
    const moves = (generated['stock_movements'] ?? []).toSorted((a, b) =>
      `${String(a['day'])}${String(a['kind'])}`.localeCompare(`${String(b['day'])}${String(b['kind'])}`),
    );
    for (const { lot_no: lot, kind, quantity, day: moved } of moves) {
      const rest = (left.get(lot) ?? 0) + (kind === 'in' ? 1 : -1) * Number(quantity);
      expect(rest).toBeGreaterThanOrEqual(0);
      expect(String(moved) < String(lots.get(lot)?.['expires_on'])).toBe(true);
      left.set(lot, rest);
    }
    const out = moves
      .filter(({ kind }) => kind === 'out')
      .reduce((all, { quantity }) => all + Number(quantity), 0);
    expect(out).toBe(sales.reduce((all, { quantity }) => all + quantity, 0));
  });

  it('has two products that run out before a delivery can come', async () => {
    const { rows } = await source.run('stock.risks', { day });
    expect(rows.map(({ product: name, leadDays }) => [name, leadDays])).toEqual([
      ['代餐奶昔·香草', 12],
      ['蛋白棒·可可', 9],
    ]);
    expect(rows.every(({ daysOfStock, leadDays }) => Number(daysOfStock) < Number(leadDays))).toBe(true);
    expect(await one('stock.summary', { day })).toMatchObject({ riskSkus: 2, stockoutSkus: 0 });
  });

  it('has two batches near expiry, the worse one first, as many as the summary counts', async () => {
    const { rows } = await source.run('stock.expiring', { day });
    expect(
      rows.map(({ product: name, remainingDays, remainingRatio }) => [name, remainingDays, remainingRatio]),
    ).toEqual([
      ['魔芋面·番茄', 47, 0.1567],
      ['鸡胸肉·原味', 78, 0.2889],
    ]);
    expect(rows[1]).toMatchObject({
      batch: dayText(lastDay + 78 - 270).replaceAll('-', ''),
      advice: '停止入京东仓',
    });
    expect(await one('stock.summary', { day })).toMatchObject({ expiringLots: 2 });
  });

  it('stock equals lots in minus lots out, counted without SQL', async () => {
    const costs = new Map(sales.map(({ product: { sku, unitCostFen } }) => [sku, unitCostFen]));
    const lots = new Map((generated['lots'] ?? []).map((lot) => [lot['lot_no'], lot]));
    const at = (lot: unknown) => lots.get(Number(lot));
    const live = (generated['stock_movements'] ?? []).filter(
      ({ lot_no: lot }) => String(at(lot)?.['expires_on']) > day,
    );
    const signed = live.map(({ lot_no: lot, kind, quantity }) => ({
      quantity: (kind === 'in' ? 1 : -1) * Number(quantity),
      cost: costs.get(String(at(lot)?.['sku'])) ?? 0,
    }));
    expect(await one('stock.summary', { day })).toMatchObject({
      availableQty: signed.reduce((all, { quantity }) => all + quantity, 0),
      costFen: signed.reduce((all, { quantity, cost }) => all + quantity * cost, 0),
    });
  });

  it('has one overdue invoice of 380,000 yuan, 41 days late, and receivables that add up', async () => {
    const row = await one('finance.receivables', { day });
    const total = (table: string) =>
      (generated[table] ?? []).reduce((all, { amount_fen: amount }) => all + Number(amount), 0);
    expect(row).toMatchObject({ overdueFen: 38_000_000, overdueCount: 1, overdueOldestDays: 41 });
    expect(row['balanceFen']).toBe(total('invoices') - total('collections'));
    expect(await one('finance.receivables', { day: '2026-10-12' })).toMatchObject({
      overdueFen: 0,
      overdueOldestDays: 0,
    });
  });

  it('has as many people on roll as the company has in Feishu and seventeen documents waiting', async () => {
    expect(await one('people.headcount', { day })).toMatchObject({
      onRoll: 59,
      authorised: 63,
      joinedMonth: 3,
      leftMonth: 1,
      pendingApprovals24h: 17,
    });
  });

  it('has no headcount row for a day that is not loaded', async () => {
    expect((await source.run('people.headcount', { day: '2026-11-23' })).rows).toEqual([]);
  });

  it('sums targets over regions and has none for a month it does not know', async () => {
    const each = await Promise.all(
      regions.map((region) => one('sales.target', { month: '2026-11', regions: [region] })),
    );
    const all = await one('sales.target', { month: '2026-11', regions });
    expect(all['targetFen']).toBe(each.reduce((sum, row) => sum + Number(row['targetFen']), 0));
    expect((await source.run('sales.target', { month: '2030-01', regions })).rows).toEqual([]);
    expect((await source.run('sales.target', { month: '2026-11', regions: [] })).rows).toEqual([]);
  });
});
