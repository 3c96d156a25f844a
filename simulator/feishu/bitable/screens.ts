import type { Tenant } from '../tenant.ts';
import { rowsPassing, valueOf } from './filter.ts';
import { type Base, type Cell, type Field, type Row, type Table, TYPE, type View } from './model.ts';

/** A Base and its tables, as the client lists them. */
export const baseScreen = (base: Base): object => ({
  appToken: base.token,
  name: base.name,
  tables: [...base.tables.values()].map(({ id, name, rows }) => ({ tableId: id, name, total: rows.size })),
});

const formatOf = (format: unknown): string => (typeof format === 'string' ? format : 'yyyy/MM/dd');

const fieldScreen = ({ id, name, type, uiType, isPrimary, options, property }: Field): object => ({
  fieldId: id,
  name,
  type,
  uiType,
  isPrimary,
  options: options.map((option) => ({ name: option.name, color: option.color })),
  isMultiple: property?.['multiple'] !== false,
  dateFormat: formatOf(property?.['date_formatter']),
});

const viewScreen = ({ id, name, type, filter }: View): object => ({
  viewId: id,
  name,
  type,
  conditions: filter?.conditions.length ?? 0,
});

const personScreen = ({ directory, apps }: Tenant, id: string): object => ({
  unionId: id,
  name: directory.byUnion(id)?.name ?? apps.get(id)?.name ?? '',
});

const PEOPLE: readonly number[] = [TYPE.user, TYPE.createdBy, TYPE.changedBy];

const cellScreen = (tenant: Tenant, field: Field, row: Row): unknown => {
  const cell: Cell | undefined = row.cells.get(field.id);
  const value = cell ?? valueOf(field, row);
  if (!Array.isArray(value)) return value;
  if (PEOPLE.includes(field.type)) return value.map((id) => personScreen(tenant, String(id)));
  if (field.type !== TYPE.attachment) return value;
  return value.map((token) => ({ token: String(token), name: tenant.medias.get(String(token))?.name ?? '' }));
};

type Asked = { readonly viewId: string | undefined; readonly limit: number };

/** One view of a table: its visible fields and the first `limit` rows that pass its filter. */
export const tableScreen = (tenant: Tenant, table: Table, { viewId, limit }: Asked): object => {
  const view = table.views.find(({ id }) => id === viewId) ?? table.views[0];
  const rows = rowsPassing(table, view?.filter, { now: tenant.clock.now(), unionOf: (id) => id });
  const fields = table.fields.filter(({ id }) => !view?.hiddenFields.includes(id));
  return {
    tableId: table.id,
    name: table.name,
    revision: table.revision,
    viewId: view?.id,
    views: table.views.map(viewScreen),
    fields: fields.map(fieldScreen),
    total: rows.length,
    rows: rows.slice(0, limit).map((row) => ({
      recordId: row.id,
      cells: Object.fromEntries(fields.map((field) => [field.id, cellScreen(tenant, field, row)])),
    })),
  };
};
