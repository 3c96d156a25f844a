import * as z from 'zod';
import { allAlerts } from '../../config/alerts/all.ts';
import { releases } from '../../config/bundles.ts';
import type { Alert } from '../alerts/definition.ts';
import { type MetricName, metricNames, metrics, type Unit } from '../digests/metrics.ts';

/** One row of 目标与阈值. Numbers are those of the column, in the unit that stands behind the metric's name. */
export const targetRowSchema = z.strictObject({
  /** `digest:paidAmount`, `alert:refund-rate`. */
  metric: z.string(),
  /** 大区; absent: the whole company. */
  dimension: z.string().optional(),
  /** YYYY-MM; absent: every month. */
  month: z.string().optional(),
  target: z.number().optional(),
  yellow: z.number().optional(),
  red: z.number().optional(),
  /** Which direction is good for us. */
  good: z.enum(['up', 'down']),
});
export type TargetRow = z.output<typeof targetRowSchema>;

type Scale = { readonly word: string; readonly per: number };

/** What one of the column is in the metric's own unit: a rate is 0–1, money is fen. */
const scaleOf = (unit: Unit): Scale => {
  if (unit === 'ratio') return { word: '%', per: 0.01 };
  if (unit === 'money') return { word: '万元', per: 1_000_000 };
  if (unit === 'price') return { word: '元', per: 100 };
  if (unit === 'days') return { word: '天', per: 1 };
  if (unit === 'minutes' || unit === 'points') return { word: '分', per: 1 };
  return { word: unit.count, per: 1 };
};

const shownMetrics = new Set(
  releases.flatMap(({ digests }) =>
    digests.flatMap(({ sections }) => sections.flatMap((part) => part.metrics)),
  ),
);
const digestMetrics: readonly MetricName[] = metricNames.filter((metric) => shownMetrics.has(metric));

/** Without the noise of binary fractions. */
const tidy = (value: number): number => Number(value.toPrecision(12));

/** Alerts with a line of their own; a change against the week before has none. */
export const lineOf = ({
  condition,
}: Alert):
  | { readonly bad: 'above' | 'below'; readonly value: number; readonly recover: number }
  | undefined =>
  condition.when === 'above' || condition.when === 'below'
    ? { bad: condition.when, value: condition.value, recover: condition.recover }
    : undefined;

const alertsWithLine = allAlerts.filter((alert) => lineOf(alert) !== undefined);

const named = (name: string, unit: Unit): string => `${name}（${scaleOf(unit).word}）`;

/** 支付金额（万元）, 退款率过高预警（%） → the metric. */
export const metricWords: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    digestMetrics.map((metric) => [named(metrics[metric].label, metrics[metric].unit), `digest:${metric}`]),
  ),
  ...Object.fromEntries(
    alertsWithLine.map(({ id, name, metric }) => [named(`${name}预警`, metric.unit), `alert:${id}`]),
  ),
};

export const wordsOfMetric = (metric: string): string =>
  Object.entries(metricWords).find(([, id]) => id === metric)?.[0] ?? metric;

export const alertOf = ({ metric }: TargetRow): Alert | undefined =>
  allAlerts.find(({ id }) => metric === `alert:${id}`);

/** The lines of the alerts as they are in the code. */
export const rowsOfTargets = (): readonly TargetRow[] =>
  alertsWithLine.flatMap((alert) => {
    const line = lineOf(alert);
    if (!line) return [];
    const { per } = scaleOf(alert.metric.unit);
    return [
      {
        metric: `alert:${alert.id}`,
        yellow: tidy(line.recover / per),
        red: tidy(line.value / per),
        good: line.bad === 'above' ? ('down' as const) : ('up' as const),
      },
    ];
  });

type Wanted = { readonly metric: string; readonly month: string; readonly dimension?: string | undefined };

/** The row for this month, else the one for every month. */
export const rowFor = (rows: readonly TargetRow[], wanted: Wanted): TargetRow | undefined => {
  const own = rows.filter(
    ({ metric, dimension }) => metric === wanted.metric && dimension === wanted.dimension,
  );
  return own.find(({ month }) => month === wanted.month) ?? own.find(({ month }) => month === undefined);
};

/** A number of the row in the metric's own unit. */
export const inMetric = (unit: Unit, value: number): number => tidy(value * scaleOf(unit).per);

/** 支付金额 of a month in fen: of one 大区, or of the company, also as the sum of all of them. */
export const targetFenOf = (
  rows: readonly TargetRow[],
  month: string,
  regions: readonly string[],
): number | undefined => {
  const of = (dimension: string | undefined): number | undefined => {
    const target = rowFor(rows, { metric: 'digest:paidAmount', month, dimension })?.target;
    return target === undefined ? undefined : Math.round(inMetric('money', target));
  };
  const [only, ...others] = regions;
  const whole = others.length > 0 ? of(undefined) : undefined;
  if (whole !== undefined || only === undefined) return whole;
  const each = regions.map(of);
  return each.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    0,
  );
};
