import { biQueries } from '../../config/queries/bi.ts';
import type { MetricSource } from '../../shared/connectors/metric-source.ts';
import { sqlSource } from '../../shared/connectors/sql.ts';
import { baseHomes } from '../../shared/store/base-home.ts';
import type { Settings } from '../../shared/store/settings.ts';
import { tickets } from '../../shared/store/tickets.ts';
import { pastRules } from '../../shared/tickets/past-rules.ts';
import { rulesInForce } from '../../shared/tickets/rules.ts';
import { afterSalesReaders } from './after-sales-rows.ts';
import { type FollowUpReading, followUpRows, withLocalRows } from './local-rows.ts';
import { targetRows } from './target-rows.ts';

type Env = { readonly BI_URL: string; readonly TICKETS_TABLE: string; readonly OPS_TABLE: string };

/** Everything that a digest can ask: the BI, and what we know ourselves. */
export const digestSource = (
  env: Env,
  { settings, ...own }: FollowUpReading & { readonly settings: Settings },
): MetricSource => {
  const rules = rulesInForce(settings, own.now);
  const bi = sqlSource({ id: 'bi', url: env.BI_URL, queries: biQueries });
  return withLocalRows(bi, {
    'sales.target': targetRows(bi, { settings, now: own.now }),
    'followUps.week': followUpRows(own),
    ...afterSalesReaders({
      tickets: tickets(env.TICKETS_TABLE),
      homes: baseHomes(env.OPS_TABLE),
      rules,
      pastRules: pastRules(settings, rules),
      now: own.now,
    }),
  });
};
