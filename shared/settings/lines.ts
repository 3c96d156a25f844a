import type { Alert } from '../alerts/definition.ts';
import { type AbnormalRule, type Digest } from '../digests/definition.ts';
import { type MetricName, metrics } from '../digests/metrics.ts';
import { inMetric, lineOf, rowFor, type TargetRow } from './target-row.ts';

type Rows = readonly TargetRow[];

const ruleFor = (rows: Rows, metric: MetricName, month: string): readonly AbnormalRule[] => {
  const row = rowFor(rows, { metric: `digest:${metric}`, month });
  if (!row || (row.yellow === undefined && row.red === undefined)) return [];
  const { unit } = metrics[metric];
  const { yellow, red, good } = row;
  return [
    {
      when: 'beyond',
      metric,
      bad: good === 'up' ? 'below' : 'above',
      ...(yellow !== undefined && { yellow: inMetric(unit, yellow) }),
      ...(red !== undefined && { red: inMetric(unit, red) }),
    },
  ];
};

/** A digest whose figures are abnormal past the lines of this month, beside its own rules. */
export const withLines = (digest: Digest, rows: Rows, month: string): Digest => {
  const shown = [...new Set(digest.sections.flatMap((section) => section.metrics))];
  const rules = shown.flatMap((metric) => ruleFor(rows, metric, month));
  return rules.length === 0 ? digest : { ...digest, abnormal: [...digest.abnormal, ...rules] };
};

/** An alert that fires at the red line of this month and recovers at the yellow one. */
export const alertWith = (alert: Alert, rows: Rows, month: string): Alert => {
  const row = rowFor(rows, { metric: `alert:${alert.id}`, month });
  const line = lineOf(alert);
  if (row?.red === undefined || row.yellow === undefined || !line) return alert;
  const { unit } = alert.metric;
  return {
    ...alert,
    condition: { when: line.bad, value: inMetric(unit, row.red), recover: inMetric(unit, row.yellow) },
  };
};
