import { rolesOf } from '../config/roles.ts';
import type { FeishuPerson } from './feishu/contact.ts';
import type { People } from './store/people.ts';

/** Records what the directory says about one person: here with roles and region, or gone. */
export const recordPerson =
  (people: People) =>
  async (
    person: FeishuPerson,
    departments: readonly string[],
    now: Date,
  ): Promise<'person_recorded' | 'person_left'> => {
    if (person.resigned || person.frozen) {
      await people.recordLeft(person.unionId, {
        at: now,
        reason: person.resigned ? 'left_company' : 'frozen',
      });
      return 'person_left';
    }
    const jobTitle = person.jobTitle ?? '';
    await people.record({
      person: person.unionId,
      name: person.name,
      userId: person.userId,
      employeeNo: person.employeeNo,
      jobTitle,
      departments: [...departments],
      ...rolesOf({ jobTitle, departments }),
      syncedAt: now.toISOString(),
    });
    return 'person_recorded';
  };
