import type { Account } from '../../shared/broadcasts/account.ts';
import { rightsOf } from '../../shared/broadcasts/audience.ts';
import type { Article, Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { openDraft, type Said } from '../../shared/broadcasts/open-draft.ts';
import { ConflictError, InvalidInputError } from '../../shared/errors.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Person } from '../../shared/store/people.ts';

type DraftDeps = {
  readonly broadcasts: Pick<Broadcasts, 'find' | 'open' | 'listOfAccount'>;
  readonly now: () => Date;
};

type Drafting = {
  readonly account: Account;
  readonly by: Person;
  readonly article: Article;
  readonly said: Partial<Said>;
  /** What asks for it: asking twice makes one draft. */
  readonly asked: string;
};

/** Throws `no_right`, `deadline_past`: what can be said in a dry run, too. */
export const requireDraftable = (
  { account, by, said }: Omit<Drafting, 'article' | 'asked'>,
  now: Date,
): void => {
  if (!rightsOf(by, account, now).isEditor)
    throw new InvalidInputError('no_right', `无权限：只有${account.name}的编辑可以起草`);
  if (said.deadlineAt !== undefined && Date.parse(said.deadlineAt) <= now.getTime())
    throw new InvalidInputError('deadline_past', '截止时间已过，请改为将来的时间');
};

/** The next issue of an account, as an administrator drafts it. Throws `document_in_use`, `issue_taken`. */
export const draftPost =
  (deps: DraftDeps) =>
  async ({ by: { person, name }, ...drafting }: Drafting): Promise<Broadcast> => {
    const { kind, post } = await openDraft(deps)({ ...drafting, by: { person, name } });
    if (kind !== 'running') return post;
    const message = `这篇文档已经在 ${post.broadcast} 里：请修改那一期，或先取消它`;
    throw new ConflictError('document_in_use', message, { details: { post: post.broadcast } });
  };
