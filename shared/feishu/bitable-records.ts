import * as z from 'zod/mini';
import type { FeishuClient, FeishuRequest } from './client.ts';
import { mapOk, type Outcome } from './outcome.ts';
import { pageFields } from './paging.ts';

/** One table of one Base. */
export type BaseTable = { readonly appToken: string; readonly tableId: string };
/** By field name, as API v1 addresses them; `null` clears. People are `[{id}]` with union_ids, moments are milliseconds. */
export type BaseFields = Readonly<Record<string, unknown>>;
export type BaseRecord = { readonly recordId: string; readonly fields: BaseFields };
export type FoundRecords = { readonly records: readonly BaseRecord[]; readonly absent: readonly string[] };

type Condition = { readonly field: string; readonly operator: string; readonly value: readonly string[] };
type Search = { readonly anyOf?: readonly Condition[]; readonly fieldNames?: readonly string[] };

/**
 * Rows of a table (open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record). A batch is done whole or not at
 * all, ≤ 1000 rows; a table takes one write at a time, another one meanwhile is 1254291.
 */
export type BitableRecords = {
  /** The ids in the order of the rows. The same token (a UUID v4) with the same rows makes them once. */
  readonly createRecords: (
    table: BaseTable,
    rows: readonly BaseFields[],
    clientToken: string,
  ) => Promise<Outcome<readonly string[]>>;
  readonly updateRecords: (table: BaseTable, rows: readonly BaseRecord[]) => Promise<Outcome<object>>;
  readonly deleteRecords: (table: BaseTable, recordIds: readonly string[]) => Promise<Outcome<object>>;
  /** ≤ 100 at once. What isn't there, or may not be seen, is `absent`. */
  readonly getRecords: (table: BaseTable, recordIds: readonly string[]) => Promise<Outcome<FoundRecords>>;
  /** All rows, or those of one of ≤ 50 conditions; 500 a call. */
  readonly searchRecords: (table: BaseTable, search?: Search) => Promise<Outcome<readonly BaseRecord[]>>;
};

const WRITE_TIMEOUT_MS = 15_000;
const PAGE = 500;
/** 20,000 rows are 40 pages; a server that repeats its token must not keep us here. */
const MAX_PAGES = 400;
const anything = z.looseObject({});

const recordSchema = z.object({
  record_id: z.string(),
  fields: z._default(z.record(z.string(), z.unknown()), {}),
});
const recordsSchema = z.object({ records: z.array(recordSchema) });
const foundSchema = z.object({
  records: z._default(z.array(recordSchema), []),
  absent_record_ids: z._default(z.array(z.string()), []),
  forbidden_record_ids: z._default(z.array(z.string()), []),
});
const pageSchema = z.object({ ...pageFields, items: z._default(z.nullable(z.array(recordSchema)), []) });

const toRecord = ({ record_id: recordId, fields }: z.infer<typeof recordSchema>): BaseRecord => ({
  recordId,
  fields,
});

const pathOf = ({ appToken, tableId }: BaseTable): string =>
  `/open-apis/bitable/v1/apps/${appToken}/tables/${tableId}/records`;

const write = (
  table: BaseTable,
  action: 'batch_create' | 'batch_update' | 'batch_delete',
  body: Readonly<Record<string, unknown>>,
): FeishuRequest => ({
  method: 'POST',
  path: `${pathOf(table)}/${action}`,
  query: { user_id_type: 'union_id' },
  body,
  timeoutMs: WRITE_TIMEOUT_MS,
});

const bodyOf = ({ anyOf, fieldNames }: Search) => ({
  ...(fieldNames && { field_names: fieldNames }),
  ...(anyOf && {
    filter: {
      conjunction: 'or',
      conditions: anyOf.map(({ field, operator, value }) => ({ field_name: field, operator, value })),
    },
  }),
});

const searchAll =
  (client: FeishuClient): BitableRecords['searchRecords'] =>
  async (table, search = {}) => {
    const records: BaseRecord[] = [];
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = { user_id_type: 'union_id', page_size: PAGE, page_token: token };
      const request = {
        method: 'POST',
        path: `${pathOf(table)}/search`,
        query,
        body: bodyOf(search),
      } as const;
      const outcome = await client.call(request, pageSchema);
      if (outcome.kind !== 'ok') return outcome;
      records.push(...(outcome.data.items ?? []).map(toRecord));
      token = outcome.data.page_token;
      if (!outcome.data.has_more || !token) return { ...outcome, data: records };
    }
    return { kind: 'unknown', reason: 'list_without_end' };
  };

export const bitableRecords = (client: FeishuClient): BitableRecords => ({
  createRecords: async (table, rows, clientToken) => {
    const request = write(table, 'batch_create', { records: rows.map((fields) => ({ fields })) });
    const query = { ...request.query, client_token: clientToken };
    return mapOk(await client.call({ ...request, query }, recordsSchema), ({ records }) =>
      records.map(({ record_id }) => record_id),
    );
  },
  updateRecords: (table, rows) => {
    const records = rows.map(({ recordId, fields }) => ({ record_id: recordId, fields }));
    return client.call(write(table, 'batch_update', { records }), anything);
  },
  deleteRecords: (table, recordIds) =>
    client.call(write(table, 'batch_delete', { records: recordIds }), anything),
  getRecords: async (table, recordIds) => {
    const body = { record_ids: recordIds, user_id_type: 'union_id' };
    const request = { method: 'POST', path: `${pathOf(table)}/batch_get`, body } as const;
    return mapOk(await client.call(request, foundSchema), (found) => ({
      records: found.records.map(toRecord),
      absent: [...found.absent_record_ids, ...found.forbidden_record_ids],
    }));
  },
  searchRecords: searchAll(client),
});
