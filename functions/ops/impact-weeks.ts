import * as z from 'zod';
import { addDays, type Day, daySchema, weekday } from '../../shared/calendar/day.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import { medianOf } from '../../shared/tickets/statistic.ts';
import { type Line, readCsv } from './import-table.ts';

/** One week of after-sales, Monday to Sunday; null is what nobody wrote down. */
export type Week = {
  /** Its Monday. */
  readonly week: Day;
  readonly closed: number | null;
  readonly agentHours: number | null;
  readonly firstResponseMinutes: number | null;
  readonly inTimeRatio: number | null;
  readonly platformRefunds: number | null;
};

/** The head of the CSV, in this order in docs/impact.md. */
const impactColumns = ['周', '结案数', '坐席人时', '首响中位分钟', '时效达成率', '平台自动退款数'] as const;
type Column = (typeof impactColumns)[number];

const mondayOf = (day: Day): Day => addDays(day, 1 - weekday(day));

const refuse = (line: number, column: Column, problem: string): never => {
  throw new InvalidInputError('baseline_unreadable', `第 ${line} 行“${column}”：${problem}`);
};

const cellOf = ({ row }: Line, column: Column): string => (row[column] ?? '').trim().replaceAll(',', '');

const numberIn = (line: Line, column: Column): number | null => {
  const text = cellOf(line, column);
  if (text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : refuse(line.line, column, '不是数字');
};

/** 0.93 or 93%. */
const ratioIn = (line: Line, column: Column): number | null => {
  const text = cellOf(line, column);
  if (text === '') return null;
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  return value >= 0 && value <= 1 ? value : refuse(line.line, column, '要在 0 到 1 之间，或写成 93%');
};

const weekIn = (line: Line): Day => {
  const day = cellOf(line, '周').replaceAll('/', '-');
  if (z.safeParse(daySchema, day).success) return mondayOf(day);
  return refuse(line.line, '周', '要写那一周的某一天，如 2026-10-05');
};

const weekOf = (line: Line): Week => ({
  week: weekIn(line),
  closed: numberIn(line, '结案数'),
  agentHours: numberIn(line, '坐席人时'),
  firstResponseMinutes: numberIn(line, '首响中位分钟'),
  inTimeRatio: ratioIn(line, '时效达成率'),
  platformRefunds: numberIn(line, '平台自动退款数'),
});

/** A week that was measured by hand, as against one of which only the hours are known. */
const isMeasured = ({ closed, firstResponseMinutes, inTimeRatio, platformRefunds }: Week): boolean =>
  [closed, firstResponseMinutes, inTimeRatio, platformRefunds].some((value) => value !== null);

export type Baseline = {
  readonly before: readonly Week[];
  /** Hours of weeks after, by their Monday: tickets don't know who was at work for how long. */
  readonly hoursAfter: ReadonlyMap<Day, number>;
};

/** Throws `baseline_unreadable` that names line and column. */
export const readBaseline = (csv: string): Baseline => {
  const lines = readCsv(csv);
  const missing = impactColumns.filter((column) => !lines.some(({ row }) => column in row));
  if (missing.length > 0) throw new InvalidInputError('baseline_unreadable', `缺少列：${missing.join('、')}`);
  const weeks = lines.map(weekOf);
  const twice = weeks.find(({ week }, index) => weeks.findIndex((each) => each.week === week) !== index);
  if (twice) throw new InvalidInputError('baseline_unreadable', `${twice.week} 这一周有两行`);
  return {
    before: weeks.filter(isMeasured),
    hoursAfter: new Map(
      weeks.flatMap((week) =>
        !isMeasured(week) && week.agentHours !== null ? [[week.week, week.agentHours] as const] : [],
      ),
    ),
  };
};

/** What the weeks of one side say together. */
export type Side = {
  readonly weeks: number;
  /** 人效: cases per hour of an agent, over the weeks whose hours are known. */
  readonly closedPerHour: number | null;
  /** 响应速度: the median of the weekly medians. */
  readonly firstResponseMinutes: number | null;
  /** 时效达成率, each week by its cases. */
  readonly inTimeRatio: number | null;
  readonly platformRefundsPerWeek: number | null;
};

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

const quotient = (pairs: readonly { readonly part: number; readonly of: number }[]): number | null => {
  const of = pairs.reduce((sum, pair) => sum + pair.of, 0);
  return of === 0 ? null : rounded(pairs.reduce((sum, { part }) => sum + part, 0) / of);
};

export const sideOf = (weeks: readonly Week[]): Side => ({
  weeks: weeks.length,
  closedPerHour: quotient(
    weeks.flatMap(({ closed, agentHours }) =>
      closed === null || agentHours === null ? [] : [{ part: closed, of: agentHours }],
    ),
  ),
  firstResponseMinutes: medianOf(
    weeks.flatMap(({ firstResponseMinutes }) =>
      firstResponseMinutes === null ? [] : [firstResponseMinutes],
    ),
  ),
  inTimeRatio: quotient(
    weeks.flatMap(({ inTimeRatio, closed }) =>
      inTimeRatio === null ? [] : [{ part: inTimeRatio * (closed ?? 1), of: closed ?? 1 }],
    ),
  ),
  platformRefundsPerWeek: quotient(
    weeks.flatMap(({ platformRefunds }) =>
      platformRefunds === null ? [] : [{ part: platformRefunds, of: 1 }],
    ),
  ),
});

/** After ÷ before; the in-time share in points. Null where one side is unknown, or there is nothing to divide by. */
export type Ratios = {
  readonly closedPerHour: number | null;
  readonly firstResponse: number | null;
  readonly inTimePt: number | null;
  readonly platformRefunds: number | null;
};

const ratio = (after: number | null, before: number | null): number | null =>
  after === null || before === null || before === 0 ? null : rounded(after / before);

export const ratiosOf = (before: Side, after: Side): Ratios => ({
  closedPerHour: ratio(after.closedPerHour, before.closedPerHour),
  firstResponse: ratio(after.firstResponseMinutes, before.firstResponseMinutes),
  inTimePt:
    after.inTimeRatio === null || before.inTimeRatio === null
      ? null
      : Math.round((after.inTimeRatio - before.inTimeRatio) * 1000) / 10,
  platformRefunds: ratio(after.platformRefundsPerWeek, before.platformRefundsPerWeek),
});
