import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { UnauthenticatedError } from '../errors.ts';
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

/** Seconds, either way: a checksum is good for five minutes (qiyukf.com, 消息接口文档, 数据校验). */
const windowSeconds = 300;

const isSignedBy =
  (bytes: Buffer, claimed: string, time: string) =>
  (_appKey: string, secret: string): boolean => {
    const md5 = createHash('md5').update(bytes).digest('hex');
    return isSameText(claimed, createHash('sha1').update(`${secret}${md5}${time}`).digest('hex'));
  };

const headSchema = z.object({ msgId: z.optional(z.string()) });

const messageIdOf = (body: string): string | undefined => {
  try {
    return parse(headSchema, JSON.parse(body)).msgId;
  } catch {
    return undefined;
  }
};

const refusalCodes: Readonly<Record<string, number>> = { time_out_of_window: 14003 };

/**
 * `eventType` stands in the address and is not signed: it never takes part in the identity, or a replay under another
 * type would be a second receipt.
 */
export const qiyu = (accounts: readonly Account<string>[]): PushSource => ({
  open: ({ query, bytes, rawBody }, now) => {
    const [time, claimed] = [query.get('time'), query.get('checksum')];
    if (time === null || claimed === null || !/^\d{1,12}$/.test(time)) {
      throw signatureMissing('time and checksum in the query');
    }
    const account = provenAccount(accounts, isSignedBy(bytes, claimed.toLowerCase(), time));
    if (Math.abs(now.getTime() / 1000 - Number(time)) > windowSeconds) {
      throw new UnauthenticatedError('time_out_of_window', `time is off by more than ${windowSeconds} s`);
    }
    return {
      kind: 'message',
      account,
      id: identityOf(messageIdOf(rawBody), rawBody),
      eventType: eventTypeOf(query.get('eventType') ?? undefined),
      body: rawBody,
    };
  },
  // Within 10 s, and empty: any text at all counts as a failure and brings it again.
  acknowledgement: { text: '' },
  refuse: ({ status, code }) => ({ status, json: { code: refusalCodes[code] ?? 14002 } }),
});
