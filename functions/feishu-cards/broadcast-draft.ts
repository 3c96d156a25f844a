import { rightsOf } from '../../shared/broadcasts/audience.ts';
import { issueWords } from '../../shared/broadcasts/broadcast.ts';
import { openDraft } from '../../shared/broadcasts/open-draft.ts';
import { replyWith, settledCopy } from './broadcast-copy.ts';
import { say } from './in-time.ts';
import type { Perform, PostClicker } from './post-steps.ts';

type Chosen = { readonly kind: 'docx' | 'wiki'; readonly token: string; readonly message: string };

const chosenIn = ({ kind, token, message }: PostClicker['click']['value']): Chosen | undefined =>
  kind && token !== undefined && message !== undefined ? { kind, token, message } : undefined;

/** One of several accounts was chosen for a document that was sent before. */
export const chooseAccount: Perform = async (deps, { click, by, copy, waiting }) => {
  const account = deps.accounts.find(({ id }) => id === click.value.post);
  const chosen = chosenIn(click.value);
  if (!account || !chosen) return say('warning', '找不到这个订阅号，请重新发送文档链接');
  if (!rightsOf(by, account, deps.now()).isEditor)
    return say('warning', `无权限：只有${account.name}的编辑可以起草`);
  const { message: asked, ...ref } = chosen;
  const who = { person: by.person, name: by.name };
  const { post } = await openDraft(deps)({ account, by: who, article: { kind: 'document', ref }, asked });
  const words = `已选择${account.name} ${issueWords(post)}`;
  const card = await settledCopy(deps, copy, { words, colour: 'green' });
  const toast = { type: 'success', content: `${words}，正在读取文章` } as const;
  return replyWith(deps, toast, { copy, card, final: true, waiting });
};
