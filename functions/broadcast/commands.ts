import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Account, audienceSchema } from '../../shared/broadcasts/account.ts';
import type { Act } from '../../shared/broadcasts/apply-step.ts';
import { docRefOf } from '../../shared/broadcasts/article-ref.ts';
import type { Article } from '../../shared/broadcasts/broadcast.ts';
import type { Said } from '../../shared/broadcasts/open-draft.ts';
import { stepsFrom } from '../../shared/broadcasts/steps.ts';
import { takeStep } from '../../shared/broadcasts/take-step.ts';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import { findPerson } from '../../shared/find-person.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import type { Broadcasts } from '../../shared/store/broadcasts.ts';
import type { Person } from '../../shared/store/people.ts';
import { advance } from './advance.ts';
import { draftPost, requireDraftable } from './draft.ts';
import { previewPost } from './preview.ts';
import type { BroadcastDeps } from './turn.ts';

const moment = z.iso.datetime({ offset: true, error: 'is not a time like 2026-11-27T18:00:00+08:00' });
const name = z.string().min(1);
const post = z.string().regex(/^[a-z][a-z0-9]*-\d+$/u, 'is not an issue like legal-42');

const acting = {
  do: z.string(),
  /** union_id, job number or name: it is done with this person's rights. */
  by: name,
  confirm: z.boolean().default(false),
};

const draftSchema = z
  .strictObject({
    ...acting,
    account: name,
    url: name.optional(),
    markdown: name.optional(),
    title: name.max(100).optional(),
    summary: z.string().max(120).optional(),
    concerns: z.string().max(60).optional(),
    mustConfirm: z.boolean().optional(),
    deadline: moment.optional(),
    audience: audienceSchema.optional(),
  })
  .refine(
    ({ url, markdown }) => (url === undefined) !== (markdown === undefined),
    'needs "url" or "markdown"',
  );

const stepSchema = z.strictObject({ ...acting, post });
const reasonSchema = stepSchema.extend({ reason: name.max(100) });
const scheduleSchema = stepSchema.extend({ at: moment });
const previewSchema = stepSchema.extend({ to: name });
const advanceSchema = z.strictObject({ do: z.string(), post });

const dryRun = { dryRun: true, hint: 'add "confirm": true to do it' } as const;

const personOf = async ({ people }: BroadcastDeps, wanted: string): Promise<Person> =>
  findPerson(wanted, await people.listHere());

const accountOf = ({ accounts }: BroadcastDeps, wanted: string): Account => {
  const found = accounts.find(({ id }) => id === wanted);
  if (found) return found;
  const known = accounts.map(({ id }) => id).join(' | ');
  throw new NotFoundError('unknown_account', `"account" must be one of: ${known}`);
};

type Source = Pick<z.output<typeof draftSchema>, 'url' | 'markdown' | 'confirm'>;

const articleOf = async (
  { contents }: BroadcastDeps,
  { url, markdown, confirm }: Source,
): Promise<Article> => {
  if (markdown !== undefined) return { kind: 'markdown', hash: confirm ? await contents.keep(markdown) : '' };
  const ref = docRefOf(url ?? '');
  if (ref) return { kind: 'document', ref };
  throw new InvalidInputError(
    'not_a_document',
    '这不是飞书文档的链接：请用 https://…feishu.cn/docx/… 或 /wiki/…',
  );
};

type DraftInput = z.output<typeof draftSchema>;

const saidIn = ({
  title,
  summary,
  concerns,
  mustConfirm,
  deadline,
  audience,
}: DraftInput): Partial<Said> => ({
  ...(title !== undefined && { title }),
  ...(summary !== undefined && { summary }),
  ...(concerns !== undefined && { concerns }),
  ...(mustConfirm !== undefined && { mustConfirm }),
  ...(deadline !== undefined && { deadlineAt: new Date(deadline).toISOString() }),
  ...(audience && { audience }),
});

const draft = (deps: BroadcastDeps): Command =>
  command(draftSchema, async (input): Promise<CommandReply> => {
    const account = accountOf(deps, input.account);
    const drafting = { account, by: await personOf(deps, input.by), said: saidIn(input) };
    const article = await articleOf(deps, input);
    requireDraftable(drafting, deps.now());
    if (!input.confirm) return { ...dryRun, account: account.id, state: 'draft' };
    // Each command is asked once: an administrator who repeats it means another issue.
    const { broadcast, state } = await draftPost(deps)({
      ...drafting,
      article,
      asked: `command ${randomUUID()}`,
    });
    return { post: broadcast, state };
  });

/** Says what would be written, and writes nothing. */
const onPaper = (broadcasts: Broadcasts): Broadcasts => ({
  ...broadcasts,
  change: (_before, after) => Promise.resolve(after),
});

type Step = z.output<typeof stepSchema>;

const take = async (
  deps: BroadcastDeps,
  { post: broadcast, by, confirm }: Step,
  act: Act,
): Promise<CommandReply> => {
  const broadcasts = confirm ? deps.broadcasts : onPaper(deps.broadcasts);
  const taking = { broadcast, acts: [act], by: await personOf(deps, by) };
  const { state } = await takeStep({ ...deps, broadcasts })(taking);
  return { ...(!confirm && dryRun), post: broadcast, state, allowed: stepsFrom(state) };
};

const plainSteps = ['submit', 'withdraw', 'approve', 'start', 'resume', 'remind', 'close', 'cancel'] as const;

const plain = (deps: BroadcastDeps): Readonly<Record<string, Command>> =>
  Object.fromEntries(
    plainSteps.map((step) => [step, command(stepSchema, (input) => take(deps, input, { step }))]),
  );

const withReason = (deps: BroadcastDeps): Readonly<Record<string, Command>> =>
  Object.fromEntries(
    (['sendBack', 'pause', 'recall'] as const).map((step) => [
      step,
      command(reasonSchema, ({ reason, ...input }) => take(deps, input, { step, reason })),
    ]),
  );

const preview = (deps: BroadcastDeps): Command =>
  command(previewSchema, async ({ post: broadcast, by, to, confirm }): Promise<CommandReply> => {
    const [editor, reader] = [await personOf(deps, by), await personOf(deps, to)];
    const shown = await previewPost(deps)({ broadcast, by: editor, to: reader }, { confirm });
    return { ...(!confirm && dryRun), post: broadcast, to: reader.name, ...shown };
  });

/** `{"do":"draft"|"submit"|…}` for administrators; each step with the rights of `by`. */
export const stepCommands = (deps: BroadcastDeps): Readonly<Record<string, Command>> => ({
  draft: draft(deps),
  preview: preview(deps),
  ...plain(deps),
  ...withReason(deps),
  schedule: command(scheduleSchema, ({ at, ...input }) =>
    take(deps, input, { step: 'schedule', at: new Date(at) }),
  ),
  advance: command(advanceSchema, async ({ post: broadcast }): Promise<CommandReply> => {
    const { ended, nextAt } = await advance(deps)(broadcast);
    return { post: broadcast, ended, nextAt: nextAt?.toISOString() };
  }),
});
