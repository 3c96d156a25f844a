import { type Choices, choice, number, text } from './columns.ts';
import { digests } from './push-row.ts';
import { defineSheet, type Kept, type Objection, type Sheet } from './sheet.ts';
import {
  alertOf,
  lineOf,
  metricWords,
  rowsOfTargets,
  type TargetRow,
  targetRowSchema,
  wordsOfMetric,
} from './target-row.ts';

const wholeCompany = '全公司';
const regions: Choices = () =>
  Object.fromEntries(
    digests.flatMap(({ scope }) => (scope.by === '大区' ? scope.regions.map((name) => [name, name]) : [])),
  );

const isPaidAmount = ({ metric }: TargetRow): boolean => metric === 'digest:paidAmount';

/** Past the yellow line first, then past the red one. */
const checkLines = ({ yellow, red, good }: TargetRow): readonly string[] => {
  if (yellow === undefined || red === undefined) return [];
  if (good === 'up' ? red < yellow : red > yellow) return [];
  return good === 'up'
    ? ['越高越好的指标，红线要低于黄线，例：黄线 97、红线 95']
    : ['越低越好的指标，红线要高于黄线，例：黄线 6、红线 8'];
};

const checkAlert = (row: TargetRow): readonly string[] => {
  const alert = alertOf(row);
  const line = alert && lineOf(alert);
  if (!line) return [];
  const [good, word] = line.bad === 'above' ? ['down', '越低越好'] : ['up', '越高越好'];
  const isWhole = row.red !== undefined && row.yellow !== undefined && row.target === undefined;
  return [
    ...(isWhole ? [] : ['预警要填红线（到了就预警）和黄线（回到就恢复），目标值留空，例：红线 8、黄线 6']),
    ...(row.good === good ? [] : [`「方向」由预警决定，例：${word}`]),
  ];
};

const checkDigest = (row: TargetRow): readonly string[] => [
  ...(row.target !== undefined && !isPaidAmount(row)
    ? ['「目标值」目前只用于支付金额的本月达成，例：留空']
    : []),
  ...([row.target, row.yellow, row.red].every((value) => value === undefined)
    ? ['目标值、黄线、红线至少填一项，例：红线 25']
    : []),
];

const check = (row: TargetRow): readonly string[] => {
  const isSplit = row.dimension !== undefined && !(isPaidAmount(row) && row.target !== undefined);
  const lines = row.yellow !== undefined || row.red !== undefined;
  return [
    ...(isSplit || (row.dimension !== undefined && lines)
      ? ['「维度」只用于支付金额的目标值，黄线和红线按全公司，例：留空']
      : []),
    ...(row.metric.startsWith('alert:') ? checkAlert(row) : checkDigest(row)),
    ...checkLines(row),
  ];
};

const isSame = (a: TargetRow, b: TargetRow): boolean =>
  a.metric === b.metric && a.dimension === b.dimension && a.month === b.month;

const titleOf = ({ metric, dimension = wholeCompany, month = '每月' }: TargetRow): string =>
  `${wordsOfMetric(metric)} · ${dimension} · ${month}`;

const twice = ({ after }: { readonly after: readonly Kept<TargetRow>[] }): readonly Objection[] =>
  after.flatMap(({ id, row }) => {
    const isThere = after.some((other) => other.id !== id && isSame(other.row, row));
    return isThere ? [{ id, problem: `「${titleOf(row)}」已有一行，例：换一个月份` }] : [];
  });

const value = (name: string, example: string) => number(name, { example, min: 0, max: 100_000_000 });

/** 目标与阈值: targets of the month, the lines of figures on digests, and the lines of alerts. */
export const targetsSheet: Sheet<TargetRow> = defineSheet<TargetRow>({
  id: 'targets',
  table: '目标与阈值',
  schema: targetRowSchema,
  columns: {
    metric: choice('指标', () => metricWords, { example: '支付金额（万元）', required: true, isIndex: true }),
    dimension: choice('维度', regions, { example: '华东，留空表示全公司' }),
    month: text('月份', {
      example: '2026-12，留空表示每月',
      pattern: /^20\d{2}-(?:0[1-9]|1[0-2])$/,
      needs: '要写成 年-月',
    }),
    target: value('目标值', '5600'),
    yellow: value('黄线', '6'),
    red: value('红线', '8'),
    good: choice('方向', () => ({ 越高越好: 'up', 越低越好: 'down' }), {
      example: '越低越好',
      required: true,
    }),
  },
  title: titleOf,
  check,
  objections: twice,
  // A target is nobody's safety: whoever answers for it changes it alone.
  risks: () => [],
  defaults: rowsOfTargets,
});
