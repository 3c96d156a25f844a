import { z } from 'zod';
import { type Call, type Endpoint, readFields, readQuery } from '../endpoint.ts';
import { newView } from './bases.ts';
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
import type { Table, View } from './model.ts';
import { refuse, strictly } from './refuse.ts';
import { filterInfoSchema, viewFilterGiven, viewFilterShown } from './view-filter.ts';

const MOST_VIEWS = 200;
const MOST_NAME = 100;
const TYPES = ['grid', 'kanban', 'gallery', 'gantt', 'form'];

const viewShown = ({ id, name, type }: View): object => ({ view_id: id, view_name: name, view_type: type });

const propertyShown = (call: Call, table: Table, { filter, hiddenFields }: View): object => ({
  filter_info: viewFilterShown(call, table, filter),
  hidden_fields: hiddenFields.length > 0 ? hiddenFields : null,
  hierarchy_config: null,
});

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-view/list */
const list = (call: Call): object => {
  const { page_size: size, page_token: token } = readQuery(pageSchema, call);
  const page = totalPage(requirePlace(call, 'view').table.views, size, token);
  return { ...page, items: page.items.map((view) => ({ ...viewShown(view), view_public_level: 'Public' })) };
};

const checkName = ({ views }: Table, given: string, self?: View): string => {
  const name = given.trim();
  if (name === '' || name.length > MOST_NAME || /[[\]]/u.test(name)) throw refuse(1254022);
  if (views.some((view) => view !== self && view.name === name)) throw refuse(1254020);
  return name;
};

const createSchema = z.object({ view_name: z.string(), view_type: z._default(z.string(), 'grid') });

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-view/create */
const create = (call: Call): object => {
  const given = readFields(createSchema, call.body);
  const place = requirePlace(call, 'edit');
  return alone(call, place.table, () => {
    const name = checkName(place.table, given.view_name);
    if (!TYPES.includes(given.view_type)) throw refuse(1254019);
    if (place.table.views.length >= MOST_VIEWS) throw refuse(1254101);
    const view = newView(call.tenant.bases.newId('vew'), name, given.view_type);
    place.table.views.push(view);
    announceTable(place);
    return { view: viewShown(view) };
  });
};

const requireView = (call: Call, { views }: Table): View => {
  const view = views.find(({ id }) => id === call.path['view_id']);
  if (!view) throw refuse(1254042);
  return view;
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-view/get */
const get = (call: Call): object => {
  const { table } = requirePlace(call, 'view');
  const view = requireView(call, table);
  return { view: { ...viewShown(view), property: propertyShown(call, table, view) } };
};

const propertySchema = z.object({
  filter_info: z.optional(z.nullable(filterInfoSchema)),
  hidden_fields: z.optional(z.nullable(z.array(z.string()).max(300))),
});
const patchSchema = z.object({
  view_name: z.optional(z.string()),
  property: z.optional(z.nullable(propertySchema)),
});

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-view/patch: what is absent stays, null clears. */
const patch = (call: Call): object => {
  const given = readFields(patchSchema, call.body);
  const place = requirePlace(call, 'edit');
  const view = requireView(call, place.table);
  return alone(call, place.table, () => {
    const name = given.view_name === undefined ? view.name : checkName(place.table, given.view_name, view);
    const { filter_info: filter, hidden_fields: hidden } = given.property ?? {};
    if (filter !== undefined) view.filter = viewFilterGiven(call, place.table, filter);
    if (hidden !== undefined) view.hiddenFields = hidden ?? [];
    view.name = name;
    announceTable(place);
    return { view: { ...viewShown(view), property: propertyShown(call, place.table, view) } };
  });
};

/** open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-view/delete */
const remove = (call: Call): object => {
  const place = requirePlace(call, 'edit');
  const view = requireView(call, place.table);
  return alone(call, place.table, () => {
    place.table.views.splice(place.table.views.indexOf(view), 1);
    announceTable(place);
    return {};
  });
};

const strict =
  (handle: (call: Call) => object) =>
  (call: Call): object =>
    strictly(() => handle(call));
const path = `${tablePath}/views`;
const one = `${path}/:view_id`;
const rate = { perSecond: 10 };
const read = { scopes: ['base:view:read', ...READ_SCOPES], rate: { perSecond: 20 } };
const write = { scopes: ['base:view:write_only', 'bitable:app'], rate };

export const viewEndpoints: readonly Endpoint[] = [
  reading({ method: 'GET', path, ...read, handle: list }),
  reading({ method: 'GET', path: one, ...read, handle: strict(get) }),
  writing({ method: 'POST', path, ...write, handle: create }),
  writing({ method: 'PATCH', path: one, ...write, handle: strict(patch) }),
  writing({ method: 'DELETE', path: one, ...write, handle: strict(remove) }),
];
