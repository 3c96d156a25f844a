import { NoSuchThing } from '../no-such-thing.ts';
import type { Tenant } from '../tenant.ts';
import { type CellContext, type CellPatch, readCells } from './cells.ts';
import type { Base, Role, Row, Table } from './model.ts';
import { addRows, deleteRows, editRows, type Place } from './write.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a person does in a Base. A Base is named by its token or its name, a table by its id or its name; `fields` go by
 * field name, in the form of the open API, people as `[{ id }]` with a union_id, a user_id or a name; null clears.
 * Throws NoSuchThing for what isn't there, a Refusal for a value that doesn't fit.
 */
export type BaseActs = {
  /** Returns the new record's id. */
  readonly addRecord: (base: string, table: string, fields: Fields) => string;
  readonly editRecord: (base: string, table: string, edit: Edit) => void;
  readonly deleteRecord: (base: string, table: string, recordId: string) => void;
};

type Edit = { readonly recordId: string; readonly fields: Fields };

const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new NoSuchThing(`no such ${what}`);
  return value;
};

export const baseNamed = ({ bases }: Tenant, key: string): Base =>
  must(bases.get(key) ?? bases.all().find(({ name }) => name === key), 'Base');

export const tableNamed = ({ tables }: Base, key: string): Table =>
  must(tables.get(key) ?? [...tables.values()].find(({ name }) => name === key), 'table');

const contextOf = ({ directory, medias }: Tenant): CellContext => ({
  personBy: (id) =>
    directory.byUnion(id) ?? directory.byUserId(id) ?? directory.people().find(({ name }) => name === id),
  hasFile: (token) => medias.get(token) !== undefined,
});

export const baseActsOf = (tenant: Tenant, unionId: string): BaseActs => {
  must(tenant.directory.byUnion(unionId), 'person');
  const placeOf = (baseKey: string, tableKey: string): Place => {
    const base = baseNamed(tenant, baseKey);
    return { tenant, base, table: tableNamed(base, tableKey), author: { kind: 'user', unionId } };
  };
  const read = ({ table }: Place, fields: Fields): CellPatch => readCells(table, fields, contextOf(tenant));
  const rowOf = ({ table }: Place, recordId: string): Row => must(table.rows.get(recordId), 'record');
  return {
    addRecord: (base, table, fields) => {
      const place = placeOf(base, table);
      return addRows(place, [read(place, fields)])[0]?.id ?? '';
    },
    editRecord: (base, table, { recordId, fields }) => {
      const place = placeOf(base, table);
      editRows(place, [[rowOf(place, recordId), read(place, fields)]]);
    },
    deleteRecord: (base, table, recordId) => {
      const place = placeOf(base, table);
      deleteRows(place, [rowOf(place, recordId)]);
    },
  };
};

/** 添加文档应用: lets another app into a Base. */
export const shareBase = (tenant: Tenant, base: string, [appId, role]: readonly [string, Role]): void => {
  must(tenant.apps.get(appId), 'app');
  baseNamed(tenant, base).roles.set(appId, role);
};
