import type { FollowUps } from '../store/follow-ups.ts';
import type { FollowUp, FollowUpKey } from './follow-up.ts';

/** Cards older than the last twenty can't be changed any more: Feishu takes updates for 14 days. */
const maxSubjects = 20;

/** One more card carries it. */
export const carriedBy =
  (subject: string) =>
  (followUp: FollowUp): FollowUp =>
    followUp.subjects.includes(subject)
      ? followUp
      : { ...followUp, subjects: [...followUp.subjects, subject].slice(-maxSubjects) };

/** Changes the row as it is now, however many others do; what needs no change is left as it is. `undefined`: no such row. */
export const changeFollowUp =
  (followUps: Pick<FollowUps, 'find' | 'change'>) =>
  async (key: FollowUpKey, change: (followUp: FollowUp) => FollowUp): Promise<FollowUp | undefined> => {
    for (;;) {
      const before = await followUps.find(key);
      if (!before) return undefined;
      const after = change(before);
      if (after === before) return before;
      if (await followUps.change(before, after, [])) return { ...after, version: before.version + 1 };
    }
  };
