import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultDesk } from '../../config/tickets/desk.ts';
import { type RoutingRow, routingOf, routingSheet } from '../../shared/settings/routing.ts';
import { classify } from '../../shared/tickets/classify.ts';
import { decide, edited, inForceOf, known, linesIn, recordsOf } from './company.ts';

const word = fc.stringMatching(/^[a-zA-Z0-9一-龟/]{1,12}$/u);
const list = fc.option(fc.uniqueArray(word, { minLength: 1, maxLength: 6 }), { nil: undefined });
const rule = fc
  .record({
    anyOf: fc.uniqueArray(word, { minLength: 1, maxLength: 6 }),
    allOf: list,
    noneOf: list,
    skuIds: list,
    group: word,
    name: word,
    priority: fc.constantFrom('P0', 'P1', 'P2', 'P3'),
    team: fc.constantFrom(...defaultDesk.teams.map(({ id }) => id)),
    mode: fc.constantFrom('sourceAgent', 'roundRobin', 'duty'),
  })
  .map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)));
const rules = fc
  .array(rule, { maxLength: 8 })
  .map((rows) => rows.map((row, index) => ({ ...row, order: (index + 1) * 10 }) as unknown as RoutingRow));

const isOrder = (order: number) => (record: { cells: Readonly<Record<string, unknown>> }) =>
  record.cells['顺序'] === order;
const rowsIn = (rows: readonly { row: unknown }[] | undefined) =>
  (rows ?? []).map(({ row }) => row as RoutingRow);

describe('分派规则', () => {
  it('as it is filled first says what the default desk says', () => {
    const { routing, moreP0Words } = routingOf(routingSheet.defaults());
    expect(routing).toEqual(defaultDesk.routing);
    expect(moreP0Words).toEqual([]);
    const read = routingSheet.read(recordsOf(routingSheet), known);
    expect(read.flatMap(({ problems }) => problems)).toEqual([]);
    expect(decide(routingSheet, recordsOf(routingSheet))).toMatchObject({ applied: [], problems: new Map() });
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(rules, (rows) => {
        const read = routingSheet.read(recordsOf(routingSheet, rows), known);
        expect(read.map(({ row }) => row)).toEqual(rows);
      }),
    );
  });

  it('may add words that are always P0', () => {
    const cells = { 顺序: 5, '关键词（任一）': '刀片、针头', 优先级: 'P0', 方式: '追加 P0 词', 启用: true };
    const decision = decide(routingSheet, [...recordsOf(routingSheet), { id: 'recNew', cells }]);
    expect([...decision.problems.values()]).toEqual([]);
    expect(routingOf(rowsIn(decision.rows)).moreP0Words).toEqual(['刀片', '针头']);
  });

  it('never takes one of those that always are: the row says so, and the case stays P0', () => {
    const cells = {
      ...{ 顺序: 1, '关键词（任一）': '异物', 优先级: 'P3', 方式: '原客服', 启用: true },
      ...{ 一级类别: '咨询', 二级类别: '其他', 团队: '客诉组' },
    };
    const decision = decide(routingSheet, [...recordsOf(routingSheet), { id: 'recNew', cells }]);
    expect(decision.problems.get('recNew')?.[0]).toContain('「异物」始终按 P0 处理');
    const desk = { ...defaultDesk, routing: [], moreP0Words: [] };
    const told = { source: 'app', kind: 'complaint', text: '粥里吃出异物', skuIds: [] } as const;
    expect(classify(told, desk).priority).toBe('P0');
  });

  it('asks a second person before P0 knows fewer words', () => {
    const food = defaultDesk.routing.find(({ category }) => category.group === '食品安全');
    const records = edited(recordsOf(routingSheet), isOrder(food?.order ?? 0), {
      '关键词（任一）': food?.anyOf[0],
    });
    expect(decide(routingSheet, records).waiting?.reasons[0]).toContain('少了关键词');
  });

  it('takes a new rule between two others', () => {
    const cells = {
      ...{ 顺序: 15, '关键词（任一）': '勺子没有 少勺子', 优先级: 'P3', 方式: '轮流', 启用: true },
      ...{ 一级类别: '仓储发货', 二级类别: '赠品缺失', 团队: '客诉组' },
    };
    const decision = decide(routingSheet, [...recordsOf(routingSheet), { id: 'recNew', cells }]);
    expect(linesIn(routingSheet, decision)[0]).toMatch(/^新增 规则15 仓储发货›赠品缺失/u);
    expect(routingOf(rowsIn(decision.rows)).routing[1]).toMatchObject({
      order: 15,
      anyOf: ['勺子没有', '少勺子'],
    });
  });

  it('asks a second person before a team without anybody gets cases', () => {
    const few = routingSheet.defaults().filter(({ team }) => team === 'care');
    const records = edited(recordsOf(routingSheet, few), ({ id }) => id === 'rec001', { 团队: '法务' });
    const { waiting } = decide(routingSheet, records, { inForce: inForceOf(routingSheet, few) });
    expect(waiting?.reasons).toContain('分派给了没有人的团队：法务');
  });

  it('refuses two rules in one place', () => {
    const records = edited(recordsOf(routingSheet), isOrder(10), { 顺序: 20 });
    expect([...decide(routingSheet, records).problems.values()].flat()).toEqual([
      '「顺序」20 已有一行，例：21',
    ]);
  });

  it('whatever stands in its cells, it never throws and changes only rows that read well', () => {
    const names = routingSheet.columns.map(({ name }) => name);
    const cell = fc.oneof(fc.anything(), fc.string(), fc.double(), fc.constantFrom('P0', '客诉组', 20, ''));
    const change = fc.record({ row: fc.nat(9), column: fc.constantFrom(...names), cell });
    const few = routingSheet.defaults().slice(0, 10);
    const inForce = inForceOf(routingSheet, few);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const records = recordsOf(routingSheet, few).map((record, index) => ({
          ...record,
          cells: changes
            .filter(({ row }) => row === index)
            .reduce((cells, { column, cell: value }) => ({ ...cells, [column]: value }), record.cells),
        }));
        const decision = decide(routingSheet, records, { inForce });
        for (const [id] of decision.problems)
          expect(decision.applied.map((each) => each.id)).not.toContain(id);
        const rows = decision.rows ?? inForce.rows;
        expect(routingSheet.stored({ rows })).toEqual(rows);
        expect(routingSheet.objections({ before: inForce.rows, after: rows }, known)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
