import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDesk } from '../../config/tickets/desk.ts';
import { slaSheet } from '../../shared/settings/sla.ts';
import { channelWords, stepNames } from '../../shared/settings/sla-ladder.ts';
import { type SlaRow, slaOf } from '../../shared/settings/sla-row.ts';
import { rungTargets } from '../../shared/tickets/desk.ts';
import { decide, edited, inForceOf, known, linesIn, must, recordsOf } from './company.ts';

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const calendar = fc.constantFrom('wall', ...defaultDesk.calendars.map(({ id }) => id));
const targets = optional(
  fc
    .subarray([...rungTargets], { minLength: 1 })
    .map((list) => rungTargets.filter((to) => list.includes(to))),
);
const wholeMinutes = fc.integer({ min: 1, max: 10_000 });
const hourMinutes = fc.integer({ min: 6, max: 120_000 });

const priorityRow = fc
  .record({
    priority: fc.constantFrom('P0', 'P1', 'P2', 'P3'),
    group: optional(fc.constantFrom(...new Set(defaultDesk.routing.map(({ category }) => category.group)))),
    firstResponse: wholeMinutes,
    nextResponse: optional(wholeMinutes),
    responseBy: calendar,
    resolution: hourMinutes,
    resolutionBy: calendar,
    warehouse: optional(hourMinutes),
    qa: optional(hourMinutes),
    askBy: fc.constantFrom('wall', 'teams'),
    opened: targets,
    half: targets,
    near: targets,
    late: targets,
    long: targets,
    first: targets,
  })
  .map(({ ...row }) => {
    const told = stepNames.filter((name) => name in row && row[name as keyof typeof row] !== undefined);
    const channels = told.flatMap((name, index) => (index % 2 === 0 ? [`${name}:urgent`] : []));
    const shown = Object.values(channelWords).filter((each) => channels.includes(each));
    const entries = Object.entries({ ...row, ...(shown.length > 0 && { channels: shown }) });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as SlaRow;
  });

const isRow = (priority: string) => (record: { cells: Readonly<Record<string, unknown>> }) =>
  record.cells['优先级'] === priority;

