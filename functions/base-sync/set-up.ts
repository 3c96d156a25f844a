import { createHash } from 'node:crypto';
import { ConflictError, UpstreamError } from '../../shared/errors.ts';
import {
  type BaseField,
  type BaseFile,
  type Bitable,
  fieldTypes,
  type NewField,
} from '../../shared/feishu/bitable.ts';
import type { BaseTable } from '../../shared/feishu/bitable-records.ts';
import { dataOf } from '../../shared/feishu/outcome.ts';
import { log } from '../../shared/log.ts';
import type { BaseHome, BaseHomes, HomeTable } from '../../shared/store/base-home.ts';
import { type Column, columns } from '../../shared/tickets/base-fields.ts';
import { type ViewDefinition, views } from '../../shared/tickets/base-views.ts';
import type { Hands } from './hands.ts';

export type SetUpDeps = {
  readonly bitable: Bitable;
  readonly homes: BaseHomes;
  readonly hands: Hands;
  /** union_ids of who shall manage the Base: the app owns it, and nobody else sees it before. */
  readonly managers: () => Promise<readonly string[]>;
  readonly now: () => Date;
};

/** A home whose Base is made. */
export type Ready = BaseHome & { readonly appToken: string };

const baseName = '直达·售后工单';
const liveTable = '售后工单';
/** What a new Base has. */
const emptyTable = '数据表';
const [allTickets] = views;

const properties: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  date: { date_formatter: 'yyyy/MM/dd HH:mm', auto_fill: false },
  people: { multiple: false },
  number: { formatter: '0' },
  '金额(元)': { formatter: '0.00' },
};

const newField = ({ name, kind, options }: Column): NewField => {
  const property = options ? { options: options.map((option) => ({ name: option })) } : undefined;
  const given = property ?? properties[name] ?? properties[kind];
  return { name, type: fieldTypes[kind], ...(given && { property: given }) };
};

/** Changes with the columns and views, and then everything is looked at again. */
const shape = createHash('sha256')
  .update(JSON.stringify([columns.map(newField), views]))
  .digest('hex')
  .slice(0, 16);

const keep = async ({ homes }: SetUpDeps, home: BaseHome, change: Partial<BaseHome>): Promise<BaseHome> => {
  const kept = await homes.put(home, change);
  if (kept) return kept;
  throw new ConflictError('base_home_changed', 'somebody else has written where the Base is');
};

export const keepHome = async (deps: SetUpDeps, home: Ready, change: Partial<BaseHome>): Promise<Ready> => ({
  ...(await keep(deps, home, change)),
  appToken: home.appToken,
});

const hasBase = (home: BaseHome): home is Ready => home.appToken !== undefined;

/** A Base that was made and not recorded is found by its name: creating has no client_token. */
const findMade = async ({ bitable, hands }: SetUpDeps): Promise<BaseFile | undefined> =>
  dataOf(await hands(() => bitable.listBases())).find(({ name }) => name === baseName);

const ensureApp = async (deps: SetUpDeps, home: BaseHome): Promise<Ready> => {
  if (hasBase(home)) return home;
  const found = home.makingSince === undefined ? undefined : await findMade(deps);
  const making = found ? home : await keep(deps, home, { makingSince: deps.now().toISOString() });
  // Not repeated in place: whether an unknown one was made is asked first.
  const { token, url } = found ?? dataOf(await deps.bitable.createBase(baseName));
  const made = await keep(deps, making, { appToken: token, url, makingSince: undefined });
  if (hasBase(made)) return made;
  throw new UpstreamError('base_without_token', 'a new Base has no token');
};

const tableNamed = async ({ bitable, hands }: SetUpDeps, appToken: string, name: string) => {
  const tables = dataOf(await hands(() => bitable.listTables(appToken)));
  return { found: tables.find((table) => table.name === name), tables };
};

const removeEmpty = async ({ bitable, hands }: SetUpDeps, table: BaseTable): Promise<void> => {
  const outcome = await hands(() => bitable.deleteTable(table));
  if (outcome.kind !== 'ok') log.warn('base_empty_table_stays', { reason: outcome.reason });
};

const ensureTable = async (
  deps: SetUpDeps,
  home: Ready,
  { key, name }: { readonly key: string; readonly name: string },
): Promise<Ready> => {
  if (home.tables[key]) return home;
  const { bitable, hands } = deps;
  const { appToken } = home;
  const { found, tables } = await tableNamed(deps, appToken, name);
  const viewName = allTickets?.name ?? name;
  const make = () => bitable.createTable(appToken, { name, viewName, fields: columns.map(newField) });
  const { tableId } = found ?? dataOf(await hands(make));
  const empty = tables.find((table) => table.name === emptyTable);
  if (key === 'live' && empty) await removeEmpty(deps, { appToken, tableId: empty.tableId });
  const made: HomeTable = { tableId, fields: {}, views: [] };
  return ensureFields(deps, await keepHome(deps, home, { tables: { ...home.tables, [key]: made } }), key);
};

