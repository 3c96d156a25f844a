import type { Account } from '../../shared/broadcasts/account.ts';
import type { DocRef } from '../../shared/broadcasts/article-ref.ts';
import { type Broadcast, issueWords } from '../../shared/broadcasts/broadcast.ts';
import { postValue } from '../../shared/broadcasts/card-values.ts';
import { type Place, postNoticeCard } from '../../shared/broadcasts/notice-card.ts';
import { actionsId } from '../../shared/broadcasts/settled-card.ts';
import { stateNames } from '../../shared/broadcasts/steps.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { callbackButton } from '../../shared/feishu/cards.ts';
import { escapeMarkdown } from '../../shared/feishu/markdown.ts';

const why = '为什么收到：你发送了文档链接';

type Choosing = { readonly accounts: readonly Account[]; readonly ref: DocRef; readonly message: string };

/** More than one account speaks through this bot, and they write for several. */
export const chooseCard = (place: Place, { accounts, ref, message }: Choosing): Card =>
  postNoticeCard({
    place,
    title: '发到哪个订阅号？',
    summary: '这篇文章发到哪个订阅号？',
    lines: ['收到文档。请选择订阅号，随后会发来草稿表单：'],
    buttons: accounts.map(({ id, name }, at) => ({
      ...callbackButton({
        text: name,
        value: postValue({ do: 'draftPost', post: id, subject: place.subject, ...ref, message }),
      }),
      width: 'fill',
      element_id: actionsId(`account${at}`),
    })),
    why,
  });

type Writers = { readonly account: string; readonly editors: readonly string[] };

const mostNames = 5;

const writersLine = ({ account, editors }: Writers): string => {
  const names = editors.slice(0, mostNames).map(escapeMarkdown).join('、');
  const more = editors.length > mostNames ? ` 等 ${editors.length} 人` : '';
  return `- **${escapeMarkdown(account)}**　${names === '' ? '还没有编辑' : `${names}${more}`}`;
};

export const editorsCard = (place: Place, writers: readonly Writers[]): Card =>
  postNoticeCard({
    place,
    title: '文章由编辑发起',
    summary: '你还不是编辑，请把文档转给编辑',
    lines: ['收到文档。你还不是这里的编辑，不能直接发起；可以把文档转给他们：', ...writers.map(writersLine)],
    colour: 'grey',
    why,
  });

const nextWords = ({ state }: Broadcast): string => {
  if (state === 'draft') return '读完后草稿卡会自动更新。';
  if (state === 'in_review') return '要修改，请先在草稿卡上点「撤回修改」。';
  return '同一篇文章不会重复发起。';
};

export const runningCard = (
  { accounts }: { readonly accounts: readonly Account[] },
  place: Place,
  post: Broadcast,
): Card => {
  const name = accounts.find(({ id }) => id === post.account)?.name ?? '';
  const issue = `${name} ${issueWords(post)}`;
  return postNoticeCard({
    place,
    title: post.state === 'draft' ? '正在重新读取文章' : '这篇文章已经发起',
    summary: `这篇文章已是${issue}（${stateNames[post.state]}）`,
    lines: [`这篇文章已是**${escapeMarkdown(issue)}**（${stateNames[post.state]}）。`, nextWords(post)],
    why,
  });
};

/** `words` as a step says them. */
export const refusedCard = (place: Place, words: string): Card =>
  postNoticeCard({
    place,
    title: '没有处理',
    summary: words,
    lines: [escapeMarkdown(words)],
    colour: 'orange',
    why,
  });
