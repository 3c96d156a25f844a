import * as z from 'zod/mini';
import type { FeishuClient } from './client.ts';
import {
  CONTACT,
  type FeishuPerson,
  IDS,
  ROOT,
  readDepartment,
  toPerson,
  userSchema,
} from './contact-calls.ts';
import { dataOf, mapOk, type Outcome } from './outcome.ts';

const userAnswer = z.object({ user: userSchema });
const unionIdAnswer = z.object({ user: z.object({ union_id: z.string() }) });

export type PersonWithDepartments = {
  readonly person: FeishuPerson;
  readonly departments: readonly string[];
};

const pathOf = (id: string): string => `${CONTACT}/users/${encodeURIComponent(id)}`;

/**
 * One person as the directory has them now, with the names of those departments that the app may see and of those above them: an event carries
 * only what changed. open.feishu.cn/document/server-docs/contact-v3/user/get; free of the monthly quota.
 */
export const readPerson = async (
  client: FeishuClient,
  unionId: string,
): Promise<Outcome<PersonWithDepartments>> => {
  const user = await client.call({ method: 'GET', path: pathOf(unionId), query: IDS }, userAnswer);
  if (user.kind !== 'ok') return user;
  const person = toPerson(user.data.user);
  const names = new Set<string>();
  const seen = new Set<string>([ROOT]);
  const waiting = [...person.departmentIds];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const found = await readDepartment(client)(id);
    if (found.kind !== 'ok') return found;
    for (const { name, parentId } of found.data) {
      if (name !== '') names.add(name);
      waiting.push(parentId);
    }
  }
  return { kind: 'ok', data: { person, departments: [...names] } };
};

const outOfSight: readonly string[] = ['person_unknown', 'person_not_visible'];

/** Feishu answered that this app may not see the person. A missing scope is another matter: it says nothing of people. */
export const isOutOfSight = (outcome: Outcome<unknown>): boolean =>
  outcome.kind === 'refused' && outOfSight.includes(outcome.reason);

/** union_id of an app's own open_id; `undefined` when the app may not see the person. Throws `feishu_refused` or `feishu_unknown`. */
export const findUnionId = async (client: FeishuClient, openId: string): Promise<string | undefined> => {
  const query = { ...IDS, user_id_type: 'open_id' };
  const user = await client.call({ method: 'GET', path: pathOf(openId), query }, unionIdAnswer);
  if (isOutOfSight(user)) return undefined;
  return dataOf(mapOk(user, (answer) => answer.user.union_id));
};
