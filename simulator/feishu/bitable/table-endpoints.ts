import { z } from 'zod';
import { type Call, type Endpoint, readFields, readQuery } from '../endpoint.ts';
import { newTable, newView } from './bases.ts';
import {
  alone,
  pageSchema,
  READ_SCOPES,
  reading,
  requireBase,
  requirePlace,
  tablePath,
  tablesPath,
  totalPage,
  writing,
} from './call.ts';
import { announceTable } from './events.ts';
import { addField, fieldSchema } from './fields.ts';
import type { Base, Field, Table } from './model.ts';
import { refuse } from './refuse.ts';
import { tableShown } from './show.ts';

const MOST_TABLES = 100;
const MOST_TABLE_NAME = 100;

const appSchema = z.object({
  name: z._default(z.string(), ''),
  folder_token: z.optional(z.string()),
  time_zone: z.optional(z.string()),
});

const appShown = (base: Base): object => ({
  app_token: base.token,
  name: base.name,
  url: `https://feishu.cn/base/${base.token}`,
});

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app/create */
const createApp = (call: Call): object => {
  const {
    name,
    folder_token: folder = '',
    time_zone: zone = 'Asia/Shanghai',
  } = readFields(appSchema, call.body);
  if (name.length > 255) throw refuse(1254031);
  const base = call.tenant.bases.create(name, call.app.appId);
  const [table] = base.tables.values();
  if (table) announceTable({ tenant: call.tenant, base, table });
  const more = { folder_token: folder, time_zone: zone, default_table_id: table?.id };
  return { app: { ...appShown(base), ...more } };
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app/get */
const getApp = (call: Call): object => {
  const base = requireBase(call, 'view');
  const revision = Math.max(...[...base.tables.values()].map((table) => table.revision));
  return { app: { ...appShown(base), revision, is_advanced: false, time_zone: 'Asia/Shanghai' } };
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table/list */
const list = (call: Call): object => {
  const { page_size: size, page_token: token } = readQuery(pageSchema, call);
  const page = totalPage([...requireBase(call, 'view').tables.values()], size, token);
  return { ...page, items: page.items.map(tableShown) };
};

const tableSchema = z.object({
  name: z.string('name is required'),
  default_view_name: z.optional(z.string()),
  fields: z.optional(z.array(fieldSchema).min(1).max(300)),
});
type GivenTable = z.output<typeof tableSchema>;

const checkName = (base: Base, given: string): string => {
  const name = given.trim();
  if (name === '' || name.length > MOST_TABLE_NAME || /[/\\?*:[\]]/u.test(name)) throw refuse(1254001);
  if ([...base.tables.values()].some((table) => table.name === name)) throw refuse(1254013);
  return name;
};

const makeTable = ({ tenant }: Call, base: Base, given: GivenTable): Table => {
  const name = checkName(base, given.name);
  if (base.tables.size >= MOST_TABLES) throw refuse(1254100);
  if (given.default_view_name !== undefined && !given.fields) throw refuse(1254001);
  const fields: Field[] = [];
  for (const field of given.fields ?? [{ field_name: '多行文本', type: 1 }]) addField(tenant, fields, field);
  const view = newView(tenant.bases.newId('vew'), given.default_view_name?.trim() ?? '表格');
  return newTable(tenant.bases.newId('tbl'), name, { fields, views: [view] });
};

const keep = ({ tenant }: Call, base: Base, table: Table): void => {
  base.tables.set(table.id, table);
  announceTable({ tenant, base, table });
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table/create */
const create = (call: Call): object => {
  const { table: given } = readFields(z.object({ table: tableSchema }), call.body);
  const base = requireBase(call, 'edit');
  return alone(call, base, () => {
    const table = makeTable(call, base, given);
    keep(call, base, table);
    return {
      table_id: table.id,
      ...(given.fields
        ? { default_view_id: table.views[0]?.id, field_id_list: table.fields.map(({ id }) => id) }
        : {}),
    };
  });
};

const manySchema = z.object({
  tables: z
    .array(z.object({ name: z.string() }))
    .min(1)
    .max(100),
});

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table/batch_create */
const createMany = (call: Call): object => {
  const { tables: given } = readFields(manySchema, call.body);
  const base = requireBase(call, 'edit');
  return alone(call, base, () => {
    const names = new Set(given.map(({ name }) => name.trim()));
    if (names.size < given.length) throw refuse(1254013);
    if (base.tables.size + given.length > MOST_TABLES) throw refuse(1254100);
    const tables = given.map((one) => makeTable(call, base, one));
    for (const table of tables) keep(call, base, table);
    return { table_ids: tables.map(({ id }) => id) };
  });
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table/patch */
const rename = (call: Call): object => {
  const { name } = readFields(z.object({ name: z.string() }), call.body);
  const place = requirePlace(call, 'edit');
  return alone(call, place.table, () => {
    if (name.trim() !== place.table.name) place.table.name = checkName(place.base, name);
    announceTable(place);
    return { name: place.table.name };
  });
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table/delete: the last table stays. */
const remove = (call: Call): object => {
  const place = requirePlace(call, 'edit');
  return alone(call, place.table, () => {
    if (place.base.tables.size === 1) throw refuse(1254034);
    place.base.tables.delete(place.table.id);
    announceTable(place);
    return {};
  });
};

const apps = '/open-apis/bitable/v1/apps';
const ten = { perSecond: 10 };
const twenty = { perSecond: 20 };
const app = 'bitable:app';

export const tableEndpoints: readonly Endpoint[] = [
  writing({
    method: 'POST',
    path: apps,
    scopes: ['base:app:create', app],
    rate: { perMinute: 20 },
    handle: createApp,
  }),
  reading({
    method: 'GET',
    path: `${apps}/:app_token`,
    scopes: ['base:app:read', ...READ_SCOPES],
    rate: twenty,
    handle: getApp,
  }),
  reading({
    method: 'GET',
    path: tablesPath,
    scopes: ['base:table:read', ...READ_SCOPES],
    rate: twenty,
    handle: list,
  }),
  writing({
    method: 'POST',
    path: tablesPath,
    scopes: ['base:table:create', app],
    rate: ten,
    handle: create,
  }),
  writing({
    method: 'POST',
    path: `${tablesPath}/batch_create`,
    scopes: ['base:table:create', app],
    rate: ten,
    handle: createMany,
  }),
  writing({
    method: 'PATCH',
    path: tablePath,
    scopes: ['base:table:update', app],
    rate: ten,
    handle: rename,
  }),
  writing({
    method: 'DELETE',
    path: tablePath,
    scopes: ['base:table:delete', app],
    rate: ten,
    handle: remove,
  }),
];
