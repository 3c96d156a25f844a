import { allAccounts } from '../../config/accounts/all.ts';
import { policies } from '../../config/accounts/policies.ts';
import type { Act } from '../../shared/broadcasts/apply-step.ts';
import type { Member } from '../../shared/broadcasts/audience.ts';
import { openDraft } from '../../shared/broadcasts/open-draft.ts';
import { takeStep } from '../../shared/broadcasts/take-step.ts';
import { ConflictError } from '../../shared/errors.ts';
import { broadcasts } from '../../shared/store/broadcasts.ts';
import type { CloudFunction } from './cloud.ts';
import { tableName } from './world.ts';

/** What an editor or an approver does, by whatever way. */
export type Desk =
  | { readonly do: 'draft'; readonly by: Member; readonly token: string }
  | { readonly do: 'take'; readonly by: Member; readonly post: string; readonly acts: readonly Act[] };

/** Somebody was faster, or the same was done before a crash: the post is looked at again. */
const unlessOverrun = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
};

/** Steps of people, by the functions' own code; it may die at any call, and whoever asked asks again. */
export const postDesk: CloudFunction = {
  name: 'post-desk',
  open: () => {
    const deps = {
      broadcasts: broadcasts(tableName('broadcasts')),
      accounts: allAccounts,
      now: () => new Date(),
    };
    return (event) => {
      const asked = event as Desk;
      if (asked.do === 'take')
        return unlessOverrun(takeStep(deps)({ broadcast: asked.post, acts: asked.acts, by: asked.by }));
      const { person, name } = asked.by;
      const article = { kind: 'document', ref: { kind: 'docx', token: asked.token } } as const;
      const by = { person, name };
      return unlessOverrun(openDraft(deps)({ account: policies, by, article, asked: 'proved' }));
    };
  },
};
