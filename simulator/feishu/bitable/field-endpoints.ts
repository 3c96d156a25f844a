import { type Call, type Endpoint, readFields, readQuery } from '../endpoint.ts';
import {
  alone,
  pageSchema,
  READ_SCOPES,
  reading,
  requirePlace,
  tablePath,
  totalPage,
  writing,
} from './call.ts';
import { announceTable } from './events.ts';
import { addField, changeField, fieldSchema, removeField } from './fields.ts';
import type { Field } from './model.ts';
import { refuse } from './refuse.ts';
import { fieldShown } from './show.ts';
import type { Place } from './write.ts';

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-field/list */
const list = (call: Call): object => {
  const { page_size: size, page_token: token } = readQuery(pageSchema, call);
  const page = totalPage(requirePlace(call, 'view').table.fields, size, token);
  return { ...page, items: page.items.map(fieldShown) };
};

const changed = (place: Place, field: Field): object => {
  place.table.revision += 1;
  announceTable(place);
  return { field: fieldShown(field) };
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-field/create */
const create = (call: Call): object => {
  const given = readFields(fieldSchema, call.body);
  const place = requirePlace(call, 'edit');
  return alone(call, place.table, () => changed(place, addField(call.tenant, place.table.fields, given)));
};

const requireField = (call: Call, { table }: Place): Field => {
  const field = table.fields.find(({ id }) => id === call.path['field_id']);
  if (!field) throw refuse(1254044);
  return field;
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-field/update */
const update = (call: Call): object => {
  const given = readFields(fieldSchema, call.body);
  const place = requirePlace(call, 'edit');
  const field = requireField(call, place);
  return alone(call, place.table, () => {
    changeField(call.tenant, place.table, [field, given]);
    return changed(place, field);
  });
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-field/delete */
const remove = (call: Call): object => {
  const place = requirePlace(call, 'edit');
  const field = requireField(call, place);
  return alone(call, place.table, () => {
    removeField(place.table, field);
    changed(place, field);
    return { deleted: true, field_id: field.id };
  });
};

const path = `${tablePath}/fields`;
const one = `${path}/:field_id`;
const rate = { perSecond: 10 };
const app = 'bitable:app';

export const fieldEndpoints: readonly Endpoint[] = [
  reading({
    method: 'GET',
    path,
    scopes: ['base:field:read', ...READ_SCOPES],
    rate: { perSecond: 20 },
    handle: list,
  }),
  writing({ method: 'POST', path, scopes: ['base:field:create', app], rate, handle: create }),
  writing({ method: 'PUT', path: one, scopes: ['base:field:update', app], rate, handle: update }),
  writing({ method: 'DELETE', path: one, scopes: ['base:field:delete', app], rate, handle: remove }),
];
