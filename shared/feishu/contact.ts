import type { FeishuClient } from './client.ts';
import {
  type FeishuDepartment,
  type FeishuPerson,
  ROOT,
  readChildren,
  readDepartment,
  readMembers,
  readScopes,
  readUsers,
  type Scopes,
} from './contact-calls.ts';
import { mapOk, type Outcome } from './outcome.ts';

export type { FeishuPerson };

export type Directory = {
  readonly people: readonly FeishuPerson[];
  readonly departments: readonly FeishuDepartment[];
};

const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  items.flatMap((_, index) => (index % size === 0 ? [items.slice(index, index + size)] : []));

/** One after the other, all or the first failure: a burst would meet the rate limit that the cards need. */
const each = async <A, B>(
  items: readonly A[],
  read: (item: A) => Promise<Outcome<readonly B[]>>,
): Promise<Outcome<readonly B[]>> => {
  const found: B[] = [];
  for (const item of items) {
    const outcome = await read(item);
    if (outcome.kind !== 'ok') return outcome;
    found.push(...outcome.data);
  }
  return { kind: 'ok', data: found };
};

const distinct = <T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
];

/** The departments in `wanted` that are not known yet and everything above them. */
const readAbove = async (
  client: FeishuClient,
  known: readonly FeishuDepartment[],
  wanted: readonly string[],
): Promise<Outcome<readonly FeishuDepartment[]>> => {
  const seen = new Set([ROOT, ...known.map(({ id }) => id)]);
  const found = [...known];
  for (let ids = wanted; ids.length > 0; ) {
    const missing = [...new Set(ids)].filter((id) => !seen.has(id));
    const outcome = await each(missing, readDepartment(client));
    if (outcome.kind !== 'ok') return outcome;
    for (const id of missing) seen.add(id);
    found.push(...outcome.data);
    ids = outcome.data.map(({ parentId }) => parentId);
  }
  return { kind: 'ok', data: distinct(found, ({ id }) => id) };
};

const readPeople = async (
  client: FeishuClient,
  { userIds, departmentIds }: Scopes,
): Promise<Outcome<readonly FeishuPerson[]>> => {
  const members = await each(departmentIds, readMembers(client));
  if (members.kind !== 'ok') return members;
  const direct = await each(chunks(userIds, 50), readUsers(client));
  return mapOk(direct, (people) => distinct([...members.data, ...people], ({ unionId }) => unionId));
};

/**
 * Everyone in the app's contact scope (通讯录权限范围) and their departments, or the first failure. With a scope of all
 * members Feishu names the first-level departments and the people who stand directly under the company.
 * open.feishu.cn/document/server-docs/contact-v3/scope/list
 */
export const listDirectory = async (client: FeishuClient): Promise<Outcome<Directory>> => {
  const scopes = await readScopes(client);
  if (scopes.kind !== 'ok') return scopes;
  const { userIds, departmentIds } = scopes.data;
  const below = await each(departmentIds, readChildren(client));
  if (below.kind !== 'ok') return below;
  const inScope = [...new Set([...departmentIds, ...below.data.map(({ id }) => id)])];
  const people = await readPeople(client, { userIds, departmentIds: inScope });
  if (people.kind !== 'ok') return people;
  const standing = people.data.flatMap((person) => person.departmentIds);
  const departments = await readAbove(client, below.data, [...departmentIds, ...standing]);
  return mapOk(departments, (found) => ({ people: people.data, departments: found }));
};
