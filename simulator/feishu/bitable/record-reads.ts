import { z } from 'zod';
import {
  type Call,
  type Endpoint,
  readFields,
  readQuery,
  userIdTypeSchema,
  wholeNumber,
} from '../endpoint.ts';
import { READ_SCOPES, reading, requirePlace, tablePath, totalPage } from './call.ts';
import { filterGiven, filterSchema, rowsPassing, type Sight } from './filter.ts';
import type { Field, Row, Table } from './model.ts';
import { refuse, strictly } from './refuse.ts';
import { type IdType, rowShown, type Viewer } from './show.ts';
import { sortedBy, sortSchema } from './sort.ts';

const querySchema = z.object({
  user_id_type: userIdTypeSchema,
  page_size: z._default(wholeNumber(1, 500), 20),
  page_token: z.optional(z.string()),
  view_id: z.optional(z.string()),
  automatic_fields: z.optional(z.string()),
  text_field_as_array: z.optional(z.string()),
});
const searchSchema = z.object({
  view_id: z.optional(z.nullable(z.string())),
  field_names: z.optional(z.nullable(z.array(z.string()).max(200))),
  sort: z.optional(z.nullable(sortSchema)),
  filter: z.optional(z.nullable(filterSchema)),
  automatic_fields: z.optional(z.nullable(z.boolean())),
});

const sightOf = ({ tenant, app }: Call, idType: IdType): Sight => ({
  now: tenant.clock.now(),
  unionOf: (id) => tenant.directory.find(app.appId, idType, id)?.unionId ?? id,
});

const viewerOf = ({ tenant, app }: Call, idType: IdType): Viewer => ({ tenant, app, idType });

/** A view keeps people by union_id, whoever looks. */
const rowsOfView = (call: Call, table: Table, viewId: string | null | undefined): readonly Row[] => {
  if (viewId === undefined || viewId === null || viewId === '') return [...table.rows.values()];
  const view = table.views.find(({ id }) => id === viewId);
  if (!view) throw refuse(1254042);
  return rowsPassing(table, view.filter, sightOf(call, 'open_id'));
};

const fieldsNamed = ({ fields }: Table, names: readonly string[] | null | undefined): readonly Field[] => {
  if (!names || names.length === 0) return fields;
  if (names.some((name) => !fields.some((field) => field.name === name))) throw refuse(1254024);
  return fields.filter(({ name }) => names.includes(name));
};

/** open.feishu.cn/document/docs/bitable-v1/app-table-record/search: with a filter or a sort, view_id is ignored. */
const search = (call: Call): object => {
  const query = readQuery(querySchema, call);
  const given = readFields(searchSchema, call.body);
  const { table } = requirePlace(call, 'view');
  const filter = filterGiven(table, given.filter);
  const sort = given.sort ?? [];
  const isWhole = filter !== undefined || sort.length > 0;
  const rows = isWhole
    ? rowsPassing(table, filter, sightOf(call, query.user_id_type))
    : rowsOfView(call, table, given.view_id);
  const form = {
    fields: fieldsNamed(table, given.field_names),
    isAutomatic: given.automatic_fields === true,
  };
  const page = totalPage(sortedBy(table, rows, sort), query.page_size, query.page_token);
  const viewer = viewerOf(call, query.user_id_type);
  return { ...page, items: page.items.map((row) => rowShown(viewer, row, form)) };
};

const segmentsSchema = z.object({ fields: z.record(z.string(), z.unknown()) });
const textSchema = z.array(z.object({ text: z.string(), type: z.literal('text') }));

/** 列出记录 writes 文本 as one string unless `text_field_as_array`. */
const flat = (shown: object): object => {
  const { fields } = segmentsSchema.parse(shown);
  const flattened = Object.entries(fields).map(([name, value]) => {
    const text = textSchema.safeParse(value);
    return [name, text.success ? text.data.map((piece) => piece.text).join('') : value] as const;
  });
  return { ...shown, fields: Object.fromEntries(flattened) };
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record/list, which Feishu advises against. */
const list = (call: Call): object => {
  const query = readQuery(querySchema, call);
  const { table } = requirePlace(call, 'view');
  const rows = rowsOfView(call, table, query.view_id);
  const page = totalPage(rows, query.page_size, query.page_token);
  const form = { fields: table.fields, isAutomatic: query.automatic_fields === 'true' };
  const shown = page.items.map((row) => rowShown(viewerOf(call, query.user_id_type), row, form));
  return { ...page, items: query.text_field_as_array === 'true' ? shown : shown.map(flat) };
};

const getSchema = z.object({
  record_ids: z.array(z.string()).min(1).max(100, 'the max len is 100'),
  user_id_type: userIdTypeSchema,
  with_shared_url: z.optional(z.boolean()),
  automatic_fields: z.optional(z.boolean()),
});

/** open.feishu.cn/document/docs/bitable-v1/app-table-record/batch_get: ≤ 100, what isn't there is named. */
const getMany = (call: Call): object => {
  const given = readFields(getSchema, call.body);
  const { table } = requirePlace(call, 'view');
  const ids = [...new Set(given.record_ids)];
  const viewer = viewerOf(call, given.user_id_type);
  const form = { fields: table.fields, isAutomatic: given.automatic_fields === true };
  return {
    records: ids.flatMap((id) => {
      const row = table.rows.get(id);
      if (!row) return [];
      const url = given.with_shared_url ? { shared_url: `https://feishu.cn/record/${id}` } : {};
      return [{ ...rowShown(viewer, row, form), ...url }];
    }),
    absent_record_ids: ids.filter((id) => !table.rows.has(id)),
    forbidden_record_ids: [],
  };
};

const path = `${tablePath}/records`;
const rate = { perSecond: 20 };

export const recordReadEndpoints: readonly Endpoint[] = [
  reading({
    method: 'POST',
    path: `${path}/search`,
    scopes: ['base:record:retrieve', ...READ_SCOPES],
    rate,
    handle: search,
  }),
  reading({ method: 'GET', path, scopes: ['base:record:retrieve', ...READ_SCOPES], rate, handle: list }),
  reading({
    method: 'POST',
    path: `${path}/batch_get`,
    scopes: ['base:record:read', ...READ_SCOPES],
    rate,
    handle: (call) => strictly(() => getMany(call)),
  }),
];
