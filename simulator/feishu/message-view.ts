import { z } from 'zod';
import type { AppRegistration } from './apps.ts';
import type { Message } from './chats.ts';
import { openIdOf } from './directory.ts';
import type { Tenant } from './tenant.ts';

/** Text found anywhere in a card, in order: all that the default form of a card keeps of its body. */
const textsOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'content' && typeof inner === 'string' ? [inner] : textsOf(inner),
  );
};

const labelSchema = z.catch(z.object({ content: z.string() }), { content: '' });
const cardSchema = z.looseObject({
  config: z.catch(z.object({ summary: labelSchema }), { summary: { content: '' } }),
  header: z.catch(z.object({ title: labelSchema }), { title: { content: '' } }),
  body: z.optional(z.unknown()),
  elements: z.optional(z.unknown()),
});

const parseCard = (content: string): z.infer<typeof cardSchema> => cardSchema.parse(JSON.parse(content));

/**
 * A card as read without `card_msg_content_type=user_card_content`: title and texts, no element_id, nothing of the
 * card's JSON (接收消息内容: open.feishu.cn/document/server-docs/im-v1/message-content-description/message_content).
 */
const plainCard = (content: string): string => {
  const card = parseCard(content);
  const elements = textsOf(card.body ?? card.elements).map((text) => [{ tag: 'text', text }]);
  return JSON.stringify({ title: card.header.title.content, elements });
};

const textSchema = z.catch(z.object({ text: z.string() }), { text: '[富文本]' });

const cardPreview = ({ config, header }: z.infer<typeof cardSchema>): string =>
  config.summary.content || header.title.content || '[卡片]';

/** The line under a chat's name: a card's summary, else its title; a text itself. */
export const previewOf = ({ msgType, content, recalled }: Message): string => {
  if (recalled) return '消息已撤回';
  if (msgType === 'image') return '[图片]';
  return msgType === 'interactive'
    ? cardPreview(parseCard(content))
    : textSchema.parse(JSON.parse(content)).text;
};

const senderOf = (tenant: Tenant, app: AppRegistration, { sender }: Message): object => ({
  ...(sender.kind === 'app'
    ? { id: sender.appId, id_type: 'app_id', sender_type: 'app' }
    : { id: openIdOf(app.appId, sender.unionId), id_type: 'open_id', sender_type: 'user' }),
  tenant_key: tenant.company.tenantKey,
});

export type CardForm = 'plain' | 'original';

const contentOf = ({ msgType, content, recalled }: Message, form: CardForm): string => {
  if (recalled) return 'This message was recalled';
  return msgType === 'interactive' && form === 'plain' ? plainCard(content) : content;
};

/** A message as the open API answers it to one app. */
export const viewOf = (
  { tenant, app }: { readonly tenant: Tenant; readonly app: AppRegistration },
  message: Message,
  form: CardForm,
): object => ({
  message_id: message.id,
  ...(message.rootId === undefined ? {} : { root_id: message.rootId, parent_id: message.parentId }),
  msg_type: message.msgType,
  create_time: String(message.createdAt),
  update_time: String(message.updatedAt),
  deleted: message.recalled,
  updated: message.edits > 0,
  chat_id: message.chatId,
  sender: senderOf(tenant, app, message),
  body: { content: contentOf(message, form) },
});
