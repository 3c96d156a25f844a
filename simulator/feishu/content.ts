import { z } from 'zod';
import { checkCard } from './card.ts';
import type { Call } from './endpoint.ts';
import { refusal } from './refusal.ts';

// open.feishu.cn/document/server-docs/im-v1/message/create: text ≤ 150 KB, card and post ≤ 30 KB.
const MAX_TEXT_BYTES = 150 * 1024;
const MAX_CARD_BYTES = 30 * 1024;

const textSchema = z.looseObject({ text: z.string().min(1) });
const imageSchema = z.looseObject({ image_key: z.string().min(1) });
const postSchema = z.looseObject({});

const parseContent = (content: string): unknown => {
  try {
    return JSON.parse(content);
  } catch {
    throw refusal(230001, 'content is not a string in json format');
  }
};

const check = (schema: z.ZodType, value: unknown): void => {
  if (!schema.safeParse(value).success) throw refusal(230001, 'invalid content for this msg_type');
};

const checkImage = (value: unknown, { tenant, app }: Call): void => {
  const parsed = imageSchema.safeParse(value);
  if (!parsed.success) throw refusal(230001, 'image_key is missing');
  const image = tenant.images.get(parsed.data.image_key);
  if (!image) throw refusal(230001, 'invalid image_key');
  if (image.owner.kind !== 'app' || image.owner.appId !== app.appId)
    throw refusal(230027, 'the image belongs to another app');
};

/** Throws 230025 for size, 230001 for form and 230099 with a sub-code for what a card may not hold. */
export const checkContent = (call: Call, msgType: string, content: string): void => {
  const limit = msgType === 'text' ? MAX_TEXT_BYTES : MAX_CARD_BYTES;
  if (Buffer.byteLength(content) > limit) throw refusal(230025);
  const value = parseContent(content);
  if (msgType === 'interactive') checkCard(value, call);
  else if (msgType === 'text') check(textSchema, value);
  else if (msgType === 'image') checkImage(value, call);
  else check(postSchema, value);
};
