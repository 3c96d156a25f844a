import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { FeishuClient } from './client.ts';
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

/** A card of this bot that stands in a chat, as it was sent or last updated. */
export type StandingCard = { readonly messageId: string; readonly content: string };
/** Somebody who has read a message, and when first. */
export type MessageReader = { readonly unionId: string; readonly readAt: Date };
type Span = { readonly chatId: string; readonly from: Date; readonly to: Date };

export type FeishuMessages = {
  /** `card`: the JSON text, as it was hashed. */
  readonly sendCard: (message: Receiver & { readonly card: string }) => Promise<Outcome<Sent>>;
  /** Replaces what a message shows, for 14 days; ≤ 5/s per message (open.feishu.cn/document/server-docs/im-v1/message-card/patch). */
  readonly updateCard: (messageId: string, card: string) => Promise<Outcome<object>>;
  /**
   * 加急 in the app for one person: it rings until they look. At most 200 unread ones per person, else 230023
   * (open.feishu.cn/document/server-docs/im-v1/buzz-messages/urgent_app).
   */
  readonly buzz: (messageId: string, unionId: string) => Promise<Outcome<object>>;
  /** Keeps it at the top of its chat for everybody (open.feishu.cn/document/server-docs/im-v1/pin/create). */
  readonly pin: (messageId: string) => Promise<Outcome<object>>;
  /** …/im-v1/pin/delete */
  readonly unpin: (messageId: string) => Promise<Outcome<object>>;
  /**
   * Who has read a message of this bot, without those who haven't; ≤ 7 days after it was sent, else 230033
   * (open.feishu.cn/document/server-docs/im-v1/message/read_users). 1000/min and 50/s.
   */
  readonly listReaders: (messageId: string) => Promise<Outcome<readonly MessageReader[]>>;
  /** What this bot has sent to a chat and nobody has recalled (open.feishu.cn/document/server-docs/im-v1/message/list). */
  readonly listCards: (span: Span) => Promise<Outcome<readonly StandingCard[]>>;
};

const MESSAGES = '/open-apis/im/v1/messages';
const PINS = '/open-apis/im/v1/pins';

const sentSchema = z.object({ message_id: z.string(), chat_id: z.string() });
const toSent = ({ message_id, chat_id }: z.infer<typeof sentSchema>): Sent => ({
  messageId: message_id,
  chatId: chat_id,
});

const historySchema = z.object({
  items: z._default(
    z.array(
      z.object({
        message_id: z.string(),
        msg_type: z.string(),
        deleted: z._default(z.boolean(), false),
        sender: z.object({ id: z._default(z.string(), '') }),
        body: z._default(z.object({ content: z._default(z.string(), '') }), { content: '' }),
      }),
    ),
    [],
  ),
  ...pageFields,
});

const seconds = (at: Date): string => String(Math.floor(at.getTime() / 1000));

const listCards =
  (client: FeishuClient): FeishuMessages['listCards'] =>
  async ({ chatId, from, to }) => {
    const query = {
      container_id_type: 'chat',
      container_id: chatId,
      start_time: seconds(from),
      end_time: seconds(to),
      page_size: 50,
      // The card as it was sent: the ordinary form has neither its JSON nor its element_ids.
      card_msg_content_type: 'user_card_content',
    };
    const pages = await allPages(client, { path: MESSAGES, query }, historySchema);
    return mapOk(pages, (found) =>
      found
        .flatMap(({ items }) => items)
        .filter(
          ({ deleted, msg_type, sender }) =>
            !deleted && msg_type === 'interactive' && sender.id === client.appId,
        )
        .map(({ message_id, body }) => ({ messageId: message_id, content: body.content })),
    );
  };

const readersSchema = z.object({
  items: z._default(z.nullable(z.array(z.object({ user_id: z.string(), timestamp: z.coerce.number() }))), []),
  ...pageFields,
});

const listReaders =
  (client: FeishuClient): FeishuMessages['listReaders'] =>
  async (messageId) => {
    const query = { user_id_type: 'union_id', page_size: 100 };
    const path = `${MESSAGES}/${messageId}/read_users`;
    return mapOk(await allPages(client, { path, query }, readersSchema), (pages) =>
      pages
        .flatMap(({ items }) => items ?? [])
        .map(({ user_id, timestamp }) => ({ unionId: user_id, readAt: new Date(timestamp) })),
    );
  };

/** Messages of one app's bot (open.feishu.cn/document/server-docs/im-v1/message). 1000/min and 50/s per API. */
export const feishuMessages = (client: FeishuClient): FeishuMessages => ({
  sendCard: async ({ receiveIdType, receiveId, uuid, card }) => {
    const request = {
      method: 'POST',
      path: MESSAGES,
      query: { receive_id_type: receiveIdType },
      body: { receive_id: receiveId, uuid, msg_type: 'interactive', content: card },
    } as const;
    return mapOk(await client.call(request, sentSchema), toSent);
  },
  updateCard: (messageId, card) =>
    client.call(
      { method: 'PATCH', path: `${MESSAGES}/${messageId}`, body: { content: card } },
      z.looseObject({}),
    ),
  buzz: (messageId, unionId) =>
    client.call(
      {
        method: 'PATCH',
        path: `${MESSAGES}/${messageId}/urgent_app`,
        query: { user_id_type: 'union_id' },
        body: { user_id_list: [unionId] },
      },
      z.looseObject({}),
    ),
  pin: (messageId) =>
    client.call({ method: 'POST', path: PINS, body: { message_id: messageId } }, z.looseObject({})),
  unpin: (messageId) => client.call({ method: 'DELETE', path: `${PINS}/${messageId}` }, z.looseObject({})),
  listReaders: listReaders(client),
  listCards: listCards(client),
});
