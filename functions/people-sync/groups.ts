import { isSwitchedOff } from '../../shared/feishu/feature.ts';
import type { FeishuGroup } from '../../shared/feishu/groups.ts';
import { dataOf, type Outcome } from '../../shared/feishu/outcome.ts';
import type { People } from '../../shared/store/people.ts';

export type GroupsDeps = {
  readonly people: Pick<People, 'recordGroup'>;
  readonly readGroups: () => Promise<Outcome<readonly FeishuGroup[]>>;
  readonly sender: string;
};

/** The groups that the bot is in by their names of today: boards find theirs by it. None without the scope. */
export const syncGroups =
  ({ people, readGroups, sender }: GroupsDeps) =>
  async (now: Date): Promise<{ readonly groups: number }> => {
    const read = await readGroups();
    if (isSwitchedOff('groups', read)) return { groups: 0 };
    const groups = dataOf(read);
    for (const { chatId, name } of groups) await people.recordGroup(chatId, { name, sender, now });
    return { groups: groups.length };
  };
