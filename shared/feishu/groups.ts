import * as z from 'zod/mini';
import type { FeishuClient } from './client.ts';
import { mapOk, type Outcome } from './outcome.ts';
import { allPages, pageFields } from './paging.ts';

export type FeishuGroup = { readonly chatId: string; readonly name: string };

const pageSchema = z.object({
  items: z._default(z.array(z.object({ chat_id: z.string(), name: z._default(z.string(), '') })), []),
  ...pageFields,
});

/** The groups that this bot is in (open.feishu.cn/document/server-docs/group/chat/list); counts towards the month's calls. */
export const listGroups = async (client: FeishuClient): Promise<Outcome<readonly FeishuGroup[]>> => {
  const pages = await allPages(
    client,
    { path: '/open-apis/im/v1/chats', query: { page_size: 100 } },
    pageSchema,
  );
  return mapOk(pages, (found) =>
    found.flatMap(({ items }) => items).map(({ chat_id, name }) => ({ chatId: chat_id, name })),
  );
};
