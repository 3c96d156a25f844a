import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { addDays, dayOf } from '../../shared/calendar/day.ts';
import type { BudgetLevel } from '../../shared/delivery/budget-level.ts';
import { NotFoundError } from '../../shared/errors.ts';
import type { Bitable } from '../../shared/feishu/bitable.ts';
import { explainCode } from '../../shared/feishu/code-fixes.ts';
import { dataOf } from '../../shared/feishu/outcome.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import type { BaseHome, BaseHomes } from '../../shared/store/base-home.ts';
import type { BaseRows } from '../../shared/store/base-rows.ts';
import type { BaseTouch, EditQueue } from '../../shared/store/edit-queue.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import { type Drift, driftOf, type StandingRow, type WantedRow } from '../../shared/tickets/base-drift.ts';
import { cellsOf, numberColumn, rowSightOf } from '../../shared/tickets/base-fields.ts';
import { keyFor } from '../../shared/tickets/base-place.ts';
import { readRow } from '../../shared/tickets/base-record.ts';
import type { Rules } from '../../shared/tickets/rules.ts';

export type BaseTableDeps = {
  readonly homes: BaseHomes;
  readonly baseRows: BaseRows;
  readonly edits: EditQueue;
  readonly tickets: Pick<Tickets, 'listOpenedOn'>;
  readonly rules: () => Promise<Rules>;
  readonly bitable: () => Bitable;
  readonly mainAppId: () => string;
  readonly standing: (now: Date) => Promise<{ readonly level: BudgetLevel }>;
};

type Asked = { readonly days: number; readonly now: Date };
const shownLimit = 50;
const manyLimit = 1_000;

const heldWords = ({ held }: BaseHome) =>
  held ? { ...held, fix: explainCode(Number(held.code)).fix } : null;

const refusedIn = async ({ baseRows }: BaseTableDeps, now: Date): Promise<readonly CommandReply[]> => {
  const numbers = await baseRows.listDue('refused', now, shownLimit);
  const rows = await Promise.all(numbers.map((ticket) => baseRows.find(ticket)));
  return rows.flatMap((row) => (row?.refused ? [{ ticket: row.ticket, ...row.refused }] : []));
};

const show = async (deps: BaseTableDeps, now: Date): Promise<CommandReply> => {
  const [home, changed, edits, refused, { level }] = await Promise.all([
    deps.homes.find(),
    deps.baseRows.listChanged(now, manyLimit),
    deps.edits.list(now, manyLimit),
    refusedIn(deps, now),
    deps.standing(now),
  ]);
  return {
    link: home.url || null,
    tables: Object.keys(home.tables),
    subscribed: home.subscribed,
    managers: home.managers,
    waiting: { tickets: changed.length, edits: edits.length },
    creating: home.creating ? { rows: home.creating.tickets.length, since: home.creating.at } : null,
    held: heldWords(home),
    refused,
    budget: level,
  };
};

const standingRows = async (
  bitable: Bitable,
  { appToken, tables }: BaseHome,
): Promise<readonly StandingRow[]> => {
  if (appToken === undefined) throw new NotFoundError('no_base', 'base-sync has made no Base yet');
  const all: StandingRow[] = [];
  for (const [key, { tableId }] of Object.entries(tables)) {
    const records = dataOf(await bitable.searchRecords({ appToken, tableId }));
    for (const { recordId, fields } of records) {
      const cells = readRow(fields);
      const number = cells[numberColumn];
      all.push({ table: key, recordId, number: typeof number === 'string' ? number : '', cells });
    }
  }
  return all;
};

const openedIn = async ({ tickets }: BaseTableDeps, { days, now }: Asked): Promise<readonly string[]> => {
  const listed = Array.from({ length: days }, (_, ago) => tickets.listOpenedOn(addDays(dayOf(now), -ago)));
  return (await Promise.all(listed)).flat();
};

type Wanted = WantedRow & { readonly waits: boolean; readonly recordId: string | undefined };

const wantedRow = async (
  { baseRows, rules, mainAppId }: BaseTableDeps,
  number: string,
  { home, now }: { readonly home: BaseHome; readonly now: Date },
): Promise<readonly Wanted[]> => {
  const [found, row, { desk }] = await Promise.all([
    baseRows.findTicket(number),
    baseRows.find(number),
    rules(),
  ]);
  if (!found) return [];
  const keys = new Map(Object.entries(home.tables).map(([key, { tableId }]) => [tableId, key]));
  const sight = { ...rowSightOf(desk, mainAppId(), now), keyOf: (tableId: string) => keys.get(tableId) };
  const table = keyFor(found.ticket, row?.place, sight);
  const cells = cellsOf(found.ticket, { ...sight, hint: row?.hint?.text, unshown: row?.unshown });
  return [{ ticket: number, table, cells, waits: found.waits, recordId: row?.place?.recordId }];
};

type Checked = {
  readonly wanted: readonly Wanted[];
  readonly drift: readonly Drift[];
  readonly home: BaseHome;
};

/** Tickets whose change is still on its way are not out of step. */
const check = async (deps: BaseTableDeps, asked: Asked): Promise<Checked> => {
  const home = await deps.homes.find();
  const standing = await standingRows(deps.bitable(), home);
  const wanted: Wanted[] = [];
  for (const number of await openedIn(deps, asked))
    wanted.push(...(await wantedRow(deps, number, { home, now: asked.now })));
  const settled = wanted.filter(({ waits }) => !waits);
  return { home, wanted, drift: driftOf(settled, standing) };
};

const report = ({ wanted, drift }: Checked): CommandReply => ({
  checked: wanted.length,
  waiting: wanted.filter(({ waits }) => waits).length,
  drift: drift.length,
  rows: drift.slice(0, shownLimit),
});

/** base-sync looks at these rows once more and puts back what the tickets say. */
const repair = async (deps: BaseTableDeps, { home, wanted, drift }: Checked, now: Date): Promise<number> => {
  const out = new Set(drift.map(({ ticket }) => ticket));
  const known = wanted.filter(({ ticket, recordId }) => out.has(ticket) && recordId !== undefined);
  for (const { table = '', recordId = '' } of known) {
    const tableId = home.tables[table]?.tableId;
    if (tableId === undefined || home.appToken === undefined) continue;
    const touch: BaseTouch = { action: 'checked', revision: 0, fields: [] };
    await deps.edits.queue({ appToken: home.appToken, tableId, recordId, stamp: randomUUID(), touch }, now);
  }
  return known.length;
};

/**
 * The one table: its link, what waits, what Base refused and why it is held. `check`: reads it (a call per 500 rows) and
 * names what is out of step (不一致) among tickets of the last `days`; `repair` has base-sync mend it.
 */
export const baseTable = (deps: BaseTableDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      check: z.boolean().default(false),
      repair: z.boolean().default(false),
      days: z.int().min(1).max(92).default(7),
      confirm: z.boolean().default(false),
    }),
    async ({ check: isCheck, repair: isRepair, days, confirm }, now) => {
      if (!isCheck && !isRepair) return show(deps, now);
      const checked = await check(deps, { days, now });
      if (!isRepair) return report(checked);
      if (!confirm) return { dryRun: true, ...report(checked), hint: 'add "confirm": true to apply' };
      return { ...report(checked), repairing: await repair(deps, checked, now) };
    },
  );
