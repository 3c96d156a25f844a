import type { Account } from './account.ts';
import { accountOf, broadcastOf } from './broadcast.ts';

const parts = { personal: '', groups: '（群消息）', reminder: '（催办）' } as const;

/** 薄荷法讯 第 42 期（催办）: what a person calls the post of a delivery; `undefined` for everything else. */
export const postNameOf =
  (accounts: readonly Pick<Account, 'id' | 'name'>[]) =>
  (subject: string): string | undefined => {
    const post = broadcastOf(subject);
    if (!post) return undefined;
    const account = accounts.find(({ id }) => id === accountOf(post.broadcast))?.name ?? '文章';
    const issue = post.broadcast.slice(post.broadcast.lastIndexOf('-') + 1);
    const update = post.version > 1 ? ` v${post.version}` : '';
    return `${account} 第 ${issue} 期${update}${parts[post.part]}`;
  };
