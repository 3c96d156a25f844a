import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { parse } from '../parse.ts';
import {
  type Account,
  eventTypeOf,
  identityOf,
  isSameText,
  type PushSource,
  provenAccount,
  signatureMissing,
} from './source.ts';

/** doc.youzanyun.com, 消息推送: md5(client_id + body + client_secret), over the bytes as they came. */
const isSignedBy =
  (bytes: Buffer, claimed: string) =>
  (clientId: string, secret: string): boolean =>
    isSameText(claimed, createHash('md5').update(clientId).update(bytes).update(secret).digest('hex'));

const headSchema = z.object({ type: z.optional(z.string()), msg_id: z.optional(z.string()) });

const headOf = (body: string): z.output<typeof headSchema> => {
  try {
    return parse(headSchema, JSON.parse(body));
  } catch {
    return {};
  }
};

/** Youzan repeats up to 16 times, and by hand for 7 days; `msg_id` stays, `sendCount` and so the bytes change. */
export const youzan = (accounts: readonly Account<string>[]): PushSource => ({
  open: ({ headers, bytes, rawBody }) => {
    const claimed = headers['event-sign'];
    if (claimed === undefined) throw signatureMissing('Event-Sign');
    const account = provenAccount(accounts, isSignedBy(bytes, claimed.toLowerCase()));
    const { type, msg_id: id } = headOf(rawBody);
    return {
      kind: 'message',
      account,
      id: identityOf(id, rawBody),
      eventType: eventTypeOf(type),
      body: rawBody,
    };
  },
  acknowledgement: { json: { code: 0, msg: 'success' } },
  // Whatever holds the word `success` is taken as one, whatever its status.
  refuse: ({ status }) => ({ status, json: { code: 0, msg: 'failed' } }),
});
