import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { parse } from '../parse.ts';
import { idText, parseExactJson } from './fields.ts';
import {
  type Account,
  bodyHash,
  eventTypeOf,
  identityOf,
  isSameText,
  type PushSource,
  provenAccount,
  signatureMissing,
} from './source.ts';

/** op.jinritemai.com/docs, 消息推送: md5(app_key + body + app_secret), over the bytes as they came. */
const isSignedBy =
  (bytes: Buffer, claimed: string, appId: string) =>
  (appKey: string, secret: string): boolean =>
    appKey === appId &&
    isSameText(claimed, createHash('md5').update(appKey).update(bytes).update(secret).digest('hex'));

const messageSchema = z.object({
  tag: idText,
  msg_id: z.optional(idText),
  msgId: z.optional(idText),
  data: z.optional(z.unknown()),
});
export type Message = z.output<typeof messageSchema>;
export const batchSchema = z.array(messageSchema).check(z.minLength(1));

export const messageIdOf = (message: Message): string | undefined => message.msg_id ?? message.msgId;

const batchOf = (body: string): readonly Message[] => {
  try {
    return parse(batchSchema, parseExactJson(body));
  } catch {
    return [];
  }
};

/** One message has its own id; a batch is told apart by all of theirs. */
const batchId = (messages: readonly Message[], body: string): string => {
  const ids = messages.map(messageIdOf);
  const [first, ...others] = ids;
  if (others.length === 0) return identityOf(first, body);
  return ids.includes(undefined) ? bodyHash(body) : bodyHash(ids.join('\n'));
};

const probeTag = '0';
const acknowledgement = { json: { code: 0, msg: 'success' } };

/** One push is a batch, and one receipt: nothing of it is acknowledged before all of it is stored. */
export const doudian = (accounts: readonly Account<string>[]): PushSource => ({
  open: ({ headers, bytes, rawBody }) => {
    const claimed = headers['event-sign'];
    const appId = headers['app-id'];
    if (claimed === undefined || appId === undefined) throw signatureMissing('event-sign and app-id');
    const account = provenAccount(accounts, isSignedBy(bytes, claimed.toLowerCase(), appId));
    const messages = batchOf(rawBody);
    const tags = [...new Set(messages.map(({ tag }) => tag))];
    // The console sends this before it lets the address be saved.
    if (tags.length === 1 && tags[0] === probeTag) return { kind: 'answer', reply: acknowledgement };
    const eventType = eventTypeOf(tags.length > 0 ? tags.join('+') : undefined);
    return { kind: 'message', account, id: batchId(messages, rawBody), eventType, body: rawBody };
  },
  acknowledgement,
  refuse: ({ status }) => ({ status, json: { code: 40041, message: '解析推送数据失败' } }),
});
