import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { FeishuClient } from './client.ts';
import { mapOk, type Outcome } from './outcome.ts';

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

export type FeishuMessages = {
  /** `card`: the JSON text, as it was hashed. */
  readonly sendCard: (message: Receiver & { readonly card: string }) => Promise<Outcome<Sent>>;
};

const MESSAGES = '/open-apis/im/v1/messages';

const sentSchema = z.object({ message_id: z.string(), chat_id: z.string() });
const toSent = ({ message_id, chat_id }: z.infer<typeof sentSchema>): Sent => ({
  messageId: message_id,
  chatId: chat_id,
});

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
});
