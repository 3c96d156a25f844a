import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { releases } from '../../config/bundles.ts';
import { pushSheet } from '../../shared/settings/push.ts';
import { digests, type PushRow } from '../../shared/settings/push-row.ts';
import { releasesWith } from '../../shared/settings/releases-in-force.ts';
import { decide, edited, inForceOf, known, linesIn, must, recordsOf } from './company.ts';

const isNamed = (name: string) => (record: { cells: Readonly<Record<string, unknown>> }) =>
  record.cells['名称'] === name;
const change = (name: string, cells: Readonly<Record<string, unknown>>) =>
  decide(pushSheet, edited(recordsOf(pushSheet), isNamed(name), cells));
const problemsOf = (name: string, cells: Readonly<Record<string, unknown>>) =>
  [...change(name, cells).problems.values()].flat();
const releasesAfter = (name: string, cells: Readonly<Record<string, unknown>>) => {
  const decision = change(name, cells);
  expect([...decision.problems.values()]).toEqual([]);
  return releasesWith(must(decision.rows).map(({ row }) => row as PushRow));
};
const digestAfter = (name: string, cells: Readonly<Record<string, unknown>>) =>
  releasesAfter(name, cells)
    .flatMap((release) => release.digests)
    .find((digest) => digest.name === name);

