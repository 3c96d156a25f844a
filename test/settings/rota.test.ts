import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays } from '../../shared/calendar/day.ts';
import { type RotaRow, rotaOf, rotaSheet } from '../../shared/settings/rota.ts';
import { decide, edited, inForceOf, known, linesIn, must, recordsOf } from './company.ts';

const today = '2026-11-23';
const minute = fc.integer({ min: 0, max: 1_799 });
const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const row = fc
  .record({
    day: fc.integer({ min: 0, max: 60 }).map((days) => addDays(today, days)),
    team: fc.constantFrom('care', 'warehouse', 'qa'),
    who: fc.constantFrom(...known.people.map(({ person, name }) => ({ person, name }))),
    shift: fc
      .tuple(fc.integer({ min: 0, max: 1_439 }), minute)
      .filter(([from, to]) => from < to)
      .map(([from, to]) => `${clock(from)}–${clock(to)}`),
    cap: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
    sourceAgents: fc.option(fc.constantFrom(['qiyu:143'], ['qiyu:7', 'wecom:kf_01']), { nil: undefined }),
    isDuty: fc.boolean(),
  })
  .map(
    (each) => Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)) as RotaRow,
  );

const plan: readonly RotaRow[] = [
  { day: today, team: 'care', who: { person: 'on_lin', name: '林晓' }, shift: '08:30–16:30', isDuty: true },
  { day: today, team: 'care', who: { person: 'on_chen', name: '陈静' }, shift: '16:00–26:00', isDuty: false },
];
const inForce = inForceOf(rotaSheet, plan);

describe('值班与坐席', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
        const read = rotaSheet.read(recordsOf(rotaSheet, rows), known);
        expect(read.flatMap(({ problems }) => problems)).toEqual([]);
        expect(read.map((each) => each.row)).toEqual(rows);
      }),
    );
  });

  it('says who works when', () => {
    expect(rotaOf(plan)[1]).toEqual({
      ...{ day: today, team: 'care', person: 'on_chen', name: '陈静' },
      ...{ from: '16:00', to: '26:00', sourceAgents: [], isDuty: false },
    });
  });

  it.each(['8:30-16:30', '08：30~16：30', '8:30 至 16:30'])('takes a shift written as %s', (text) => {
    const records = edited(recordsOf(rotaSheet, plan), ({ id }) => id === 'rec002', { 班次: text });
    const decision = decide(rotaSheet, records, { inForce });
    expect(linesIn(rotaSheet, decision)).toHaveLength(1);
    expect(decision.rows?.[1]?.row).toMatchObject({ shift: '08:30–16:30' });
  });

  it.each([
    ['班次', '早班', '「班次」要写成 开始–结束'],
    ['班次', '16:00-08:00', '跨过零点的结束时间加 24 小时'],
    ['值班人', [{ id: 'on_gone' }], '里有人已离职'],
    ['值班人', [{ id: 'on_lin' }, { id: 'on_chen' }], '只能选一个人'],
    ['来源坐席号', '143', '例：七鱼客服:143'],
    ['日期', Date.parse('2027-06-01'), '只能排到 62 天以内'],
  ])('says why %s = %s does not count', (column, cell, words) => {
    const records = edited(recordsOf(rotaSheet, plan), ({ id }) => id === 'rec002', { [column]: cell });
    const decision = decide(rotaSheet, records, { inForce });
    expect(decision.applied).toEqual([]);
    expect([...decision.problems.values()].flat().join()).toContain(words);
  });

  it('asks a second person before a team has nobody, or nobody on duty', () => {
    const off = edited(recordsOf(rotaSheet, plan), () => true, { 启用: false });
    expect(decide(rotaSheet, off, { inForce }).waiting?.reasons).toContain('11-23 客诉组没有人值班了');
    const noDuty = edited(recordsOf(rotaSheet, plan), ({ id }) => id === 'rec001', { 值班: false });
    expect(decide(rotaSheet, noDuty, { inForce }).waiting?.reasons).toEqual(['11-23 客诉组没有值班人了']);
  });

  it('forgets what is over without asking anybody', () => {
    const old = plan.map((each) => ({ ...each, day: '2026-11-20' }));
    const next: RotaRow = { ...must(plan[0]), day: '2026-11-24' };
    const records = recordsOf(rotaSheet, [...old, next]);
    const decision = decide(rotaSheet, records, { inForce: inForceOf(rotaSheet, old) });
    expect(decision.waiting).toBeUndefined();
    expect(decision.rows?.map(({ row: kept }) => (kept as RotaRow).day)).toEqual(['2026-11-24']);
  });
});
