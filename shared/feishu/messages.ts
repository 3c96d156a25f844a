import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { FeishuClient, FeishuRequest } from './client.ts';
import { mapOk, type Outcome } from './outcome.ts';
import { allPages, pageFields } from './paging.ts';

/**
 * What makes a repeat harmless: Feishu lets at most one message with this uuid succeed within an hour (≤ 50 characters;
 * open.feishu.cn/document/server-docs/im-v1/message/create). 43 characters; the same for every try of one generation.
 */
export const deliveryUuid = (appId: string, delivery: string, generation: number): string =>
  createHash('sha256')
    .update(JSON.stringify([appId, delivery, generation]))
    .digest('base64url');

export type Sent = { readonly messageId: string; readonly chatId: string };
type Receiver = {
  readonly receiveIdType: 'union_id' | 'open_id' | 'chat_id';
  readonly receiveId: string;
  readonly uuid: string;
};
type HistoryMessage = {
  readonly messageId: string;
  readonly msgType: string;
  readonly createdAtMs: number;
  readonly recalled: boolean;
  readonly sentByApp: boolean;
  /** A card's original JSON, a text's `{"text":…}`. */
  readonly content: string;
};
type ReadMark = { readonly unionId: string; readonly readAtMs: number };

export type FeishuMessages = {
  /** `card`: the JSON text, as it was hashed. */
  readonly sendCard: (message: Receiver & { readonly card: string }) => Promise<Outcome<Sent>>;
  readonly sendText: (message: Receiver & { readonly text: string }) => Promise<Outcome<Sent>>;
  readonly replyCard: (reply: Reply & { readonly card: string }) => Promise<Outcome<Sent>>;
  readonly replyText: (reply: Reply & { readonly text: string }) => Promise<Outcome<Sent>>;
  /** Replaces the card of a message that is ≤ 14 days old; 5 a second per message. */
  readonly updateCard: (messageId: string, card: string) => Promise<Outcome<undefined>>;
  /** Newest first. A p2p chat is found by its chat_id only. */
  readonly getChatHistory: (range: HistoryRange) => Promise<Outcome<readonly HistoryMessage[]>>;
  /** Who has read one of our messages, for 7 days after it was sent. Those who haven't are not listed. */
  readonly readUsers: (messageId: string) => Promise<Outcome<readonly ReadMark[]>>;
};

type Reply = { readonly messageId: string; readonly uuid: string };
type HistoryRange = { readonly chatId: string; readonly fromMs: number; readonly toMs?: number };

const MESSAGES = '/open-apis/im/v1/messages';

const sentSchema = z.object({ message_id: z.string(), chat_id: z.string() });
const toSent = ({ message_id, chat_id }: z.infer<typeof sentSchema>): Sent => ({
  messageId: message_id,
  chatId: chat_id,
});

const text = (content: string): string => JSON.stringify({ text: content });

const post =
  (client: FeishuClient) =>
  async (request: Pick<FeishuRequest, 'path' | 'query' | 'body'>): Promise<Outcome<Sent>> =>
    mapOk(await client.call({ method: 'POST', ...request }, sentSchema), toSent);

type Content = { readonly msg_type: 'interactive' | 'text'; readonly content: string };

const creating = (client: FeishuClient) => {
  const send = post(client);
  return ({ receiveIdType, receiveId, uuid }: Receiver, content: Content): Promise<Outcome<Sent>> =>
    send({
      path: MESSAGES,
      query: { receive_id_type: receiveIdType },
      body: { receive_id: receiveId, uuid, ...content },
    });
};

const replying = (client: FeishuClient) => {
  const send = post(client);
  return ({ messageId, uuid }: Reply, content: Content): Promise<Outcome<Sent>> =>
    send({ path: `${MESSAGES}/${encodeURIComponent(messageId)}/reply`, body: { uuid, ...content } });
};

const historyPageSchema = z.object({
  ...pageFields,
  items: z._default(
    z.array(
      z.object({
        message_id: z.string(),
        msg_type: z.string(),
        create_time: z.string(),
        deleted: z.optional(z.boolean()),
        sender: z.object({ sender_type: z.optional(z.string()) }),
        body: z.object({ content: z.string() }),
      }),
    ),
    [],
  ),
});

const toHistory = (item: z.infer<typeof historyPageSchema>['items'][number]): HistoryMessage => ({
  messageId: item.message_id,
  msgType: item.msg_type,
  createdAtMs: Number(item.create_time),
  recalled: item.deleted ?? false,
  sentByApp: item.sender.sender_type === 'app',
  content: item.body.content,
});

const history =
  (client: FeishuClient) =>
  async ({ chatId, fromMs, toMs }: HistoryRange): Promise<Outcome<readonly HistoryMessage[]>> => {
    const query = {
      container_id_type: 'chat',
      container_id: chatId,
      // Whole seconds, both ends inclusive.
      start_time: String(Math.floor(fromMs / 1000)),
      end_time: toMs === undefined ? undefined : String(Math.ceil(toMs / 1000)),
      sort_type: 'ByCreateTimeDesc',
      page_size: 50,
      card_msg_content_type: 'user_card_content',
    };
    const pages = await allPages(client, { path: MESSAGES, query }, historyPageSchema);
    return mapOk(pages, (found) => found.flatMap(({ items }) => items.map(toHistory)));
  };

const readPageSchema = z.object({
  ...pageFields,
  items: z._default(z.array(z.object({ user_id: z.string(), timestamp: z.string() })), []),
});

const reads =
  (client: FeishuClient) =>
  async (messageId: string): Promise<Outcome<readonly ReadMark[]>> => {
    const path = `${MESSAGES}/${encodeURIComponent(messageId)}/read_users`;
    const query = { user_id_type: 'union_id', page_size: 100 };
    const pages = await allPages(client, { path, query }, readPageSchema);
    return mapOk(pages, (found) =>
      found.flatMap(({ items }) =>
        items.map((item) => ({ unionId: item.user_id, readAtMs: Number(item.timestamp) })),
      ),
    );
  };

/** Messages of one app's bot (open.feishu.cn/document/server-docs/im-v1/message). 1000/min and 50/s per API. */
export const feishuMessages = (client: FeishuClient): FeishuMessages => {
  const create = creating(client);
  const reply = replying(client);
  return {
    sendCard: ({ card, ...to }) => create(to, { msg_type: 'interactive', content: card }),
    sendText: ({ text: words, ...to }) => create(to, { msg_type: 'text', content: text(words) }),
    replyCard: ({ card, ...to }) => reply(to, { msg_type: 'interactive', content: card }),
    replyText: ({ text: words, ...to }) => reply(to, { msg_type: 'text', content: text(words) }),
    updateCard: async (messageId, card) => {
      const path = `${MESSAGES}/${encodeURIComponent(messageId)}`;
      const outcome = await client.call({ method: 'PATCH', path, body: { content: card } }, z.unknown());
      return mapOk(outcome, () => undefined);
    },
    getChatHistory: history(client),
    readUsers: reads(client),
  };
};
