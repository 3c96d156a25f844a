import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allAlerts } from '../../config/alerts/all.ts';
import { salesDaily } from '../../config/digests/sales-daily.ts';
import { withLocalRows } from '../../functions/digest/local-rows.ts';
import { sectionFor } from '../../functions/digest/section.ts';
import { targetRows } from '../../functions/digest/target-rows.ts';
import { alertWith, withLines } from '../../shared/settings/lines.ts';
import { releasesWith } from '../../shared/settings/releases-in-force.ts';
import { metricWords, type TargetRow, targetFenOf } from '../../shared/settings/target-row.ts';
import { targetsSheet } from '../../shared/settings/targets.ts';
import { chief, day, now, repliesFor, shown } from '../digests/golden-day.ts';
import { decide, known, must, recordsOf } from './company.ts';

const add = (cells: Readonly<Record<string, unknown>>) =>
  decide(targetsSheet, [...recordsOf(targetsSheet), { id: 'recNew', cells: { 启用: true, ...cells } }]);
const sales = (...rows: readonly TargetRow[]) => withLines(salesDaily, rows, '2026-11');
const sectionOf = (digest: typeof salesDaily) =>
  sectionFor(digest, {
    ...{ person: chief, day, now, wanted: shown, shown },
    replies: repliesFor(salesDaily, chief, {}),
  });

