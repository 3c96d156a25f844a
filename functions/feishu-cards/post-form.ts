import type { Act } from '../../shared/broadcasts/apply-step.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { departmentsIn } from '../../shared/broadcasts/departments.ts';
import { formCard, submittedCard } from '../../shared/broadcasts/form-card.ts';
import { type Outcome, settledCard } from '../../shared/broadcasts/settled-card.ts';
import { readDraftForm } from '../../shared/broadcasts/submitted-form.ts';
import { InvalidInputError, NotFoundError } from '../../shared/errors.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { dayAndTime } from '../../shared/follow-ups/follow-up.ts';
import { replyWith } from './broadcast-copy.ts';
import type { CardReply } from './in-time.ts';
import { type Perform, type PostActDeps, type PostClicker, takeSteps } from './post-steps.ts';

const accountOf = ({ accounts }: PostActDeps, post: Broadcast | undefined) => {
  const account = accounts.find(({ id }) => id === post?.account);
  if (!post || !account) throw new NotFoundError('unknown_broadcast', '找不到这一期，可能已经删除');
  return account;
};

/** The form as an act; throws `form_incomplete` with what to fix, and nothing has changed. */
const editOf = async (deps: PostActDeps, { click }: PostClicker): Promise<Act> => {
  const post = await deps.broadcasts.find(click.value.post);
  const account = accountOf(deps, post);
  const audience = post?.audience ?? account.audience;
  const read = readDraftForm(click.form, { account, audience, now: deps.now() });
  if (read.kind === 'problem') throw new InvalidInputError('form_incomplete', read.problem);
  return { step: 'edit', draft: read.value };
};

const formOf = async (deps: PostActDeps, { click, by }: PostClicker, post: Broadcast): Promise<Card> => {
  const place = { subject: click.value.subject, recipient: by.person };
  const departments = departmentsIn(await deps.people());
  return formCard({ place, post, account: accountOf(deps, post), departments });
};

const answer = async (
  deps: PostActDeps,
  { copy, waiting }: PostClicker,
  { words, card, final }: { readonly words: string; readonly card: Card; readonly final: boolean },
): Promise<CardReply> => replyWith(deps, { type: 'success', content: words }, { copy, card, final, waiting });

/** What was filled in is kept, and shown to whoever asks as readers will see it; event-worker sends it. */
export const preview: Perform = async (deps, clicker) => {
  const { click, by } = clicker;
  const after = await takeSteps(deps, clicker, [await editOf(deps, clicker)]);
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
};

export const submit: Perform = async (deps, clicker) => {
  const edit = await editOf(deps, clicker);
  const after = await takeSteps(deps, clicker, [edit, { step: 'submit' }]);
  const form = await formOf(deps, clicker, after);
  const card = submittedCard(form, after, clicker.click.value.subject);
  return answer(deps, clicker, { words: '已提交审批', card, final: false });
};

/** Back to a draft: the form comes back into its card. */
export const withdraw: Perform = async (deps, clicker) => {
  const after = await takeSteps(deps, clicker, [{ step: 'withdraw' }]);
  const card = await formOf(deps, clicker, after);
  return answer(deps, clicker, { words: '已撤回，可以修改后重新提交', card, final: false });
};

export const cancel: Perform = async (deps, clicker) => {
  const after = await takeSteps(deps, clicker, [{ step: 'cancel' }]);
  const outcome: Outcome = {
    words: `${clicker.by.name} ${dayAndTime(after.changedAt)} 已取消这一期`,
    colour: 'grey',
    title: ['草稿', '已取消'],
  };
  const card = settledCard(await formOf(deps, clicker, after), outcome);
  return answer(deps, clicker, { words: '已取消', card, final: true });
};
