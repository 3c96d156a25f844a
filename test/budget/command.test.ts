import { beforeAll, describe, expect, it } from 'vitest';
import { budget } from '../../functions/ops/budget.ts';
import { calendarOf } from '../../shared/calendar/working-days.ts';
import { forecastOf } from '../../shared/delivery/budget-forecast.ts';
import { budgetRows } from '../../shared/store/budget.ts';
import { settings as settingsIn } from '../../shared/store/settings.ts';
import { localTables } from '../local.ts';

const tables = localTables();
const deps = () => ({
  rows: budgetRows(tables.name('ops')),
  settings: settingsIn(tables.name('settings')),
});
/** A Thursday, the 9th working day of a month with 21. */
const now = new Date('2026-11-12T10:00:00+08:00');
const run = (input: object) => budget(deps()).run({ do: 'budget', ...input }, now);
const calls = (topic: string, sender: string, count: number) =>
  Array.from({ length: count }, () => ({ topic, sender }));

beforeAll(async () => {
  const { rows } = deps();
  await rows.add('2026-11', {
    day: '11',
    calls: [...calls('morning', 'zhida', 480), ...calls('reply', 'zhida', 160)],
  });
  await rows.add('2026-11', { day: '11', calls: calls('broadcast', 'legal', 160) });
  await rows.add('2026-11', { day: '12', calls: calls('morning', 'zhida', 60) });
});

describe('ops budget', () => {
  it('tells what is used, by digest, source, account and day, and what the month will cost', async () => {
    expect(await run({})).toMatchObject({
      month: '2026-11',
      used: 860,
      monthlyCalls: 10_000,
      usedPercent: 8.6,
      level: 'normal',
      switchedOff: [],
      // 800 in 8 working days make 100 a day; today has 40 to come, 12 days follow.
      forecast: { workdaysLeft: 12, perWorkday: 100, monthEnd: 2100, runsOutOn: null },
      perDigest: { morning: { calls: 540, perWorkday: 63, monthEnd: 1319 } },
      perSource: { bi: 540, reply: 160, broadcast: 160 },
      perAccount: { zhida: 700, legal: 160 },
      perDay: { '11': 800, '12': 60 },
    });
  });

  it('changes the quota only with confirm, for good or for one month, and then says what is switched off', async () => {
    expect(await run({ monthlyCalls: 1000 })).toMatchObject({ dryRun: true, after: { monthlyCalls: 1000 } });
    expect(await run({})).toMatchObject({ monthlyCalls: 10_000 });
    await run({ monthlyCalls: 1000, confirm: true, changedBy: '许念' });
    const after = await run({});
    expect(after).toMatchObject({ usedPercent: 86, level: 'economy', forecast: { runsOutOn: '2026-11-16' } });
    expect(after['switchedOff']).toHaveLength(1);
    await run({ monthlyCalls: 900, month: '2026-11', confirm: true });
    expect(await run({})).toMatchObject({ monthlyCalls: 900, level: 'reserved' });
    await run({ monthlyCalls: null, month: '2026-11', confirm: true });
    expect(await run({})).toMatchObject({ monthlyCalls: null, usedPercent: null, level: 'normal' });
  });

  it.each([
    [{ monthlyCalls: 0 }, 'monthlyCalls'],
    [{ month: '2026-11' }, 'month'],
    [{ monthlyCalls: 5, month: '2026-13' }, 'month'],
    [{ monthlyCalls: 5, month: '2026-10' }, 'is over'],
  ])('refuses %j, naming what is wrong', async (input, named) => {
    await expect(Promise.resolve().then(() => run(input))).rejects.toThrow(named);
  });
});

describe('a forecast', () => {
  const calendar = calendarOf([]);
  const row = (byDay: Readonly<Record<string, number>>) => ({
    calls: Object.values(byDay).reduce((sum, each) => sum + each, 0),
    byDay,
    byTopic: {},
    bySender: {},
  });
  const at = (time: string, byDay: Readonly<Record<string, number>>) =>
    forecastOf({
      month: '2026-11',
      row: row(byDay),
      quota: 1000,
      calendar,
      now: new Date(`2026-11-${time}+08:00`),
    });

  it('goes by today on the first working day', () => {
    expect(at('02T18:00:00', { '02': 50 })).toMatchObject({
      perWorkday: 50,
      workdaysLeft: 20,
      monthEnd: 1050,
    });
  });

  it('adds nothing on a weekend, whose calls belong to the days before', () => {
    expect(at('07T18:00:00', { '02': 250, '07': 50 })).toMatchObject({
      perWorkday: 50,
      workdaysLeft: 16,
      monthEnd: 1100,
    });
  });

  it('names the day on which the quota ends, today if it has', () => {
    expect(at('03T18:00:00', { '02': 400, '03': 400 }).runsOutOn).toBe('2026-11-04');
    expect(at('03T18:00:00', { '02': 400, '03': 700 }).runsOutOn).toBe('2026-11-03');
    expect(at('30T18:00:00', { '02': 400, '30': 500 }).runsOutOn).toBeUndefined();
  });
});
