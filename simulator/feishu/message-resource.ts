import { z } from 'zod';
import type { Message } from './chats.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { refusal } from './refusal.ts';

const typeSchema = z.enum(['image', 'file']);

/** Every image_key and file_key anywhere in the content: a picture, or pictures of 富文本. */
const keysIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    (name === 'image_key' || name === 'file_key') && typeof inner === 'string' ? [inner] : keysIn(inner),
  );
};

const requireMessage = ({ tenant, app, path }: Call): Message => {
  const message = tenant.chats.message(path['message_id'] ?? '');
  if (!message) throw refusal(234001);
  if (!tenant.chats.chat(message.chatId)?.bots.has(app.appId)) throw refusal(234004);
  if (message.recalled) throw refusal(230110);
  // 暂不支持获取卡片消息中的资源文件.
  if (message.msgType === 'interactive') throw refusal(234043);
  return message;
};

/** open.feishu.cn/document/server-docs/im-v1/message/get-2: the file itself, its kind in Content-Type. */
const download = (call: Call): object => {
  if (!typeSchema.safeParse(call.query.get('type')).success) throw refusal(234001);
  const message = requireMessage(call);
  const key = call.path['file_key'] ?? '';
  const image = call.tenant.images.get(key);
  if (!image || !keysIn(JSON.parse(message.content)).includes(key)) throw refusal(234003);
  if (call.query.get('type') !== 'image') throw refusal(234001);
  return new Blob([new Uint8Array(image.bytes)], { type: image.mediaType });
};

export const resourceEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/open-apis/im/v1/messages/:message_id/resources/:file_key',
    scopes: ['im:message', 'im:message:readonly', 'im:message.history:readonly'],
    isMetered: true,
    handle: download,
  },
];