describe('目标与阈值', () => {
  it('as it is filled first leaves every alert as it is', () => {
    const rows = targetsSheet.defaults();
    expect(allAlerts.map((alert) => alertWith(alert, rows, '2026-11'))).toEqual(allAlerts);
    expect(decide(targetsSheet, recordsOf(targetsSheet))).toMatchObject({ applied: [], problems: new Map() });
    expect(recordsOf(targetsSheet)[0]?.cells).toMatchObject({
      指标: '退款率过高预警（%）',
      黄线: 6,
      红线: 8,
    });
  });

  it('reads what it writes', () => {
    const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const figure = some(fc.integer({ min: 0, max: 9_999 }).map((value) => value / 10));
    const row = fc.record({
      metric: fc.constantFrom(...Object.values(metricWords)),
      dimension: some(fc.constantFrom('华东', '华南')),
      month: some(fc.constantFrom('2026-11', '2027-01')),
      target: figure,
      yellow: figure,
      red: figure,
      good: fc.constantFrom('up', 'down'),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
        const plain = rows.map(
          (each) =>
            Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)) as TargetRow,
        );
        const read = targetsSheet.read(recordsOf(targetsSheet, plain), known);
        expect(read.map((one) => one.row)).toEqual(plain);
      }),
    );
  });

  it('an alert fires at its red line and recovers at its yellow one', () => {
    const row = { metric: 'alert:refund-rate', yellow: 7, red: 9.5, good: 'down' } as const;
    const refunds = must(allAlerts.find(({ id }) => id === 'refund-rate'));
    expect(alertWith(refunds, [row], '2026-11').condition).toEqual({
      when: 'above',
      value: 0.095,
      recover: 0.07,
    });
    const later = { ...row, month: '2026-12' };
    expect(alertWith(refunds, [later], '2026-11')).toBe(refunds);
    expect(alertWith(refunds, [row, { ...later, red: 12 }], '2026-12').condition).toMatchObject({
      value: 0.12,
    });
  });

  it('a figure past a line is abnormal: orange past the yellow one, red past the red one', () => {
    // The golden day has a margin of 27 %.
    const row = { metric: 'digest:grossMarginRate', yellow: 28, red: 20, good: 'up' } as const;
    const section = sectionOf(sales(row));
    expect(section).toMatchObject({ state: 'abnormal' });
    expect(JSON.stringify(section)).toContain('毛利率 27.0%，低于黄线 28.0%');
    expect(JSON.stringify(sectionOf(sales({ ...row, yellow: 30, red: 27 })))).toContain('低于红线 27.0%');
    expect(JSON.stringify(sectionOf(sales({ ...row, yellow: 26, red: 20 })))).not.toContain('黄线');
  });

  it('only what is abnormal is pushed where somebody wants it so', () => {
    const quiet = { ...salesDaily, abnormal: [], onlyAbnormal: true };
    expect(sectionOf(quiet)).toEqual({ skipped: 'nothing_abnormal' });
    expect(sectionOf({ ...salesDaily, onlyAbnormal: true })).toMatchObject({ state: 'abnormal' });
  });

  it('the target of a month is the company’s, a region’s, or the sum of all regions', () => {
    const company: TargetRow = { metric: 'digest:paidAmount', target: 5_600, good: 'up' };
    const east: TargetRow = { ...company, dimension: '华东', target: 2_000 };
    const south: TargetRow = { ...company, dimension: '华南', target: 1_500, month: '2026-11' };
    expect(targetFenOf([company, east], '2026-11', ['华东', '华南'])).toBe(5_600_000_000);
    expect(targetFenOf([company, east], '2026-11', ['华东'])).toBe(2_000_000_000);
    expect(targetFenOf([east, south], '2026-11', ['华东', '华南'])).toBe(3_500_000_000);
    expect(targetFenOf([east, south], '2026-12', ['华东', '华南'])).toBeUndefined();
    expect(targetFenOf([company], '2026-11', ['华南'])).toBeUndefined();
  });

  it('a digest asks here first, and the BI where nothing is said', async () => {
    const asked: string[] = [];
    const bi = {
      id: 'bi',
      watermark: () => Promise.resolve({ completeThrough: day }),
      run: (query: string) => {
        asked.push(query);
        return Promise.resolve({ rows: [{ targetFen: 1 }], asOf: now.toISOString(), truncated: false });
      },
      close: () => Promise.resolve(),
    } as unknown as Parameters<typeof targetRows>[0];
    const row: TargetRow = { metric: 'digest:paidAmount', target: 10, month: '2026-11', good: 'up' };
    const value = { rows: [{ id: 'rec1', row }] };
    const setting = { setting: 'sheet#targets', version: '00000002', value, changedBy: 'x', changedAt: '' };
    const current = () => Promise.resolve(setting);
    const source = withLocalRows(bi, {
      'sales.target': targetRows(bi, { settings: { current }, now: () => now }),
    });
    const regions = ['华东', '华南'];
    expect((await source.run('sales.target', { month: '2026-11', regions })).rows).toEqual([
      { targetFen: 10_000_000 },
    ]);
    expect((await source.run('sales.target', { month: '2026-12', regions })).rows).toEqual([
      { targetFen: 1 },
    ]);
    expect(asked).toEqual(['sales.target']);
  });

  it.each([
    [{ 指标: '毛利率（%）', 红线: 30, 黄线: 20, 方向: '越高越好' }, '红线要低于黄线'],
    [{ 指标: '毛利率（%）', 方向: '越高越好' }, '目标值、黄线、红线至少填一项'],
    [{ 指标: '毛利率（%）', 目标值: 30, 方向: '越高越好' }, '「目标值」目前只用于支付金额'],
    [{ 指标: '毛利率（%）', 维度: '华东', 红线: 20, 方向: '越高越好' }, '「维度」只用于支付金额'],
    [{ 指标: '退款率过高预警（%）', 月份: '2026-12', 红线: 9, 方向: '越低越好' }, '预警要填红线'],
    [
      { 指标: '退款率过高预警（%）', 月份: '2026-12', 红线: 9, 黄线: 8, 方向: '越高越好' },
      '「方向」由预警决定',
    ],
    [
      { 指标: '支付金额（万元）', 月份: '12月', 目标值: 5_600, 方向: '越高越好' },
      '「月份」要写成 年-月，例：2026-12',
    ],
    [{ 指标: '退款率过高预警（%）', 红线: 9, 黄线: 8, 方向: '越低越好' }, '已有一行'],
  ])('%o is refused with an example', (cells, words) => {
    const decision = add(cells);
    expect(decision.applied).toEqual([]);
    expect(decision.problems.get('recNew')?.join()).toContain(words);
  });

  it('a target counts at once', () => {
    const decision = add({ 指标: '支付金额（万元）', 月份: '2026-12', 目标值: 5_600, 方向: '越高越好' });
    expect([...decision.problems.values()]).toEqual([]);
    const rows = must(decision.rows).map(({ row }) => row as TargetRow);
    expect(targetFenOf(rows, '2026-12', ['华东', '华南'])).toBe(5_600_000_000);
    expect(releasesWith([], { rows, month: '2026-12' }).length).toBeGreaterThan(0);
  });
});