describe('推送', () => {
  it('as it is filled first sends what the code sends', () => {
    expect(releasesWith(pushSheet.defaults())).toEqual(releases);
    expect(decide(pushSheet, recordsOf(pushSheet))).toMatchObject({ applied: [], problems: new Map() });
  });

  it('reads what it writes', () => {
    const time = fc.constantFrom('08:30', '09:05', '14:02', '18:40');
    const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const ids = fc.uniqueArray(fc.constantFrom(...known.people.map(({ person }) => person)), {
      minLength: 1,
    });
    const names = fc.uniqueArray(fc.constantFrom('大区负责人', '财务负责人', '供应链'), { minLength: 1 });
    const row = fc.record({
      id: fc.constantFrom(...digests.map(({ id }) => id)),
      category: fc.constantFrom(...digests.map(({ category }) => category)),
      earliest: time,
      latest: some(time),
      calendar: fc.constantFrom('everyday', 'workdays', 'firstWorkdayOfWeek'),
      roles: some(names),
      departments: some(names),
      people: some(ids),
      except: some(ids),
      onlyAbnormal: fc.boolean(),
      bundled: fc.boolean(),
      thresholds: some(fc.constantFrom('毛利率较上周同日降幅 5pt', '临期剩余效期 20%')),
      isOn: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
        const plain = rows.map(
          (each) =>
            Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)) as PushRow,
        );
        const records = plain.map((each, index) => ({
          id: `rec${index}`,
          cells: pushSheet.cells(each, known),
        }));
        expect(pushSheet.read(records, known).map((read) => read.row)).toEqual(plain);
      }),
    );
  });

  it('moves the morning card, and what is too early for a second one stays', () => {
    expect(releasesAfter('晨报', { 最早时间: '9:05' })[0]).toMatchObject({ id: 'morning', at: '09:05' });
    expect(problemsOf('跟进周报', { 最早时间: '09:30' })).toEqual([
      '每人上午只收一张定时卡片：勾选「并入晨报」，或改到 12:00 以后，例：14:02',
    ]);
  });

  it('says who gets it, and who does not', () => {
    const digest = digestAfter('经营日报', {
      ...{ 接收角色: '大区负责人、客服组长', 接收部门: '客服' },
      排除人员: [{ id: 'on_chen', name: '陈静' }],
    });
    expect(digest?.audience).toEqual({
      roles: ['大区负责人', '客服组长'],
      departments: ['客服'],
      people: [],
      except: ['on_chen'],
    });
    expect(problemsOf('经营日报', { 接收角色: '', 接收部门: '' })[0]).toContain('没有接收人');
  });

  it('sets the numbers above which something is abnormal', () => {
    const records = recordsOf(pushSheet);
    const shown = must(records.find(isNamed('经营日报'))).cells['阈值覆盖'];
    expect(shown).toBe('支付金额（渠道）较上周同日降幅 30%；毛利率较上周同日降幅 3pt');
    const digest = digestAfter('经营日报', { 阈值覆盖: '毛利率较上周同日降幅 1.5pt' });
    expect(digest?.abnormal).toMatchObject([{ percent: 30 }, { pt: 1.5 }]);
    const service = digestAfter('售后日报', { 阈值覆盖: '未分类率超过 20%' });
    expect(service?.abnormal.at(-1)).toMatchObject({ value: 0.2 });
  });

  it.each([
    ['毛利率降 3', '「毛利率降 3」不认识，例：支付金额（渠道）较上周同日降幅 30%'],
    ['毛利率较上周同日降幅 3%', '要写数字和单位「pt」，例：毛利率较上周同日降幅 3pt'],
    ['支付金额（渠道）较上周同日降幅 300%', '要写数字和单位「%」'],
  ])('says why the threshold %s does not count', (text, words) => {
    expect(problemsOf('经营日报', { 阈值覆盖: text }).join()).toContain(words);
  });

  it.each([
    ['经营日报', { 最早时间: '25:00' }, '「最早时间」要写成 时:分，例：08:30'],
    ['经营日报', { 最早时间: '早上' }, '「最早时间」要写成 时:分，例：08:30'],
    ['经营日报', { 最晚时间: '08:00' }, '「最晚时间」要晚于「最早时间」，例：09:20'],
    ['经营日报', { 类别: '人财' }, '「类别」由程序决定，例：经营'],
    ['晨报', { 启用: false }, '不能停用'],
  ])('%s with %o is refused with an example', (name, cells, words) => {
    expect(problemsOf(name, cells).join()).toContain(words);
  });

  it('switched off is not sent; the others are', () => {
    const after = releasesAfter('经营日报', { 启用: false });
    expect(after.flatMap((release) => release.digests).map(({ id }) => id)).not.toContain('sales-daily');
    expect(after[0]?.digests.length).toBe(must(releases[0]).digests.length - 1);
  });

  it('taken out of the morning card leaves alone, late enough', () => {
    const after = releasesAfter('经营日报', { 并入晨报: false, 最早时间: '14:30', 最晚时间: '15:30' });
    expect(after.find(({ id }) => id === 'sales-daily')).toMatchObject({
      at: '14:30',
      misfire: { policy: 'sendLate' },
    });
  });

  it('asks a second person before the whole company gets it', () => {
    const crowd = Array.from({ length: 20 }, (_, index) => ({
      person: `on_${index}`,
      name: `同事${index}`,
      roles: ['员工'],
      departments: ['全员'],
    }));
    const records = edited(recordsOf(pushSheet), isNamed('经营日报'), { 接收部门: '全员' });
    const crowded = { ...known, people: crowd };
    expect(decide(pushSheet, records, { known: crowded }).waiting?.reasons).toEqual([
      '「经营日报」的接收范围扩大到全公司（20 人）',
    ]);
    expect(linesIn(pushSheet, decide(pushSheet, records))).toHaveLength(1);
  });

  it('whatever stands in its cells, it never throws and changes only rows that read well', () => {
    const names = pushSheet.columns.map(({ name }) => name);
    const cell = fc.oneof(fc.anything(), fc.string(), fc.constantFrom('08:30', '经营日报', true, ''));
    const change = fc.record({ row: fc.nat(6), column: fc.constantFrom(...names), cell });
    const inForce = inForceOf(pushSheet);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const records = recordsOf(pushSheet).map((record, index) => ({
          ...record,
          cells: changes
            .filter(({ row }) => row === index)
            .reduce((cells, { column, cell: value }) => ({ ...cells, [column]: value }), record.cells),
        }));
        const decision = decide(pushSheet, records, { inForce });
        for (const [id] of decision.problems)
          expect(decision.applied.map((each) => each.id)).not.toContain(id);
        const rows = decision.rows ?? inForce.rows;
        expect(pushSheet.stored({ rows })).toEqual(rows);
        expect(releasesWith(rows.map(({ row }) => row as PushRow)).length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});
