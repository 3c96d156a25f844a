import * as z from 'zod';
import { parse } from '../../shared/parse.ts';

const idsSchema = z.object({ union_id: z.string().min(1), open_id: z.string().min(1) });

const readSchema = z.object({
  reader: z.object({ read_time: z.string(), reader_id: idsSchema }),
  message_id_list: z.array(z.string()),
});
const messageSchema = z.object({
  sender: z.object({ sender_id: idsSchema, sender_type: z.string() }),
  message: z.object({
    message_id: z.string(),
    /** Of a reply. */
    parent_id: z.string().optional(),
    chat_id: z.string(),
    chat_type: z.enum(['p2p', 'group']),
    message_type: z.string(),
    content: z.string(),
    mentions: z.array(z.object({ name: z.string().default('') })).default([]),
  }),
});
export type Message = z.output<typeof messageSchema>['message'];
const botAddedSchema = z.object({ chat_id: z.string(), name: z.string().default('') });
const menuSchema = z.object({
  operator: z.object({ operator_id: idsSchema }),
  event_key: z.string(),
});
const p2pCreatedSchema = z.object({
  chat_id: z.string(),
  user: z.object({ open_id: z.string(), user_id: z.string().optional() }),
});
const cellSchema = z.object({ field_id: z.string() });
const baseChangedSchema = z.object({
  file_token: z.string().min(1),
  table_id: z.string().min(1),
  revision: z.number().default(0),
  operator_id: z.object({ union_id: z.string().optional(), open_id: z.string().default('') }),
  subscriber_id_list: z.array(z.object({ open_id: z.string().default('') })).default([]),
  action_list: z.array(
    z.object({
      record_id: z.string().min(1),
      action: z.enum(['record_added', 'record_edited', 'record_deleted']),
      before_value: z.array(cellSchema).default([]),
      after_value: z.array(cellSchema).default([]),
    }),
  ),
});
const userSchema = z.object({ object: z.object({ union_id: z.string().min(1) }) });

export const parsers = {
  read: (event: unknown) => parse(readSchema, event),
  message: (event: unknown) => parse(messageSchema, event),
  botAdded: (event: unknown) => parse(botAddedSchema, event),
  menu: (event: unknown) => parse(menuSchema, event),
  p2pCreated: (event: unknown) => parse(p2pCreatedSchema, event),
  user: (event: unknown) => parse(userSchema, event),
  baseChanged: (event: unknown) => parse(baseChangedSchema, event),
} as const;

const wordsSchema = z.object({ text: z.string() });

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The words of a text message; a picture, a file or what we can't read has none. */
export const textOf = (messageType: string, content: string): string => {
  const words = wordsSchema.safeParse(messageType === 'text' ? jsonOf(content) : undefined);
  return words.success ? words.data.text : '';
};
