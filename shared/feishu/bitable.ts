import * as z from 'zod/mini';
import { type BaseTable, type BitableRecords, bitableRecords } from './bitable-records.ts';
import type { FeishuClient } from './client.ts';
import { mapOk, type Outcome } from './outcome.ts';
import { allPages, pageFields } from './paging.ts';

/** `type` of a field: open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-field/guide. */
export const fieldTypes = {
  text: 1,
  number: 2,
  choice: 3,
  choices: 4,
  date: 5,
  checkbox: 7,
  people: 11,
  url: 15,
} as const;

export type FieldKind = keyof typeof fieldTypes;

export type NewField = {
  readonly name: string;
  readonly type: number;
  readonly property?: Readonly<Record<string, unknown>>;
};
export type BaseField = { readonly fieldId: string; readonly name: string; readonly type: number };
export type BaseView = { readonly viewId: string; readonly name: string };
export type ViewCondition = {
  readonly fieldId: string;
  readonly operator: string;
  readonly value?: readonly string[];
};
export type BaseFile = { readonly token: string; readonly name: string; readonly url: string };

type ViewLook = { readonly allOf: readonly ViewCondition[]; readonly hidden: readonly string[] };
type NewTable = { readonly name: string; readonly viewName: string; readonly fields: readonly NewField[] };

/**
 * Bases (多维表格), their tables, fields and views (open.feishu.cn/document/server-docs/docs/bitable-v1). Names are unique
 * within a Base: what was made and not recorded is found again by its name.
 */
export type Bitable = BitableRecords & {
  /** 20/min. Has no client_token: two calls make two. */
  readonly createBase: (name: string) => Promise<Outcome<BaseFile & { readonly firstTable: string }>>;
  readonly readBase: (appToken: string) => Promise<Outcome<BaseFile>>;
  /** Bases in the app's own space, the newest first, among its newest 200 files. */
  readonly listBases: () => Promise<Outcome<readonly BaseFile[]>>;
  readonly listTables: (
    appToken: string,
  ) => Promise<Outcome<readonly { readonly tableId: string; readonly name: string }[]>>;
  /** 1254013 when the name is taken. */
  readonly createTable: (appToken: string, table: NewTable) => Promise<Outcome<{ readonly tableId: string }>>;
  readonly deleteTable: (table: BaseTable) => Promise<Outcome<object>>;
  readonly listFields: (table: BaseTable) => Promise<Outcome<readonly BaseField[]>>;
  readonly createField: (table: BaseTable, field: NewField) => Promise<Outcome<object>>;
  /** The field's name and options become those given. */
  readonly updateField: (table: BaseTable, fieldId: string, field: NewField) => Promise<Outcome<object>>;
  readonly listViews: (table: BaseTable) => Promise<Outcome<readonly BaseView[]>>;
  readonly createView: (table: BaseTable, name: string) => Promise<Outcome<BaseView>>;
  readonly setView: (table: BaseTable, viewId: string, look: ViewLook) => Promise<Outcome<object>>;
  /** From then on drive.file.bitable_record_changed_v1 comes; again changes nothing. */
  readonly subscribe: (appToken: string) => Promise<Outcome<object>>;
  /** 管理 for one person; again changes nothing. */
  readonly addManager: (appToken: string, unionId: string) => Promise<Outcome<object>>;
};

const APPS = '/open-apis/bitable/v1/apps';
const DRIVE = '/open-apis/drive/v1';
const anything = z.looseObject({});

const appSchema = z.object({
  app: z.object({
    app_token: z.string(),
    name: z._default(z.string(), ''),
    url: z._default(z.string(), ''),
    default_table_id: z._default(z.string(), ''),
  }),
});
const filesSchema = z.object({
  files: z.array(z.object({ token: z.string(), name: z.string(), type: z.string(), url: z.string() })),
});
const tablesSchema = z.object({
  ...pageFields,
  items: z._default(z.array(z.object({ table_id: z.string(), name: z.string() })), []),
});
const fieldsSchema = z.object({
  ...pageFields,
  items: z._default(
    z.array(z.object({ field_id: z.string(), field_name: z.string(), type: z.number() })),
    [],
  ),
});
const viewSchema = z.object({ view_id: z.string(), view_name: z.string() });
const viewsSchema = z.object({ ...pageFields, items: z._default(z.array(viewSchema), []) });

const toView = ({ view_id: viewId, view_name: name }: z.infer<typeof viewSchema>): BaseView => ({
  viewId,
  name,
});
const toFile = ({ app }: z.infer<typeof appSchema>): BaseFile => ({
  token: app.app_token,
  name: app.name,
  url: app.url,
});

