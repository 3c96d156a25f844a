import * as z from 'zod';
import type { MetricSource } from '../../shared/connectors/metric-source.ts';
import { parse } from '../../shared/parse.ts';
import { rowsInForce } from '../../shared/settings/in-force.ts';
import { rememberFor } from '../../shared/settings/remember.ts';
import { targetFenOf } from '../../shared/settings/target-row.ts';
import { targetsSheet } from '../../shared/settings/targets.ts';
import type { Settings } from '../../shared/store/settings.ts';
import type { LocalReader } from './local-rows.ts';

const askedSchema = z.object({ month: z.string(), regions: z.array(z.string()) });

/** `sales.target`: what stands in 目标与阈值, and what the BI says where it says nothing. */
export const targetRows = (
  bi: MetricSource,
  { settings, now }: { readonly settings: Pick<Settings, 'current'>; readonly now: () => Date },
): LocalReader => {
  const targets = rememberFor(now, async () => (await rowsInForce(settings)(targetsSheet)).rows);
  return async (params) => {
    const { month, regions } = parse(askedSchema, params);
    const rows = (await targets()).map(({ row }) => row);
    const targetFen = targetFenOf(rows, month, regions);
    if (targetFen === undefined) return bi.run('sales.target', params);
    // Complete the moment it is read: it never makes the figures beside it look older or younger.
    return { rows: [{ targetFen }], asOf: now().toISOString(), truncated: false };
  };
};
