import { z } from 'zod';
import { checkCard } from './card.ts';
import { cardRefusal } from './card-refusal.ts';
import type { Message } from './chats.ts';
import { type Call, type Endpoint, readFields } from './endpoint.ts';
import { showCard } from './message-change.ts';
import { Refusal } from './refusal.ts';

const MAX_BYTES = 30 * 1024;
const bodySchema = z.object({ token: z.string('token is required'), card: z.looseObject({}) });

const refuse = (code: number, message: string): Refusal => new Refusal(code, message, { status: 200 });

const requireOwn = ({ tenant, app }: Call, messageId: string): Message => {
  const message = tenant.chats.message(messageId);
  if (!message || message.recalled) throw refuse(200000, 'the message card has been recalled');
  if (message.sender.kind !== 'app' || message.sender.appId !== app.appId) {
    throw refuse(200310, 'can not update a card of another app');
  }
  if (tenant.cardTokens.isLocked(message.id)) throw cardRefusal(11310, 'ErrMsg: card action is lock');
  return message;
};

/** Delayed update: only after the callback was answered, with the callback's own token. */
const update = (call: Call): object => {
  const { token, card } = readFields(bodySchema, call.body);
  const messageId = call.tenant.cardTokens.use(token);
  const message = requireOwn(call, messageId);
  const content = JSON.stringify(card);
  if (Buffer.byteLength(content) > MAX_BYTES) throw refuse(100000, 'the card is too large');
  try {
    checkCard(card, call);
  } catch (error) {
    throw error instanceof Refusal ? refuse(11311, error.message) : error;
  }
  showCard(call, message, content);
  return {};
};

/** open.feishu.cn/document/ukTMukTMukTM/uMDO1YjLzgTN24yM4UjN */
export const cardUpdateEndpoints: readonly Endpoint[] = [
  {
    method: 'POST',
    path: '/open-apis/interactive/v1/card/update',
    scopes: ['im:message', 'im:message:send_as_bot', 'im:message:update'],
    isMetered: true,
    handle: update,
  },
];
