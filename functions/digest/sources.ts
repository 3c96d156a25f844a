import { biQueries } from '../../config/queries/bi.ts';
import type { MetricSource } from '../../shared/connectors/metric-source.ts';
import { sqlSource } from '../../shared/connectors/sql.ts';
import { type FollowUpReading, followUpRows, withLocalRows } from './local-rows.ts';

/** Everything that a digest can ask: the BI, and what we know ourselves. */
export const digestSource = ({ biUrl, ...own }: FollowUpReading & { readonly biUrl: string }): MetricSource =>
  withLocalRows(sqlSource({ id: 'bi', url: biUrl, queries: biQueries }), {
    'followUps.week': followUpRows(own),
  });
