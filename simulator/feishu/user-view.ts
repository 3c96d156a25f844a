import type { Person } from '../company.ts';
import type { AppRegistration } from './apps.ts';
import { openIdOf } from './directory.ts';
import type { Tenant } from './tenant.ts';

export type IdTypes = {
  readonly user: 'open_id' | 'union_id' | 'user_id';
  readonly department: 'department_id' | 'open_department_id';
};

type Viewer = { readonly tenant: Tenant; readonly app: AppRegistration; readonly ids: IdTypes };

export const departmentIdIn = ({ tenant, ids }: Viewer, id: string): string => {
  if (id === '0' || ids.department === 'department_id') return id;
  return tenant.directory.department(id)?.openId ?? id;
};

const userIdIn = ({ app, ids }: Viewer, { unionId, userId }: Person): string => {
  if (ids.user === 'union_id') return unionId;
  return ids.user === 'user_id' ? userId : openIdOf(app.appId, unionId);
};

// Which scope opens which fields; a field without its scope is missing, not null (contact-v3/user/get, 字段权限要求).
const FIELDS: readonly {
  readonly scope: string;
  readonly read: (viewer: Viewer, person: Person) => object;
}[] = [
  { scope: 'contact:user.base:readonly', read: (_viewer, { name }) => ({ name, en_name: '', nickname: '' }) },
  { scope: 'contact:user.employee_id:readonly', read: (_viewer, { userId }) => ({ user_id: userId }) },
  { scope: 'contact:user.email:readonly', read: (_viewer, { email }) => ({ email }) },
  { scope: 'contact:user.phone:readonly', read: (_viewer, { mobile }) => ({ mobile }) },
  {
    scope: 'contact:user.department:readonly',
    read: (viewer, { departmentIds }) => ({
      department_ids: departmentIds.map((id) => departmentIdIn(viewer, id)),
      orders: departmentIds.map((id, order) => ({
        department_id: departmentIdIn(viewer, id),
        user_order: 0,
        department_order: order,
        is_primary_dept: order === 0,
      })),
    }),
  },
  {
    scope: 'contact:user.employee:readonly',
    read: (viewer, person) => ({
      employee_no: person.employeeNo,
      job_title: person.jobTitle,
      employee_type: 1,
      join_time: person.joinedAtSeconds,
      status: {
        is_frozen: person.isFrozen ?? false,
        is_resigned: person.resigned,
        is_activated: !person.resigned && (person.isActivated ?? true),
        is_exited: false,
        is_unjoin: false,
      },
      ...leaderOf(viewer, person),
    }),
  },
];

const leaderOf = (viewer: Viewer, { leaderUserId }: Person): object => {
  const leader = viewer.tenant.directory.byUserId(leaderUserId ?? '');
  return leader ? { leader_user_id: userIdIn(viewer, leader) } : {};
};

/** One user as contact v3 shows them to this app: open.feishu.cn/document/server-docs/contact-v3/user/get. */
export const userView = (viewer: Viewer, person: Person): object => ({
  union_id: person.unionId,
  open_id: openIdOf(viewer.app.appId, person.unionId),
  ...Object.fromEntries(
    FIELDS.filter(({ scope }) => viewer.app.scopes.includes(scope)).flatMap(({ read }) =>
      Object.entries(read(viewer, person)),
    ),
  ),
});

export const departmentView = (viewer: Viewer, departmentId: string): object => {
  const { directory } = viewer.tenant;
  const department = directory.department(departmentId);
  if (!department) return {};
  const leader = directory.byUserId(department.leaderUserId);
  return {
    name: department.name,
    department_id: department.id,
    open_department_id: department.openId,
    parent_department_id: departmentIdIn(viewer, department.parentId),
    ...(leader ? { leader_user_id: userIdIn(viewer, leader) } : {}),
    member_count: directory.membersOf(departmentId).length,
    status: { is_deleted: false },
  };
};
