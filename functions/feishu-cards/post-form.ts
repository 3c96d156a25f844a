import type { Act } from '../../shared/broadcasts/apply-step.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { departmentsIn } from '../../shared/broadcasts/departments.ts';
import { formCard, submittedCard } from '../../shared/broadcasts/form-card.ts';
import { type Outcome, settledCard } from '../../shared/broadcasts/settled-card.ts';
import { readDraftForm } from '../../shared/broadcasts/submitted-form.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import { replyWith, wantCard } from './broadcast-copy.ts';
import { takeFormSteps } from './form-steps.ts';
import type { CardReply } from './in-time.ts';
import { type Perform, type PostActDeps, type PostClicker, takeSteps } from './post-steps.ts';

const accountOf = ({ accounts }: PostActDeps, post: Broadcast | undefined) => {
  const account = accounts.find(({ id }) => id === post?.account);
  if (!post || !account) throw new NotFoundError('unknown_broadcast', '找不到这一期，可能已经删除');
  return { post, account };
};

const findPost = async (deps: PostActDeps, { click }: PostClicker): Promise<Broadcast> =>
  accountOf(deps, await deps.broadcasts.find(click.value.post)).post;

/** The form as an act; throws `form_incomplete` with what to fix, and nothing has changed. */
const editOf = (deps: PostActDeps, { click }: PostClicker, post: Broadcast): Act => {
  const { account } = accountOf(deps, post);
  const read = readDraftForm(click.form, { account, audience: post.audience, now: deps.now() });
  if (read.kind === 'problem') throw new InvalidInputError('form_incomplete', read.problem);
  return { step: 'edit', draft: read.value };
};

const formOf = async (deps: PostActDeps, { click, by }: PostClicker, post: Broadcast): Promise<Card> => {
  const place = { subject: click.value.subject, recipient: by.person };
  const departments = departmentsIn(await deps.people());
  return formCard({ place, post, account: accountOf(deps, post).account, departments });
};

const answer = async (
  deps: PostActDeps,
  { copy, waiting }: PostClicker,
  { words, card, final }: { readonly words: string; readonly card: Card; readonly final: boolean },
): Promise<CardReply> => replyWith(deps, { type: 'success', content: words }, { copy, card, final, waiting });

const changedWords = ({ editors }: Broadcast, { by }: PostClicker): string => {
  const last = editors.at(-1);
  const what = last && last.person !== by.person ? `${last.name} 已修改这份草稿` : '文章已重新读取';
  return `${what}，这次没有保存：请在更新后的表单里核对，再点一次`;
};

/** What somebody else has made of the draft, in place of the form that was pressed. */
const showNewer = async (deps: PostActDeps, clicker: PostClicker, post: Broadcast): Promise<CardReply> => {
  const { copy, waiting } = clicker;
  const card = await formOf(deps, clicker, post);
  const toast = { type: 'warning', content: changedWords(post, clicker) } as const;
  const reply = await replyWith(deps, toast, { copy, card, final: false, waiting });
  if (!reply.card && copy) await wantCard(deps, copy, { card, final: false });
  return reply;
};

/** A form that is older than somebody else's change overwrites nothing. */
const onForm =
  (perform: Perform): Perform =>
  async (deps, clicker) => {
    try {
      return await perform(deps, clicker);
    } catch (error) {
      if (!(error instanceof ConflictError) || error.code !== 'changed_meanwhile') throw error;
      const post = await findPost(deps, clicker);
      // While an article is read its form comes with what was read.
      if (post.state !== 'draft' || !post.page) throw error;
      return showNewer(deps, clicker, post);
    }
  };

/** What was filled in is kept, and shown to whoever asks as readers will see it; event-worker sends it. */
export const preview: Perform = onForm(async (deps, clicker) => {
  const { click, by } = clicker;
  const post = await findPost(deps, clicker);
  const after = await takeFormSteps(deps, clicker, { post, acts: [editOf(deps, clicker, post)] });
  const asked = { post: after.broadcast, revision: after.revision, person: by.person };
  await deps.inbox.put({
    id: `feishu:${click.appId}#${click.eventId}`,
    sender: click.sender,
    eventType: 'zhida.post.preview',
    at: deps.now(),
    body: deps.seal(JSON.stringify({ event: asked })),
  });
  const card = await formOf(deps, clicker, after);
  return answer(deps, clicker, { words: '已保存，预览已发给你', card, final: false });
});

export const submit: Perform = onForm(async (deps, clicker) => {
  const post = await findPost(deps, clicker);
  const acts = [editOf(deps, clicker, post), { step: 'submit' }] as const;
  const after = await takeFormSteps(deps, clicker, { post, acts });
  const form = await formOf(deps, clicker, after);
  const card = submittedCard(form, after, clicker.click.value.subject);
  return answer(deps, clicker, { words: '已提交审批', card, final: false });
});

/** Back to a draft: the form comes back into its card. */
export const withdraw: Perform = async (deps, clicker) => {
  const after = await takeSteps(deps, clicker, [{ step: 'withdraw' }]);
  const card = await formOf(deps, clicker, after);
  return answer(deps, clicker, { words: '已撤回，可以修改后重新提交', card, final: false });
};

export const cancel: Perform = onForm(async (deps, clicker) => {
  const post = await findPost(deps, clicker);
  const after = await takeFormSteps(deps, clicker, { post, acts: [{ step: 'cancel' }] });
  const outcome: Outcome = {
    words: `${clicker.by.name} ${dayAndTime(after.changedAt)} 已取消这一期`,
    colour: 'grey',
    title: ['草稿', '已取消'],
  };
  const card = settledCard(await formOf(deps, clicker, after), outcome);
  return answer(deps, clicker, { words: '已取消', card, final: true });
});
