import { type Company, type Department, hexOf, type Person } from '../company.ts';
import type { AppRegistration } from './apps.ts';
import { createLists, createMembers } from './members.ts';
import { Refusal } from './refusal.ts';

type UserIdType = 'open_id' | 'union_id' | 'user_id';

/** The same person has another open_id in each app: open.feishu.cn/document/home/user-identity-introduction/open-id. */
export const openIdOf = (appId: string, unionId: string): string => `ou_${hexOf(`open:${appId}:${unionId}`)}`;

export type Directory = {
  readonly people: () => readonly Person[];
  readonly byUnion: (unionId: string) => Person | undefined;
  readonly byUserId: (userId: string) => Person | undefined;
  /** Throws 99992361 for another app's open_id and 99992351 for one that nobody has. */
  readonly resolve: (appId: string, type: UserIdType, id: string) => Person;
  readonly find: (appId: string, type: UserIdType, id: string) => Person | undefined;
  readonly put: (person: Person) => void;
  readonly departments: readonly Department[];
  /** By its id or its open id. */
  readonly department: (id: string) => Department | undefined;
  /** Who works directly in it. */
  readonly membersOf: (departmentId: string) => readonly Person[];
  readonly isAvailable: (app: AppRegistration, person: Person) => boolean;
};

const notFound = (type: UserIdType): Refusal =>
  new Refusal(
    type === 'user_id' ? 99992352 : 99992351,
    `The request you send is not a valid {${type}} or not exists`,
  );

type OpenIds = {
  readonly learn: (unionId: string) => void;
  /** '' for an open_id that nobody has. */
  readonly unionOf: (appId: string, openId: string) => string;
};

const createOpenIds = (people: readonly Person[], appIds: readonly string[]): OpenIds => {
  const owners = new Map<string, { readonly appId: string; readonly unionId: string }>();
  const learn = (unionId: string): void => {
    for (const appId of appIds) owners.set(openIdOf(appId, unionId), { appId, unionId });
  };
  for (const { unionId } of people) learn(unionId);
  return {
    learn,
    unionOf: (appId, openId) => {
      const owner = owners.get(openId);
      if (owner !== undefined && owner.appId !== appId) throw new Refusal(99992361, 'open_id cross app');
      return owner?.unionId ?? '';
    },
  };
};

const departmentsByIds = ({ departments }: Company): ReadonlyMap<string, Department> =>
  new Map([
    ...departments.map((one) => [one.id, one] as const),
    ...departments.map((one) => [one.openId, one] as const),
  ]);

/** The people of a tenant, who may join, move and leave while it runs. */
export const createDirectory = (company: Company, appIds: readonly string[]): Directory => {
  const byUnion = new Map(company.people.map((person) => [person.unionId, person]));
  const unionOfUser = new Map(company.people.map(({ userId, unionId }) => [userId, unionId]));
  const openIds = createOpenIds(company.people, appIds);
  const members = createMembers(company.people);
  const departments = departmentsByIds(company);
  const isIn = createLists();

  const byUserId = (userId: string): Person | undefined => byUnion.get(unionOfUser.get(userId) ?? '');
  const find: Directory['find'] = (appId, type, id) => {
    if (type === 'union_id') return byUnion.get(id);
    return type === 'user_id' ? byUserId(id) : byUnion.get(openIds.unionOf(appId, id));
  };
  return {
    people: () => [...byUnion.values()],
    byUnion: (unionId) => byUnion.get(unionId),
    byUserId,
    find,
    resolve: (appId, type, id) => {
      const person = find(appId, type, id);
      if (!person) throw notFound(type);
      return person;
    },
    put: (person) => {
      members.move(byUnion.get(person.unionId), person);
      byUnion.set(person.unionId, person);
      unionOfUser.set(person.userId, person.unionId);
      openIds.learn(person.unionId);
    },
    departments: company.departments,
    department: (id) => departments.get(id),
    membersOf: (id) => members.of(id).flatMap((unionId) => byUnion.get(unionId) ?? []),
    isAvailable: ({ outOfRange: own }, { userId }) =>
      !isIn(own === 'company' ? company.outOfRangeUserIds : own, userId),
  };
};

/** `{open_id, union_id, user_id}` as events carry it; user_id only with its field scope. */
export const idsOf = (
  app: AppRegistration,
  { unionId, userId }: Person,
): Readonly<Record<string, string>> => ({
  open_id: openIdOf(app.appId, unionId),
  union_id: unionId,
  ...(app.scopes.includes('contact:user.employee_id:readonly') ? { user_id: userId } : {}),
});

export const idOf = (appId: string, type: UserIdType, { unionId, userId }: Person): string => {
  if (type === 'union_id') return unionId;
  return type === 'user_id' ? userId : openIdOf(appId, unionId);
};