/** By its id first: a column that somebody renamed gets its name back. */
const ensureField = async (
  { bitable, hands }: SetUpDeps,
  table: BaseTable,
  { column, known, standing }: { column: Column; known: string | undefined; standing: readonly BaseField[] },
): Promise<void> => {
  if (standing.some(({ name }) => name === column.name)) return;
  const renamed = standing.find(({ fieldId }) => fieldId === known);
  const field = newField(column);
  dataOf(
    await hands(() =>
      renamed ? bitable.updateField(table, renamed.fieldId, field) : bitable.createField(table, field),
    ),
  );
};

const ensureFields = async (deps: SetUpDeps, home: Ready, key: string): Promise<Ready> => {
  const known = home.tables[key];
  if (!known) return home;
  const { bitable, hands } = deps;
  const table = { appToken: home.appToken, tableId: known.tableId };
  const list = async () => dataOf(await hands(() => bitable.listFields(table)));
  const standing = await list();
  const missing = columns.filter((column) => !standing.some(({ name }) => name === column.name));
  for (const column of missing)
    await ensureField(deps, table, { column, known: known.fields[column.name], standing });
  const all = missing.length > 0 ? await list() : standing;
  const fields = Object.fromEntries(all.map(({ name, fieldId }) => [name, fieldId]));
  return keepHome(deps, home, { tables: { ...home.tables, [key]: { ...known, fields } } });
};

const lookOf = ({ allOf }: ViewDefinition, { fields }: HomeTable) => ({
  allOf: allOf.map(({ column, operator, value }) => ({
    fieldId: fields[column] ?? '',
    operator,
    ...(value && { value }),
  })),
  hidden: columns.flatMap(({ name, isHelper }) => (isHelper ? (fields[name] ?? []) : [])),
});

/** A filter is set once: what people make of their view afterwards is theirs. */
const ensureViews = async (deps: SetUpDeps, home: Ready): Promise<Ready> => {
  const { bitable, hands } = deps;
  const { live } = home.tables;
  const missing = views.filter(({ name }) => !live?.views.includes(name));
  if (!live || missing.length === 0) return home;
  const table = { appToken: home.appToken, tableId: live.tableId };
  const standing = dataOf(await hands(() => bitable.listViews(table)));
  for (const view of missing) {
    const found = standing.find(({ name }) => name === view.name);
    const { viewId } = found ?? dataOf(await hands(() => bitable.createView(table, view.name)));
    dataOf(await hands(() => bitable.setView(table, viewId, lookOf(view, live))));
  }
  const made = { ...live, views: views.map(({ name }) => name) };
  return keepHome(deps, home, { tables: { ...home.tables, live: made } });
};

const ensureSubscribed = async (deps: SetUpDeps, home: Ready): Promise<Ready> => {
  if (home.subscribed) return home;
  dataOf(await deps.hands(() => deps.bitable.subscribe(home.appToken)));
  return keepHome(deps, home, { subscribed: true });
};

/** Nobody's fault keeps the table from being written: who could not be added is tried again with the next shape. */
const ensureManagers = async (deps: SetUpDeps, home: Ready): Promise<Ready> => {
  const { bitable, hands } = deps;
  const missing = (await deps.managers()).filter((person) => !home.managers.includes(person));
  const added: string[] = [];
  for (const person of missing) {
    const outcome = await hands(() => bitable.addManager(home.appToken, person));
    if (outcome.kind === 'ok') added.push(person);
    else log.warn('base_manager_not_added', { reason: outcome.reason });
  }
  return added.length > 0 ? keepHome(deps, home, { managers: [...home.managers, ...added] }) : home;
};

/** The Base with its table, fields, views and subscription; what stands is left alone, what is missing is made. Throws `feishu_refused`. */
export const ensureHome = async (deps: SetUpDeps, known: BaseHome): Promise<Ready> => {
  if (hasBase(known) && known.shape === shape) return known;
  const app = await ensureApp(deps, known);
  const isNew = app.tables['live'] === undefined;
  let home = await ensureTable(deps, app, { key: 'live', name: liveTable });
  if (!isNew) for (const key of Object.keys(home.tables)) home = await ensureFields(deps, home, key);
  home = await ensureManagers(deps, await ensureSubscribed(deps, await ensureViews(deps, home)));
  return keepHome(deps, home, { shape });
};

/** The yearly table for what was closed then. */
export const ensureArchive = (deps: SetUpDeps, home: Ready, year: string): Promise<Ready> =>
  ensureTable(deps, home, { key: year, name: `归档${year}` });
