import * as z from 'zod/mini';
import type { FeishuClient } from './client.ts';
import { type FeishuPerson, toPerson, userSchema } from './contact-calls.ts';
import type { Outcome } from './outcome.ts';

const IDS = 'department_id_type=open_department_id';
const userAnswer = z.object({ user: userSchema });
const departmentAnswer = z.object({ department: z.object({ name: z.string() }) });

export type PersonWithDepartments = {
  readonly person: FeishuPerson;
  readonly departments: readonly string[];
};

/**
 * One person as the directory has them now, with the names of their departments: an event carries only what changed.
 * open.feishu.cn/document/server-docs/contact-v3/user/get; free of the monthly quota.
 */
export const readPerson = async (
  client: FeishuClient,
  id: string,
  idType: 'union_id' | 'open_id',
): Promise<Outcome<PersonWithDepartments>> => {
  const path = `/open-apis/contact/v3/users/${encodeURIComponent(id)}?${IDS}&user_id_type=${idType}`;
  const user = await client.call({ method: 'GET', path }, userAnswer);
  if (user.kind !== 'ok') return user;
  const person = toPerson(user.data.user);
  const departments: string[] = [];
  for (const department of person.departmentIds) {
    const where = `/open-apis/contact/v3/departments/${encodeURIComponent(department)}?${IDS}`;
    const answer = await client.call({ method: 'GET', path: where }, departmentAnswer);
    if (answer.kind !== 'ok') return answer;
    departments.push(answer.data.department.name);
  }
  return { kind: 'ok', data: { person, departments } };
};
