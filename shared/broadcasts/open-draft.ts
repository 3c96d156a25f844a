import { ConflictError } from '../errors.ts';
import type { Broadcasts } from '../store/broadcasts.ts';
import type { Who } from '../tickets/ticket.ts';
import type { Account } from './account.ts';
import type { Article, Broadcast, BroadcastState } from './broadcast.ts';

export type DraftDeps = {
  readonly broadcasts: Pick<Broadcasts, 'find' | 'open' | 'listOfAccount'>;
  readonly now: () => Date;
};

export type Said = Pick<
  Broadcast,
  'title' | 'summary' | 'concerns' | 'mustConfirm' | 'deadlineAt' | 'audience'
>;

export type Drafting = {
  readonly account: Account;
  readonly by: Who;
  readonly article: Article;
  /** What is known of it already; the rest is the account's, or is read from the article. */
  readonly said?: Partial<Said>;
  /** What asks for it, so that asking twice makes one draft: the id of a message. */
  readonly asked: string;
};

/** `again`: the same was asked before. `running`: the document is on its way in this post already. */
export type Drafted = { readonly kind: 'opened' | 'again' | 'running'; readonly post: Broadcast };

const markOf = ({ asked }: Drafting): string => `asked:${asked}`;

const draftOf = (drafting: Drafting, issue: number, now: Date): Broadcast => {
  const { account, by, article, said } = drafting;
  const at = now.toISOString();
  return {
    broadcast: `${account.id}-${issue}`,
    item: 'broadcast',
    revision: 1,
    account: account.id,
    issue,
    version: 1,
    state: 'draft',
    createdAt: at,
    changedAt: at,
    editors: [by],
    article,
    title: '',
    summary: '',
    concerns: '',
    mustConfirm: account.mustConfirm,
    audience: account.audience,
    ...said,
    target: 0,
    snapshots: [],
    reminded: 0,
    done: [markOf(drafting)],
  };
};

const over: readonly BroadcastState[] = ['closed', 'cancelled', 'recalled'];

const isSameDocument = (one: Article, other: Article): boolean =>
  one.kind === 'document' && other.kind === 'document' && one.ref.token === other.ref.token;

const findKnown = (posts: readonly Broadcast[], drafting: Drafting): Drafted | undefined => {
  const before = posts.find(({ done }) => done.includes(markOf(drafting)));
  if (before) return { kind: 'again', post: before };
  const running = posts.find(
    ({ article, state }) => isSameDocument(article, drafting.article) && !over.includes(state),
  );
  return running && { kind: 'running', post: running };
};

/** Each round somebody else has taken the number. */
const maxRounds = 10;

/**
 * The next issue of an account as a draft; the function `broadcast` is woken, reads the article and sends the form. The
 * index lags, so a number that is taken is looked at: it may be ours. Throws `issue_taken`.
 */
export const openDraft =
  ({ broadcasts, now }: DraftDeps) =>
  async (drafting: Drafting): Promise<Drafted> => {
    const posts = await broadcasts.listOfAccount(drafting.account.id);
    const known = findKnown(posts, drafting);
    if (known) return known;
    const next = Math.max(0, ...posts.map(({ issue }) => issue)) + 1;
    for (let round = 0; round < maxRounds; round += 1) {
      const post = draftOf(drafting, next + round, now());
      if (await broadcasts.open(post, { step: 'draft', by: drafting.by, now: now(), wakes: true }))
        return { kind: 'opened', post };
      const taken = await broadcasts.find(post.broadcast);
      const ours = taken && findKnown([taken], drafting);
      if (ours) return ours;
    }
    throw new ConflictError('issue_taken', '期号刚刚被占用，请再发一次');
  };
