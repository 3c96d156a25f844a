import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allSheets } from '../../shared/settings/all-sheets.ts';
import { answersOf } from '../../shared/settings/answers.ts';
import { decide, inForceOf, known, recordsOf } from './company.ts';

describe.each(allSheets.map((sheet) => [sheet.table, sheet] as const))('%s', (_, sheet) => {
  const names = sheet.columns.map(({ name }) => name);
  const rows = sheet.defaults().slice(0, 8);
  const inForce = inForceOf(sheet, rows);
  const cell = fc.oneof(fc.anything(), fc.string(), fc.double(), fc.constantFrom('', true, null, 0, '08:30'));
  const change = fc.record({ row: fc.nat(9), column: fc.constantFrom(...names), cell });
  const table = fc.array(change, { maxLength: 10 }).map((changes) => {
    const blank = { id: 'recNew', cells: { 启用: true } };
    return [...recordsOf(sheet, rows), blank].map((record, index) => ({
      ...record,
      cells: changes
        .filter(({ row }) => row === index)
        .reduce((cells, { column, cell: value }) => ({ ...cells, [column]: value }), record.cells),
    }));
  });

  it('never throws, whatever stands in its cells, and answers each row that it refuses with an example', () => {
    fc.assert(
      fc.property(table, (records) => {
        const decision = decide(sheet, records, { inForce });
        const answers = answersOf({ decision, version: 2, editors: new Map(), asked: [], known });
        for (const [id, problems] of decision.problems) {
          expect(decision.applied.map((each) => each.id)).not.toContain(id);
          expect(problems.join()).toMatch(/例：|请参照其他行填写/u);
          expect(answers.find((each) => each.id === id)?.answer.status).toBe('未生效');
        }
      }),
      { numRuns: 200 },
    );
  });

  it('decides the same again, and says it once', () => {
    fc.assert(
      fc.property(table, (records) => {
        const first = decide(sheet, records, { inForce });
        const told = { version: 2, editors: new Map<string, string>(), asked: [], known };
        const said = new Map(answersOf({ decision: first, ...told }).map(({ id, answer }) => [id, answer]));
        const after = records.map((record) => {
          const answer = said.get(record.id);
          const cells = answer && { 生效状态: answer.status, 说明: answer.note, 最后修改: answer.changed };
          return { ...record, cells: { ...record.cells, ...cells } };
        });
        const rest = { rows: first.rows ?? inForce.rows, version: 2 };
        const second = decide(sheet, after, { inForce: rest });
        expect(second.applied).toEqual([]);
        const asked = second.waiting ? answersOf({ decision: second, ...told }).map(({ id }) => id) : [];
        const again = answersOf({ decision: second, ...told }).filter(({ id }) => !asked.includes(id));
        expect(again).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
