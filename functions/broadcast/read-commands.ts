import * as z from 'zod';
import { groupSubject, personalSubject } from '../../shared/broadcasts/broadcast.ts';
import { identityOf, levelsOf } from '../../shared/broadcasts/reach.ts';
import { stepsFrom } from '../../shared/broadcasts/steps.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import { approvalFacts } from './review.ts';
import type { BroadcastDeps, Turn } from './turn.ts';

const post = z.string().regex(/^[a-z][a-z0-9]*-\d+$/u, 'is not an issue like legal-42');
const ofPostSchema = z.strictObject({ do: z.string(), post });
const listSchema = z.strictObject({ do: z.string(), account: z.string().optional() });

type OfPost = Pick<Turn, 'broadcast' | 'account' | 'now'>;

const findPost = async (deps: BroadcastDeps, id: string): Promise<OfPost> => {
  const broadcast = await deps.broadcasts.find(id);
  const account = deps.accounts.find((each) => each.id === broadcast?.account);
  if (!broadcast || !account) throw new NotFoundError('unknown_broadcast', `找不到 ${id}`);
  return { broadcast, account, now: deps.now() };
};

/** Against the account's last post, and what it would cost. */
const diff = (deps: BroadcastDeps): Command =>
  command(ofPostSchema, async ({ post: id }): Promise<CommandReply> => {
    const of = await findPost(deps, id);
    return { post: id, ...(await approvalFacts(deps, of)) };
  });

const list = (deps: BroadcastDeps): Command =>
  command(listSchema, async ({ account }): Promise<CommandReply> => {
    const wanted = deps.accounts.filter(({ id }) => account === undefined || id === account);
    const posts = await Promise.all(wanted.map(({ id }) => deps.broadcasts.listOfAccount(id)));
    return {
      posts: posts.flat().map((each) => ({
        post: each.broadcast,
        title: each.title,
        state: each.state,
        target: each.target,
        changedAt: each.changedAt,
        ...(each.problem && { problem: each.problem }),
        allowed: stepsFrom(each.state),
      })),
    };
  });

const history = (deps: BroadcastDeps): Command =>
  command(ofPostSchema, async ({ post: id }): Promise<CommandReply> => {
    const { broadcast } = await findPost(deps, id);
    return { post: id, state: broadcast.state, steps: await deps.broadcasts.history(id) };
  });

/** Where everybody stands, at this instant: rows are read before the target, which only grows. */
const standing = (deps: BroadcastDeps): Command =>
  command(ofPostSchema, async ({ post: id }): Promise<CommandReply> => {
    const { broadcast } = await findPost(deps, id);
    const [rows, groups] = await Promise.all([
      deps.deliveries.listOfSubject(personalSubject(broadcast)),
      deps.deliveries.listOfSubject(groupSubject(broadcast)),
    ]);
    const { target, state, views } = (await findPost(deps, id)).broadcast;
    const shown = groups.map(({ recipient, state: at }) => ({ group: recipient, state: at }));
    return {
      ...{ post: id, state, identity: identityOf(target, rows), levels: levelsOf(rows) },
      ...{ groups: shown, ...(views && { views }) },
    };
  });

/** What can be asked of posts; nothing is changed by it. */
export const readCommands = (deps: BroadcastDeps): Readonly<Record<string, Command>> => ({
  diff: diff(deps),
  list: list(deps),
  history: history(deps),
  standing: standing(deps),
});
