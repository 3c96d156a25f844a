import { z } from 'zod';
import type { Person } from '../company.ts';
import { departmentIdFrom, idTypesOf, idTypesSchema } from './contact-users.ts';
import { idOf } from './directory.ts';
import { type Call, type Endpoint, pageOf, pageSizeOf, readQuery } from './endpoint.ts';
import { departmentIdIn, departmentView } from './user-view.ts';

const ORGANIZE = ['contact:contact.base:readonly', 'contact:department.organize:readonly'];

/** The department's children, with `fetch_child` the whole tree below it. */
const below = (call: Call, departmentId: string, isDeep: boolean): readonly string[] =>
  call.tenant.directory.departments
    .filter(({ parentId }) => parentId === departmentId)
    .flatMap(({ id }) => [id, ...(isDeep ? below(call, id, true) : [])]);

/** open.feishu.cn/document/server-docs/contact-v3/department/children: page ≤ 50, the company itself is '0'. */
const children = (call: Call): object => {
  const query = readQuery(idTypesSchema, call);
  const ids = idTypesOf(query);
  const parent = departmentIdFrom(call, call.path['department_id'] ?? '', ids);
  const all = below(call, parent, call.query.get('fetch_child') === 'true');
  const page = pageOf(all, pageSizeOf(call, 10, 50), call.query.get('page_token'));
  return { ...page, items: page.items.map((id) => departmentView({ ...call, ids }, id)) };
};

/** open.feishu.cn/document/server-docs/contact-v3/department/get */
const getDepartment = (call: Call): object => {
  const ids = idTypesOf(readQuery(idTypesSchema, call));
  const id = departmentIdFrom(call, call.path['department_id'] ?? '', ids);
  return { department: departmentView({ ...call, ids }, id) };
};

/**
 * open.feishu.cn/document/server-docs/contact-v3/scope/list: users, then departments, then groups. An app that sees
 * everyone gets the top departments (people stand in them); one with a narrower range gets people.
 */
const scopes = (call: Call): object => {
  const query = readQuery(idTypesSchema.extend({ page_token: z.optional(z.string()) }), call);
  const ids = idTypesOf(query);
  const { people, departments, isAvailable } = call.tenant.directory;
  const active = people().filter(({ resigned }) => !resigned);
  const visible = active.filter((person) => isAvailable(call.app, person));
  const isWhole = visible.length === active.length;
  const users = isWhole ? [] : visible.map((person) => ({ person }));
  const tops = departments
    .filter(({ parentId }) => isWhole && parentId === '0')
    .map(({ id }) => ({ department: departmentIdIn({ ...call, ids }, id) }));
  const page = pageOf<{ person?: Person; department?: string }>(
    [...users, ...tops],
    pageSizeOf(call, 50, 100),
    query.page_token,
  );
  return {
    department_ids: page.items.flatMap(({ department }) => department ?? []),
    user_ids: page.items.flatMap(({ person }) => (person ? idOf(call.app.appId, ids.user, person) : [])),
    group_ids: [],
    has_more: page.has_more,
    ...(page.page_token === undefined ? {} : { page_token: page.page_token }),
  };
};

export const departmentEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/open-apis/contact/v3/departments/:department_id/children',
    scopes: ORGANIZE,
    isMetered: false,
    handle: children,
  },
  {
    method: 'GET',
    path: '/open-apis/contact/v3/departments/:department_id',
    scopes: ORGANIZE,
    isMetered: false,
    handle: getDepartment,
  },
  {
    method: 'GET',
    path: '/open-apis/contact/v3/scopes',
    scopes: ['contact:contact.base:readonly'],
    isMetered: false,
    handle: scopes,
  },
];
