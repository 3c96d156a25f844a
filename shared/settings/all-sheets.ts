import { pushSheet } from './push.ts';
import { rotaSheet } from './rota.ts';
import { routingSheet } from './routing.ts';
import type { Sheet } from './sheet.ts';
import { slaSheet } from './sla.ts';
import { targetsSheet } from './targets.ts';

/** The tables of 「直达·设置」, in their order. */
export const allSheets: readonly Sheet[] = [pushSheet, targetsSheet, slaSheet, routingSheet, rotaSheet];

export const sheetCalled = (wanted: string): Sheet | undefined =>
  allSheets.find(({ id, table }) => id === wanted || table === wanted);
