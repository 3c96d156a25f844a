import type { Settings } from '../store/settings.ts';
import type { Desk } from '../tickets/desk.ts';
import { rowsInForce, versionText } from './in-force.ts';
import { slaSheet } from './sla.ts';
import { slaOf } from './sla-row.ts';

/** The desk with what stands in 「直达·设置」. Its version names the tables that count: `sla@3+routing@1`, else `default`. */
export const deskInForce = async (settings: Pick<Settings, 'current'>, otherwise: Desk): Promise<Desk> => {
  const sla = await rowsInForce(settings)(slaSheet);
  const version = versionText(slaSheet, sla).join('+');
  if (version === '') return otherwise;
  return {
    ...otherwise,
    ...slaOf(
      sla.rows.map(({ row }) => row),
      otherwise,
    ),
    version,
  };
};
