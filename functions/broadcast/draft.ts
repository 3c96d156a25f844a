import type { Account } from '../../shared/broadcasts/account.ts';
import type { Draft } from '../../shared/broadcasts/apply-step.ts';
import { rightsOf } from '../../shared/broadcasts/audience.ts';
import type { Article, Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { ConflictError, InvalidInputError } from '../../shared/errors.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Person } from '../../shared/store/people.ts';

export type DraftDeps = {
  readonly broadcasts: Pick<Broadcasts, 'open' | 'listOfAccount'>;
  readonly now: () => Date;
};

export type Drafting = {
  readonly account: Account;
  readonly by: Person;
  readonly article: Article;
  readonly draft: Omit<Draft, 'article'>;
};

/** Each round somebody else has taken the number. */
const maxRounds = 5;

const requireEditor = ({ account, by }: Drafting, now: Date): void => {
  if (!rightsOf(by, account, now).isEditor)
    throw new InvalidInputError('no_right', `无权限：只有${account.name}的编辑可以起草`);
};

const requireFuture = ({ deadlineAt }: Drafting['draft'], now: Date): void => {
  if (typeof deadlineAt === 'string' && Date.parse(deadlineAt) <= now.getTime())
    throw new InvalidInputError('deadline_past', '截止时间已过，请改为将来的时间');
};

const firstVersion = ({ account, by, article, draft }: Drafting, issue: number, now: Date): Broadcast => {
  const { deadlineAt, ...said } = draft;
  return {
    broadcast: `${account.id}-${issue}`,
    item: 'broadcast',
    revision: 1,
    account: account.id,
    issue,
    version: 1,
    state: 'draft',
    createdAt: now.toISOString(),
    changedAt: now.toISOString(),
    editors: [{ person: by.person, name: by.name }],
    article,
    ...{ title: '', summary: '', concerns: '' },
    mustConfirm: account.mustConfirm,
    audience: account.audience,
    ...said,
    ...(typeof deadlineAt === 'string' && { deadlineAt }),
    ...{ target: 0, snapshots: [], reminded: 0, done: [] },
  };
};

/**
 * The next issue of an account, as a draft; nothing is written unless `confirm`. Throws `no_right`, `deadline_past`,
 * `issue_taken`.
 */
export const draftPost =
  ({ broadcasts, now }: DraftDeps) =>
  async (drafting: Drafting, { confirm }: { readonly confirm: boolean }): Promise<Broadcast> => {
    requireEditor(drafting, now());
    requireFuture(drafting.draft, now());
    for (let round = 0; round < maxRounds; round += 1) {
      const posts = await broadcasts.listOfAccount(drafting.account.id);
      // The index lags: a number that is taken by now is passed over.
      const issue = Math.max(0, ...posts.map((post) => post.issue)) + 1 + round;
      const post = firstVersion(drafting, issue, now());
      const by = { person: drafting.by.person, name: drafting.by.name };
      if (!confirm) return post;
      if (await broadcasts.open(post, { step: 'draft', by, now: now(), wakes: true })) return post;
    }
    throw new ConflictError('issue_taken', '期号刚刚被占用，请再试一次');
  };
