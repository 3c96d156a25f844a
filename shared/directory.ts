import { rolesOf } from '../config/roles.ts';
import type { FeishuClient } from './feishu/client.ts';
import type { FeishuPerson } from './feishu/contact.ts';
import { isSwitchedOff } from './feishu/feature.ts';
import { dataOf } from './feishu/outcome.ts';
import { isOutOfSight, readPerson } from './feishu/person.ts';
import type { People } from './store/people.ts';

export type Recorded = 'person_recorded' | 'person_left' | 'newer_news_kept' | 'directory_off';

/**
 * Records what the directory says about one person: here with roles and region, or gone. `now`: when it was asked, or
 * earlier; what was learnt later stays.
 */
export const recordPerson =
  (people: People) =>
  async (person: FeishuPerson, departments: readonly string[], now: Date): Promise<Recorded> => {
    if (person.resigned || person.frozen) {
      await people.recordLeft(person.unionId, {
        at: now,
        reason: person.resigned ? 'left_company' : 'frozen',
      });
      return 'person_left';
    }
    const jobTitle = person.jobTitle ?? '';
    const isNews = await people.record({
      person: person.unionId,
      name: person.name,
      userId: person.userId,
      employeeNo: person.employeeNo,
      jobTitle,
      departments: [...departments],
      ...rolesOf({ jobTitle, departments }),
      leader: person.leaderUnionId,
      ...(person.joinedAtMs !== undefined && { joinedAt: new Date(person.joinedAtMs).toISOString() }),
      ...(!person.activated && { notActivated: true }),
      syncedAt: now.toISOString(),
    });
    return isNews ? 'person_recorded' : 'newer_news_kept';
  };

/** Asks the directory about one person and records the answer; whom the app may not see any more is gone. */
export const refreshPerson =
  (people: People, client: FeishuClient) =>
  async (unionId: string, now: Date): Promise<Recorded> => {
    const found = await readPerson(client, unionId);
    if (isSwitchedOff('directory', found)) return 'directory_off';
    if (isOutOfSight(found)) {
      await people.recordLeft(unionId, { at: now, reason: 'out_of_scope' });
      return 'person_left';
    }
    const { person, departments } = dataOf(found);
    return recordPerson(people)(person, departments, now);
  };