const tablePath = ({ appToken, tableId }: BaseTable): string => `${APPS}/${appToken}/tables/${tableId}`;
const fieldBody = ({ name, type, property }: NewField) => ({
  field_name: name,
  type,
  ...(property && { property }),
});
const viewBody = ({ allOf, hidden }: ViewLook) => ({
  property: {
    filter_info: {
      conjunction: 'and',
      conditions: allOf.map(({ fieldId, operator, value }) => ({
        field_id: fieldId,
        operator,
        ...(value && { value: JSON.stringify(value) }),
      })),
    },
    hidden_fields: hidden,
  },
});

type Calls<Name extends keyof Bitable> = Pick<Bitable, Name>;

const bases = (
  client: FeishuClient,
): Calls<'createBase' | 'readBase' | 'listBases' | 'subscribe' | 'addManager'> => ({
  createBase: async (name) =>
    mapOk(await client.call({ method: 'POST', path: APPS, body: { name } }, appSchema), (found) => ({
      ...toFile(found),
      firstTable: found.app.default_table_id,
    })),
  readBase: async (appToken) =>
    mapOk(await client.call({ method: 'GET', path: `${APPS}/${appToken}` }, appSchema), toFile),
  listBases: async () => {
    // Without folder_token: the root of the app's space (open.feishu.cn/document/server-docs/docs/drive-v1/folder/list).
    const query = { page_size: 200, order_by: 'CreatedTime', direction: 'DESC' };
    const files = await client.call({ method: 'GET', path: `${DRIVE}/files`, query }, filesSchema);
    return mapOk(files, (found) => found.files.filter(({ type }) => type === 'bitable'));
  },
  subscribe: (appToken) =>
    client.call(
      { method: 'POST', path: `${DRIVE}/files/${appToken}/subscribe`, query: { file_type: 'bitable' } },
      anything,
    ),
  addManager: (appToken, unionId) =>
    client.call(
      {
        method: 'POST',
        path: `${DRIVE}/permissions/${appToken}/members`,
        query: { type: 'bitable', need_notification: true },
        body: { member_type: 'unionid', member_id: unionId, perm: 'full_access' },
      },
      anything,
    ),
});

const tables = (client: FeishuClient): Calls<'listTables' | 'createTable' | 'deleteTable'> => ({
  listTables: async (appToken) => {
    const query = { page_size: 100 };
    return mapOk(
      await allPages(client, { path: `${APPS}/${appToken}/tables`, query }, tablesSchema),
      (pages) =>
        pages.flatMap(({ items }) => items).map(({ table_id: tableId, name }) => ({ tableId, name })),
    );
  },
  createTable: async (appToken, { name, viewName, fields }) => {
    const body = { table: { name, default_view_name: viewName, fields: fields.map(fieldBody) } };
    const request = { method: 'POST', path: `${APPS}/${appToken}/tables`, body } as const;
    return mapOk(await client.call(request, z.object({ table_id: z.string() })), ({ table_id: tableId }) => ({
      tableId,
    }));
  },
  deleteTable: (table) => client.call({ method: 'DELETE', path: tablePath(table) }, anything),
});

const fields = (client: FeishuClient): Calls<'listFields' | 'createField' | 'updateField'> => ({
  listFields: async (table) => {
    const path = `${tablePath(table)}/fields`;
    return mapOk(await allPages(client, { path, query: { page_size: 100 } }, fieldsSchema), (pages) =>
      pages
        .flatMap(({ items }) => items)
        .map(({ field_id: fieldId, field_name: name, type }) => ({ fieldId, name, type })),
    );
  },
  createField: (table, field) =>
    client.call({ method: 'POST', path: `${tablePath(table)}/fields`, body: fieldBody(field) }, anything),
  updateField: (table, fieldId, field) =>
    client.call(
      { method: 'PUT', path: `${tablePath(table)}/fields/${fieldId}`, body: fieldBody(field) },
      anything,
    ),
});

const views = (client: FeishuClient): Calls<'listViews' | 'createView' | 'setView'> => ({
  listViews: async (table) => {
    const path = `${tablePath(table)}/views`;
    return mapOk(await allPages(client, { path, query: { page_size: 100 } }, viewsSchema), (pages) =>
      pages.flatMap(({ items }) => items).map(toView),
    );
  },
  createView: async (table, name) => {
    const body = { view_name: name, view_type: 'grid' };
    const request = { method: 'POST', path: `${tablePath(table)}/views`, body } as const;
    return mapOk(await client.call(request, z.object({ view: viewSchema })), ({ view }) => toView(view));
  },
  setView: (table, viewId, look) =>
    client.call(
      { method: 'PATCH', path: `${tablePath(table)}/views/${viewId}`, body: viewBody(look) },
      anything,
    ),
});

export const feishuBitable = (client: FeishuClient): Bitable => ({
  ...bases(client),
  ...tables(client),
  ...fields(client),
  ...views(client),
  ...bitableRecords(client),
});
