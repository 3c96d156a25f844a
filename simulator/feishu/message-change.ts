import { z } from 'zod';
import { isShared } from './card.ts';
import { cardRefusal } from './card-refusal.ts';
import type { Chat, Message } from './chats.ts';
import { checkContent } from './content.ts';
import { type Call, type Endpoint, readFields } from './endpoint.ts';
import { requireMessage } from './message-send.ts';
import { requireReachableIn } from './receiver.ts';
import { refusal } from './refusal.ts';

const FOURTEEN_DAYS_MS = 14 * 24 * 60 * 60 * 1000;

const patchSchema = z.object({ content: z.string('content is required') });

const isOwn = ({ app }: Call, { sender }: Message): boolean =>
  sender.kind === 'app' && sender.appId === app.appId;

const requireUpdatable = (call: Call, message: Message): void => {
  if (message.recalled) throw refusal(230011);
  // 调用该接口的身份需与发送卡片的身份一致
  if (!isOwn(call, message)) throw refusal(230027, 'the operator is not the sender of the message');
  if (message.msgType !== 'interactive') throw refusal(230001, 'This message is NOT a card.');
  if (call.tenant.clock.now() - message.createdAt > FOURTEEN_DAYS_MS) throw refusal(230031);
  if (!isShared(message.content)) throw refusal(230099, 'update_multi of the sent card is not true');
  // 230099 子错误码 11310: a JSON 2.0 card that is being clicked on can't be updated.
  if (call.tenant.cardTokens.isLocked(message.id)) throw cardRefusal(11310, 'ErrMsg: card action is lock');
};

/** Puts a checked card in place; `edits` counts what a screen has shown. */
export const showCard = (call: Pick<Call, 'tenant'>, message: Message, content: string): void => {
  message.content = content;
  message.updatedAt = call.tenant.clock.now();
  message.edits += 1;
  const people = [...(call.tenant.chats.chat(message.chatId)?.members ?? [])];
  call.tenant.changes.publish({ type: 'update', chatId: message.chatId, messageId: message.id, people });
};

/** open.feishu.cn/document/server-docs/im-v1/message-card/patch: ≤ 14 days, 5 QPS a message, update_multi before and after. */
const patch = (call: Call): object => {
  const { content } = readFields(patchSchema, call.body);
  const { message, chat } = requireMessage(call);
  requireUpdatable(call, message);
  requireReachableIn(call.tenant, call.app, chat);
  checkContent(call, 'interactive', content);
  if (!isShared(content)) throw refusal(230099, 'update_multi must be true');
  call.tenant.rates.spendFive(`message ${message.id}`);
  showCard(call, message, content);
  return {};
};

const pushRecalled = ({ tenant, app }: Call, message: Message, chat: Chat): void => {
  tenant.pushes.push(app, {
    type: 'im.message.recalled_v1',
    event: {
      message_id: message.id,
      chat_id: chat.id,
      recall_time: String(tenant.clock.now()),
      recall_type: 'message_owner',
    },
  });
};

/** open.feishu.cn/document/server-docs/im-v1/message/delete */
const recall = (call: Call): object => {
  const { message, chat } = requireMessage(call);
  if (message.recalled) throw refusal(230110);
  if (!isOwn(call, message)) throw refusal(230026);
  if (call.tenant.clock.now() - message.createdAt > call.tenant.switches().recallWithinMs)
    throw refusal(230009);
  message.recalled = true;
  message.updatedAt = call.tenant.clock.now();
  call.tenant.changes.publish({
    type: 'recall',
    chatId: chat.id,
    messageId: message.id,
    people: [...chat.members],
  });
  pushRecalled(call, message, chat);
  return {};
};

export const changeEndpoints: readonly Endpoint[] = [
  {
    method: 'PATCH',
    path: '/open-apis/im/v1/messages/:message_id',
    scopes: ['im:message', 'im:message:send_as_bot', 'im:message:update'],
    isMetered: true,
    handle: patch,
  },
  {
    method: 'DELETE',
    path: '/open-apis/im/v1/messages/:message_id',
    scopes: ['im:message', 'im:message:recall', 'im:message:send_as_bot'],
    isMetered: true,
    handle: recall,
  },
];
