import * as z from 'zod/mini';
import { postValueSchema } from '../../shared/broadcasts/card-values.ts';

const name = z.string().check(z.minLength(1), z.maxLength(256));

/** open.feishu.cn/document/feishu-cards/card-callback-communication */
const payloadSchema = z.object({
  header: z.object({ event_id: name }),
  event: z.object({
    operator: z.object({ union_id: name }),
    action: z.object({
      value: postValueSchema,
      form_value: z._default(z.record(z.string(), z.unknown()), {}),
    }),
    context: z.object({
      open_message_id: z._default(z.string(), ''),
      open_chat_id: z._default(z.string(), ''),
    }),
  }),
});

type Value = z.output<typeof postValueSchema>;

/** A click on a card of a post. */
export type PostClick = {
  readonly eventId: string;
  /** union_id of whoever clicked: nothing on a card says who that is. */
  readonly person: string;
  readonly messageId: string;
  readonly chatId: string;
  readonly value: Value;
  readonly form: Readonly<Record<string, unknown>>;
};

/** `undefined` when the click is about something else. */
export const readPostClick = (payload: unknown): PostClick | undefined => {
  const found = z.safeParse(payloadSchema, payload).data;
  if (!found) return undefined;
  const { operator, action, context } = found.event;
  return {
    eventId: found.header.event_id,
    person: operator.union_id,
    messageId: context.open_message_id,
    chatId: context.open_chat_id,
    value: action.value,
    form: action.form_value,
  };
};
