import { dayOf } from '../../shared/calendar/day.ts';
import { ConflictError } from '../../shared/errors.ts';
import type { Bitable } from '../../shared/feishu/bitable.ts';
import { dataOf } from '../../shared/feishu/outcome.ts';
import { allSheets } from '../../shared/settings/all-sheets.ts';
import { baseRowsOf, fieldsOf } from '../../shared/settings/base-table.ts';
import {
  findHome,
  homeName,
  homeSetting,
  nightlyRecord,
  type SettingsHome,
} from '../../shared/settings/home.ts';
import { rowsInForce, sheetSetting } from '../../shared/settings/in-force.ts';
import type { Known } from '../../shared/settings/known.ts';
import { fullCells, type Kept, type Sheet } from '../../shared/settings/sheet.ts';
import type { EditQueue } from '../../shared/store/edit-queue.ts';
import type { Settings } from '../../shared/store/settings.ts';

export type SettingsBaseDeps = {
  readonly settings: Settings;
  readonly bitable: Bitable;
  readonly edits: Pick<EditQueue, 'queue'>;
  readonly known: Known;
  readonly changedBy: string;
  /** union_ids of those who shall manage the Base. */
  readonly managers: readonly string[];
};

const changedMeanwhile = (): ConflictError =>
  new ConflictError(
    'changed_meanwhile',
    'somebody else changed the settings at the same moment: run it again',
  );

/** Base makes a new one with an empty table, which goes when it has ours. */
type Place = { readonly home: SettingsHome; readonly firstTable?: string };

/** The one that is recorded, or one that a crash left unrecorded, or a new one. */
const homeFor = async ({ settings, bitable }: SettingsBaseDeps): Promise<Place> => {
  const found = await findHome(settings);
  if (found) return { home: found };
  const rest = { tables: {}, subscribed: false };
  const left = dataOf(await bitable.listBases()).find(({ name }) => name === homeName);
  if (left) return { home: { appToken: left.token, url: left.url, ...rest } };
  const { token, url, firstTable } = dataOf(await bitable.createBase(homeName));
  return { home: { appToken: token, url, ...rest }, firstTable };
};

const keepHome = async (
  { settings, known, changedBy }: SettingsBaseDeps,
  home: SettingsHome,
): Promise<void> => {
  const before = await settings.current(homeSetting);
  if (JSON.stringify(before?.value) === JSON.stringify(home)) return;
  const change = { value: home, changedBy, now: known.now, after: Number(before?.version ?? '0') };
  if (!(await settings.append(homeSetting, change))) throw changedMeanwhile();
};

type Made = { readonly tableId: string; readonly isNew: boolean };

/** By its name; fields that somebody took away are made again. */
const tableFor = async (
  { bitable, known }: SettingsBaseDeps,
  appToken: string,
  sheet: Sheet,
): Promise<Made> => {
  const fields = fieldsOf(sheet, known);
  const found = dataOf(await bitable.listTables(appToken)).find(({ name }) => name === sheet.table);
  if (!found) {
    const table = { name: sheet.table, viewName: '全部', fields };
    return { ...dataOf(await bitable.createTable(appToken, table)), isNew: true };
  }
  const table = { appToken, tableId: found.tableId };
  const there = dataOf(await bitable.listFields(table)).map(({ name }) => name);
  for (const field of fields.filter(({ name }) => !there.includes(name)))
    dataOf(await bitable.createField(table, field));
  return { tableId: found.tableId, isNew: false };
};

/** The rows in force, or the defaults, as new records. */
const fill = async (
  { bitable, settings, known }: SettingsBaseDeps,
  sheet: Sheet,
  table: { readonly appToken: string; readonly tableId: string },
): Promise<readonly Kept[]> => {
  const { rows, version } = await rowsInForce(settings)(sheet);
  const values = version === 0 ? sheet.defaults() : rows.map(({ row }) => row);
  const answer = { status: `已生效 v${version + 1}`, note: '', changed: `${dayOf(known.now)} 初始` };
  const cells = values.map((row) => fullCells(sheet, row, { known, answer }));
  const ids = await baseRowsOf(bitable, table).add(cells, `fill v${version + 1}`);
  return values.map((row, index) => ({ id: ids[index] ?? '', row }));
};

/** What a table holds that was made and filled but never recorded. */
const leftIn = async (
  { bitable, known }: SettingsBaseDeps,
  sheet: Sheet,
  table: { readonly appToken: string; readonly tableId: string },
): Promise<readonly Kept[]> => {
  const records = await baseRowsOf(bitable, table).list();
  const rows = sheet
    .read(records, known)
    .flatMap(({ id, isOn, row }) => (isOn && row !== undefined ? [{ id, row }] : []));
  if (records.length === 0 || rows.length >= sheet.defaults().length) return rows;
  throw new ConflictError(
    'table_not_readable',
    `${sheet.table} has other rows than it was filled with: delete the table`,
  );
};

type Outcome = {
  readonly id: string;
  readonly table: string;
  readonly tableId: string;
  readonly done: string;
  readonly rows: number;
};

const makeSheet = async (deps: SettingsBaseDeps, appToken: string, sheet: Sheet): Promise<Outcome> => {
  const { settings, known, changedBy } = deps;
  const { tableId, isNew } = await tableFor(deps, appToken, sheet);
  const { rows: inForce, version } = await rowsInForce(settings)(sheet);
  const about = { id: sheet.id, table: sheet.table, tableId };
  if (version > 0 && !isNew) return { ...about, done: 'there already', rows: inForce.length };
  const left = isNew ? [] : await leftIn(deps, sheet, { appToken, tableId });
  const rows = left.length > 0 ? left : await fill(deps, sheet, { appToken, tableId });
  const change = { value: { rows }, changedBy, now: known.now, after: version };
  if (!(await settings.append(sheetSetting(sheet), change))) throw changedMeanwhile();
  return { ...about, done: version === 0 ? 'made with the defaults' : 'made again', rows: rows.length };
};

const lookEveryNight = async (
  { edits, known }: SettingsBaseDeps,
  where: { readonly appToken: string; readonly tableId: string },
): Promise<void> => {
  const touch = { action: 'edited' as const, revision: 0, fields: [] };
  await edits.queue({ ...where, recordId: nightlyRecord, stamp: nightlyRecord, touch }, known.now);
};

/**
 * Makes the Base 「直达·设置」, or what is missing of it: its tables with their fields, filled with what is in force, its
 * events, its managers. Again it changes nothing. Throws `feishu_refused`, `feishu_unknown`, `changed_meanwhile`.
 */
export const makeSettingsBase = async (
  deps: SettingsBaseDeps,
): Promise<{ readonly url: string; readonly tables: readonly Outcome[] }> => {
  const { bitable, managers } = deps;
  const { home, firstTable } = await homeFor(deps);
  const { appToken, url } = home;
  await keepHome(deps, home);
  const tables: Outcome[] = [];
  for (const sheet of allSheets) tables.push(await makeSheet(deps, appToken, sheet));
  if (firstTable) dataOf(await bitable.deleteTable({ appToken, tableId: firstTable }));
  dataOf(await bitable.subscribe(appToken));
  for (const person of managers) dataOf(await bitable.addManager(appToken, person));
  const ids = Object.fromEntries(tables.map(({ id, tableId }) => [id, tableId]));
  await keepHome(deps, { ...home, tables: ids, subscribed: true });
  for (const { tableId } of tables) await lookEveryNight(deps, { appToken, tableId });
  return { url, tables };
};