describe('时效与升级', () => {
  it('as it is filled first says what the default desk says', () => {
    const { policies, ladder } = slaOf(slaSheet.defaults(), defaultDesk);
    expect(policies).toEqual(defaultDesk.policies);
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect([...ladder].sort(byId)).toEqual([...defaultDesk.ladder].sort(byId));
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.array(priorityRow, { maxLength: 6 }), (rows) => {
        const read = slaSheet.read(recordsOf(slaSheet, rows), known);
        expect(read.flatMap(({ problems }) => problems)).toEqual([]);
        expect(read.map(({ row }) => row)).toEqual(rows);
      }),
    );
  });

  it('filled first changes nothing', () => {
    const decision = decide(slaSheet, recordsOf(slaSheet));
    expect(decision).toMatchObject({ applied: [], problems: new Map(), restore: [], refused: [] });
    expect(decision.waiting).toBeUndefined();
  });

  it('takes a changed value at once', () => {
    const records = edited(recordsOf(slaSheet), isRow('P2'), { '首响（分）': 20 });
    const decision = decide(slaSheet, records);
    expect(linesIn(slaSheet, decision)).toEqual(['P2 · 全部类别：首响（分） 30 → 20']);
    expect(decision.waiting).toBeUndefined();
    const { policies } = slaOf(decision.rows?.map(({ row }) => row as SlaRow) ?? [], defaultDesk);
    expect(policies.find(({ priority }) => priority === 'P2')?.firstResponse.minutes).toBe(20);
  });

  it.each([
    ['首响（分）', 'abc', '「首响（分）」要填 1–10000 的数字，例：15'],
    ['首响（分）', -5, '「首响（分）」要填 1–10000 的数字，例：15'],
    ['首响（分）', null, '「首响（分）」还没有填，例：15'],
    [
      '处理日历',
      '客服部',
      '「处理日历」没有「客服部」这一项，可选 自然时间、客服、仓储、品控、产品、法务、财务、品控值班，例：客服',
    ],
    ['类别', '食品按全', '「类别」没有「食品按全」这一项'],
  ])('says why %s = %s does not count, and keeps what was', (column, cell, words) => {
    const records = edited(recordsOf(slaSheet), isRow('P2'), { [column]: cell });
    const decision = decide(slaSheet, records);
    expect(decision.applied).toEqual([]);
    expect([...decision.problems.values()].flat().join()).toContain(words);
  });

  it('asks a second person when P0 gets more time, or a step is taken away', () => {
    const slower = edited(recordsOf(slaSheet), isRow('P0'), { '首响（分）': 30 });
    expect(decide(slaSheet, slower).waiting?.reasons).toEqual(['放宽了P0 · 全部类别的时效']);
    const silent = edited(recordsOf(slaSheet), isRow('P1'), { '用时150% 通知谁': [] });
    expect(decide(slaSheet, silent).waiting?.reasons).toEqual(['取消了P1 · 全部类别的一档催办（用时150%）']);
    const calmer = edited(recordsOf(slaSheet), isRow('P1'), { 渠道: [] });
    expect(decide(slaSheet, calmer).waiting?.reasons).toEqual(['P1 · 全部类别的用时100%不再加急']);
    const faster = edited(recordsOf(slaSheet), isRow('P0'), { '首响（分）': 5 });
    expect(decide(slaSheet, faster).waiting).toBeUndefined();
  });

  it('asks a second person when more than a fifth of the rows change at once', () => {
    const all = edited(recordsOf(slaSheet), (record) => !isRow('平台')(record), { '首响（分）': 5 });
    expect(decide(slaSheet, all).waiting?.reasons).toEqual(['一次改了 4 行，超过这张表的 20%']);
    const two = edited(recordsOf(slaSheet), (record) => isRow('P2')(record) || isRow('P3')(record), {
      '首响（分）': 5,
    });
    expect(decide(slaSheet, two).applied).toHaveLength(2);
  });

  it('never loses the policy of a priority: a row that is switched off or deleted stays', () => {
    const off = decide(slaSheet, edited(recordsOf(slaSheet), isRow('P3'), { 启用: false }));
    expect(off.applied).toEqual([]);
    expect([...off.problems.values()].flat()[0]).toContain('「P3 · 全部类别」不能停用或删除');
    const gone = decide(
      slaSheet,
      recordsOf(slaSheet).filter((record) => !isRow('P3')(record)),
    );
    expect(gone.applied).toEqual([]);
    expect(gone.restore.map(({ row }) => (row as SlaRow).priority)).toEqual(['P3']);
  });

  it('refuses the second row of a priority and keeps the first', () => {
    const records = recordsOf(slaSheet);
    const twin = { ...must(records.find(isRow('P2'))), id: 'recNew' };
    const decision = decide(slaSheet, [...records, twin]);
    expect(decision.applied).toEqual([]);
    expect([...decision.problems.keys()]).toEqual(['recNew']);
  });

  it('is narrowed for one category by a row of its own', () => {
    const records = recordsOf(slaSheet);
    const own = { ...must(records.find(isRow('P2'))), id: 'recNew' };
    const cells = { ...own.cells, 类别: '物流', '首响（分）': 15 };
    const decision = decide(slaSheet, [...records, { ...own, cells }]);
    expect([...decision.problems.values()]).toEqual([]);
    const desk = slaOf(decision.rows?.map(({ row }) => row as SlaRow) ?? [], defaultDesk);
    expect(desk.policies[0]).toMatchObject({ priority: 'P2', group: '物流', firstResponse: { minutes: 15 } });
    expect(new Set(desk.ladder.map(({ id }) => id)).size).toBe(desk.ladder.length);
  });

  it('whatever stands in its cells, it never throws and changes only rows that read well', () => {
    const names = slaSheet.columns.map(({ name }) => name);
    const cell = fc.oneof(fc.anything(), fc.string(), fc.double(), fc.constantFrom('P0', 'P9', '客服', true));
    const change = fc.record({ row: fc.nat(4), column: fc.constantFrom(...names), cell });
    const inForce = inForceOf(slaSheet);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const records = recordsOf(slaSheet);
        for (const { row, column, cell: value } of changes) {
          const record = must(records[row]);
          records[row] = { ...record, cells: { ...record.cells, [column]: value } };
        }
        const decision = decide(slaSheet, records, { inForce });
        for (const [id] of decision.problems)
          expect(decision.applied.map((each) => each.id)).not.toContain(id);
        const rows = decision.rows ?? inForce.rows;
        expect(slaSheet.stored({ rows })).toEqual(rows);
        expect(slaSheet.objections({ before: inForce.rows, after: rows }, known)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
