import { z } from 'zod';
import type { Person } from '../company.ts';
import { idOf } from './directory.ts';
import {
  type Call,
  type Endpoint,
  pageOf,
  pageSizeOf,
  readFields,
  readQuery,
  userIdTypeQuery,
  userIdTypeSchema,
} from './endpoint.ts';
import { fieldRefusal, refusal } from './refusal.ts';
import { type IdTypes, userView } from './user-view.ts';

const BASE = [
  'contact:contact.base:readonly',
  'contact:contact:access_as_app',
  'contact:contact:readonly_as_app',
];

export const idTypesSchema = z.object({
  user_id_type: userIdTypeSchema,
  department_id_type: z._default(z.enum(['department_id', 'open_department_id']), 'open_department_id'),
});

export const idTypesOf = (query: z.output<typeof idTypesSchema>): IdTypes => ({
  user: query.user_id_type,
  department: query.department_id_type,
});

/** The contact range (通讯录权限范围) is kept equal to 可用范围; people who left stay readable by id. */
const isInScope = ({ tenant, app }: Call, person: Person): boolean =>
  tenant.directory.isAvailable(app, person);

/** open.feishu.cn/document/server-docs/contact-v3/user/get */
const getUser = (call: Call): object => {
  const query = readQuery(idTypesSchema, call);
  const person = call.tenant.directory.find(call.app.appId, query.user_id_type, call.path['user_id'] ?? '');
  if (!person) throw refusal(41012);
  if (!isInScope(call, person)) throw refusal(41050);
  return { user: userView({ ...call, ids: idTypesOf(query) }, person) };
};

/** open.feishu.cn/document/server-docs/contact-v3/user/batch: ≤ 50; who is out of scope is silently absent. */
const batch = (call: Call): object => {
  const query = readQuery(idTypesSchema, call);
  const ids = call.query.getAll('user_ids');
  if (ids.length === 0) throw fieldRefusal('user_ids', 'user_ids is required');
  if (ids.length > 50) throw fieldRefusal('user_ids', 'the max len is 50');
  const people = ids.flatMap(
    (id) => call.tenant.directory.find(call.app.appId, query.user_id_type, id) ?? [],
  );
  const visible = people.filter((person) => isInScope(call, person));
  return { items: visible.map((person) => userView({ ...call, ids: idTypesOf(query) }, person)) };
};

/** Throws 40004 for a department that isn't there; '0' is the company itself. */
export const departmentIdFrom = (call: Call, given: string, ids: IdTypes): string => {
  if (given === '0') return '0';
  const found = call.tenant.directory.department(given);
  if (!found || (ids.department === 'department_id' ? found.id : found.openId) !== given)
    throw refusal(40004);
  return found.id;
};

/** open.feishu.cn/document/server-docs/contact-v3/user/find_by_department: direct members only. */
const findByDepartment = (call: Call): object => {
  const query = readQuery(idTypesSchema, call);
  const ids = idTypesOf(query);
  const given = call.query.get('department_id');
  if (given === null) throw fieldRefusal('department_id', 'department_id is required');
  const departmentId = departmentIdFrom(call, given, ids);
  const members = call.tenant.directory.membersOf(departmentId).filter((person) => isInScope(call, person));
  const page = pageOf(members, pageSizeOf(call, 10, 50), call.query.get('page_token'));
  return { ...page, items: page.items.map((person) => userView({ ...call, ids }, person)) };
};

const batchGetIdSchema = z.object({
  emails: z._default(z.array(z.string()).max(50, 'the max len is 50'), []),
  mobiles: z._default(z.array(z.string()).max(50, 'the max len is 50'), []),
  include_resigned: z._default(z.boolean(), false),
});

/** open.feishu.cn/document/server-docs/contact-v3/user/batch_get_id: unknown ones come back without user_id. */
const batchGetId = (call: Call): object => {
  const { user_id_type: type } = readQuery(userIdTypeQuery, call);
  const { emails, mobiles, include_resigned: withResigned } = readFields(batchGetIdSchema, call.body);
  const people = call.tenant.directory.people().filter(({ resigned }) => withResigned || !resigned);
  const known = (person: Person | undefined): object =>
    person ? { user_id: idOf(call.app.appId, type, person) } : {};
  const isMobile = ({ mobile }: Person, wanted: string): boolean =>
    mobile === wanted || mobile === `+86${wanted}`;
  return {
    user_list: [
      ...emails.map((email) => ({ email, ...known(people.find((person) => person.email === email)) })),
      ...mobiles.map((mobile) => ({ mobile, ...known(people.find((person) => isMobile(person, mobile))) })),
    ],
  };
};

export const userEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/open-apis/contact/v3/users/batch', scopes: BASE, isMetered: false, handle: batch },
  {
    method: 'GET',
    path: '/open-apis/contact/v3/users/find_by_department',
    scopes: [...BASE, 'contact:department.organize:readonly'],
    isMetered: false,
    handle: findByDepartment,
  },
  {
    method: 'POST',
    path: '/open-apis/contact/v3/users/batch_get_id',
    scopes: ['contact:user.id:readonly'],
    isMetered: false,
    handle: batchGetId,
  },
  {
    method: 'GET',
    path: '/open-apis/contact/v3/users/:user_id',
    scopes: BASE,
    isMetered: false,
    handle: getUser,
  },
];
