import { z } from 'zod';
import { hexOf } from '../../company.ts';
import { type Call, type Endpoint, readFields, readQuery, userIdTypeSchema } from '../endpoint.ts';
import { alone, requirePlace, tablePath, writing } from './call.ts';
import { type CellContext, readCells } from './cells.ts';
import type { Row } from './model.ts';
import { refuse } from './refuse.ts';
import { addRows, deleteRows, editRows, type Place, requireRow } from './write.ts';

/** 单次调用最多新增、更新、删除 1,000 条记录. */
const MOST_AT_ONCE = 1000;

const querySchema = z.object({
  user_id_type: userIdTypeSchema,
  client_token: z.optional(z.string()),
  ignore_consistency_check: z.optional(z.string()),
});
const fieldsSchema = z.record(z.string(), z.unknown());
const oneSchema = z.object({ fields: fieldsSchema });
const newSchema = z.object({ records: z.array(oneSchema).min(1) });
const editSchema = z.object({
  records: z.array(z.object({ record_id: z.string('record_id is required'), fields: fieldsSchema })).min(1),
});
const deleteSchema = z.object({ records: z.array(z.string()).min(1) });

type IdType = z.output<typeof userIdTypeSchema>;

const contextOf = ({ tenant, app }: Call, idType: IdType): CellContext => ({
  personBy: (id) => {
    try {
      return tenant.directory.find(app.appId, idType, id);
    } catch {
      // Another app's open_id: 跨应用传入了 open_id is 1254066 here.
      return undefined;
    }
  },
  hasFile: (token) => tenant.medias.get(token) !== undefined,
});

type Given = { readonly fields: Readonly<Record<string, unknown>> };

/** What was sent, without what was cleared, as the pages' examples answer. */
const answered = (id: string, { fields }: Given): object => ({
  id,
  record_id: id,
  fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
});

const checkCount = (records: readonly unknown[]): void => {
  if (records.length > MOST_AT_ONCE) throw refuse(1254104);
};

const UUID_V4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/iu;

/**
 * 幂等: a client_token that is no uuid v4 is 1254037; used again for the same request it answers the same records, for
 * another 1255006, and while the first is not answered yet 1254608.
 */
const once = (call: Call, token: string | undefined, write: () => readonly string[]): readonly string[] => {
  if (token === undefined || token === '') return write();
  if (!UUID_V4.test(token)) throw refuse(1254037);
  const { bases, switches } = call.tenant;
  const print = hexOf(JSON.stringify([call.path, call.body]));
  const earlier = bases.doneBy(call.app.appId, token);
  if (earlier) {
    if (earlier.print !== print) throw refuse(1255006);
    if (earlier.busyUntil > performance.now()) throw refuse(1254608);
    return earlier.rowIds;
  }
  const rowIds = write();
  bases.remember(call.app.appId, token, {
    print,
    rowIds,
    busyUntil: performance.now() + switches().baseWriteMs,
  });
  return rowIds;
};

const addAll = (call: Call, given: readonly Given[]): readonly string[] => {
  const query = readQuery(querySchema, call);
  checkCount(given);
  const place = requirePlace(call, 'edit');
  return once(call, query.client_token, () =>
    alone(call, place.table, () => {
      const context = contextOf(call, query.user_id_type);
      const drafts = given.map(({ fields }) => readCells(place.table, fields, context));
      return addRows(place, drafts).map(({ id }) => id);
    }),
  );
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record/create */
const create = (call: Call): object => {
  const given = readFields(oneSchema, call.body);
  const [id = ''] = addAll(call, [given]);
  return { record: answered(id, given) };
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record/batch_create: all of them or none. */
const createMany = (call: Call): object => {
  const { records } = readFields(newSchema, call.body);
  const ids = addAll(call, records);
  return { records: records.map((given, at) => answered(ids[at] ?? '', given)) };
};

type GivenEdit = Given & { readonly record_id: string };

const editAll = (call: Call, given: readonly GivenEdit[]): void => {
  const { user_id_type: idType } = readQuery(querySchema, call);
  checkCount(given);
  const place = requirePlace(call, 'edit');
  alone(call, place.table, () => {
    const context = contextOf(call, idType);
    const edits = given.map(
      ({ record_id: id, fields }) =>
        [requireRow(place.table, id), readCells(place.table, fields, context)] as const,
    );
    editRows(place, edits);
  });
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record/update */
const update = (call: Call): object => {
  const { fields } = readFields(oneSchema, call.body);
  const id = call.path['record_id'] ?? '';
  editAll(call, [{ record_id: id, fields }]);
  return { record: answered(id, { fields }) };
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record/batch_update: all of them or none. */
const updateMany = (call: Call): object => {
  const { records } = readFields(editSchema, call.body);
  editAll(call, records);
  return { records: records.map((given) => answered(given.record_id, given)) };
};

const deleteAll = (call: Call, find: (place: Place) => readonly Row[]): void => {
  const place = requirePlace(call, 'edit');
  alone(call, place.table, () => {
    deleteRows(place, find(place));
  });
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record/delete */
const remove = (call: Call): object => {
  const id = call.path['record_id'] ?? '';
  deleteAll(call, ({ table }) => [requireRow(table, id)]);
  return { deleted: true, record_id: id };
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-record/batch_delete: all of them or none. */
const removeMany = (call: Call): object => {
  const { records } = readFields(deleteSchema, call.body);
  checkCount(records);
  deleteAll(call, ({ table }) => [...new Set(records)].map((id) => requireRow(table, id)));
  return { records: records.map((id) => ({ deleted: true, record_id: id })) };
};

const path = `${tablePath}/records`;
const one = `${path}/:record_id`;
const rate = { perSecond: 50 };
const app = 'bitable:app';
const creating = { scopes: ['base:record:create', app], rate };
const updating = { scopes: ['base:record:update', app], rate };
const deleting = { scopes: ['base:record:delete', app], rate };

export const recordWriteEndpoints: readonly Endpoint[] = [
  writing({ method: 'POST', path, ...creating, handle: create }),
  writing({ method: 'POST', path: `${path}/batch_create`, ...creating, handle: createMany }),
  writing({ method: 'PUT', path: one, ...updating, handle: update }),
  writing({ method: 'POST', path: `${path}/batch_update`, ...updating, handle: updateMany }),
  writing({ method: 'DELETE', path: one, ...deleting, handle: remove }),
  writing({ method: 'POST', path: `${path}/batch_delete`, ...deleting, handle: removeMany }),
];
