import type { Settings } from '../store/settings.ts';
import type { Desk } from '../tickets/desk.ts';
import { rowsInForce, versionText } from './in-force.ts';
import { rotaOf, rotaSheet } from './rota.ts';
import { routingOf, routingSheet } from './routing.ts';
import { slaSheet } from './sla.ts';
import { slaOf } from './sla-row.ts';

/** The desk with what stands in 「直达·设置」. Its version names the tables that count: `sla@3+routing@1`, else `default`. */
export const deskInForce = async (settings: Pick<Settings, 'current'>, otherwise: Desk): Promise<Desk> => {
  const read = rowsInForce(settings);
  const [sla, routing, rota] = await Promise.all([read(slaSheet), read(routingSheet), read(rotaSheet)]);
  const versions = [
    ...versionText(slaSheet, sla),
    ...versionText(routingSheet, routing),
    ...versionText(rotaSheet, rota),
  ];
  if (versions.length === 0) return otherwise;
  const rowsOf = <Row>({ rows }: { readonly rows: readonly { readonly row: Row }[] }) =>
    rows.map(({ row }) => row);
  return {
    ...otherwise,
    ...(sla.version > 0 && slaOf(rowsOf(sla), otherwise)),
    ...(routing.version > 0 && routingOf(rowsOf(routing))),
    ...(rota.version > 0 && { rota: [...rotaOf(rowsOf(rota))] }),
    version: versions.join('+'),
  };
};
