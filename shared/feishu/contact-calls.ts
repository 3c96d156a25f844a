import * as z from 'zod/mini';
import type { FeishuClient } from './client.ts';
import { mapOk, type Outcome } from './outcome.ts';
import { allPages, pageFields } from './paging.ts';

/** Phones and addresses are not read: nothing here needs them. */
export type FeishuPerson = {
  readonly unionId: string;
  /** This app's own id for the person; other apps have others. */
  readonly openId: string;
  readonly userId: string | undefined;
  readonly name: string;
  readonly employeeNo: string | undefined;
  readonly jobTitle: string | undefined;
  /** open_department_ids. */
  readonly departmentIds: readonly string[];
  /** union_id. */
  readonly leaderUnionId: string | undefined;
  readonly joinedAtMs: number | undefined;
  readonly resigned: boolean;
  readonly frozen: boolean;
  /** Has signed in to Feishu at least once: before that a message reaches nobody. */
  readonly activated: boolean;
};
export type FeishuDepartment = {
  /** open_department_id. */
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
  readonly leaderUnionId: string | undefined;
};

export const CONTACT = '/open-apis/contact/v3';
/** Every id that an answer holds comes in the types that were asked for, a leader's too. */
export const IDS = { user_id_type: 'union_id', department_id_type: 'open_department_id' };
/** The company itself, as the parent of its first level. */
export const ROOT = '0';

// A missing field is a missing field scope, not an empty value; '' is an empty value.
const optionalText = z.pipe(
  z.optional(z.string()),
  z.transform((value: string | undefined) => (value === '' ? undefined : value)),
);
const flag = z._default(z.boolean(), false);

export const userSchema = z.object({
  union_id: z.string(),
  open_id: z.string(),
  user_id: optionalText,
  name: z._default(z.string(), ''),
  employee_no: optionalText,
  job_title: optionalText,
  department_ids: z._default(z.array(z.string()), []),
  leader_user_id: optionalText,
  join_time: z.optional(z.number()),
  status: z._default(
    z.object({
      is_frozen: flag,
      is_resigned: flag,
      is_exited: flag,
      is_activated: z._default(z.boolean(), true),
    }),
    { is_frozen: false, is_resigned: false, is_exited: false, is_activated: true },
  ),
});

export const toPerson = (user: z.infer<typeof userSchema>): FeishuPerson => ({
  unionId: user.union_id,
  openId: user.open_id,
  userId: user.user_id,
  name: user.name,
  employeeNo: user.employee_no,
  jobTitle: user.job_title,
  departmentIds: user.department_ids,
  leaderUnionId: user.leader_user_id,
  joinedAtMs: user.join_time === undefined ? undefined : user.join_time * 1000,
  resigned: user.status.is_resigned || user.status.is_exited,
  frozen: user.status.is_frozen,
  activated: user.status.is_activated,
});

const departmentSchema = z.object({
  open_department_id: z.string(),
  name: z._default(z.string(), ''),
  parent_department_id: z._default(z.string(), ROOT),
  leader_user_id: optionalText,
});

const toDepartment = (department: z.infer<typeof departmentSchema>): FeishuDepartment => ({
  id: department.open_department_id,
  name: department.name,
  parentId: department.parent_department_id,
  leaderUnionId: department.leader_user_id,
});

const scopesSchema = z.object({
  ...pageFields,
  user_ids: z._default(z.array(z.string()), []),
  department_ids: z._default(z.array(z.string()), []),
});
const departmentsSchema = z.object({ ...pageFields, items: z._default(z.array(departmentSchema), []) });
const usersSchema = z.object({ ...pageFields, items: z._default(z.array(userSchema), []) });

export type Scopes = { readonly userIds: readonly string[]; readonly departmentIds: readonly string[] };

export const readScopes = async (client: FeishuClient): Promise<Outcome<Scopes>> => {
  const query = { ...IDS, page_size: 100 };
  const pages = await allPages(client, { path: `${CONTACT}/scopes`, query }, scopesSchema);
  return mapOk(pages, (found) => ({
    userIds: found.flatMap(({ user_ids }) => user_ids),
    departmentIds: found.flatMap(({ department_ids }) => department_ids),
  }));
};

const itemsOf = <T>(pages: readonly { readonly items: readonly T[] }[]): readonly T[] =>
  pages.flatMap(({ items }) => items);

export const readChildren =
  (client: FeishuClient) =>
  async (id: string): Promise<Outcome<readonly FeishuDepartment[]>> => {
    const path = `${CONTACT}/departments/${encodeURIComponent(id)}/children`;
    const query = { ...IDS, fetch_child: true, page_size: 50 };
    return mapOk(await allPages(client, { path, query }, departmentsSchema), (pages) =>
      itemsOf(pages).map(toDepartment),
    );
  };

export const readMembers =
  (client: FeishuClient) =>
  async (id: string): Promise<Outcome<readonly FeishuPerson[]>> => {
    const query = { ...IDS, department_id: id, page_size: 50 };
    return mapOk(
      await allPages(client, { path: `${CONTACT}/users/find_by_department`, query }, usersSchema),
      (pages) => itemsOf(pages).map(toPerson),
    );
  };

/** ≤ 50 at once; who is out of scope is silently absent. */
export const readUsers =
  (client: FeishuClient) =>
  async (ids: readonly string[]): Promise<Outcome<readonly FeishuPerson[]>> => {
    const query = { ...IDS, user_ids: ids };
    const outcome = await client.call({ method: 'GET', path: `${CONTACT}/users/batch`, query }, usersSchema);
    return mapOk(outcome, ({ items }) => items.map(toPerson));
  };

const isOutOfSight = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'refused' && outcome.reason === 'department_not_visible';

/** One department; none when it is outside the scope, as the departments of people named one by one may be. */
export const readDepartment =
  (client: FeishuClient) =>
  async (id: string): Promise<Outcome<readonly FeishuDepartment[]>> => {
    const path = `${CONTACT}/departments/${encodeURIComponent(id)}`;
    const schema = z.object({ department: departmentSchema });
    const outcome = await client.call({ method: 'GET', path, query: IDS }, schema);
    if (isOutOfSight(outcome)) return { kind: 'ok', data: [] };
    return mapOk(outcome, ({ department }) => [toDepartment(department)]);
  };
