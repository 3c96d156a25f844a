import * as z from 'zod/mini';
import { jsonText, readEnv } from '../../shared/config.ts';
import { TooLargeError } from '../../shared/errors.ts';
import { type CallbackKeys, callbackKeysSchema, openCallback } from '../../shared/feishu/verify.ts';
import { type HttpReply, type HttpRequest, http } from '../../shared/lambda/http.ts';
import { log } from '../../shared/log.ts';
import { type Seals, sealKeysSchema, seals } from '../../shared/seal.ts';
import { type PutReceipt, putReceiptTo } from '../../shared/store/put-receipt.ts';
import { readEnvelope } from './envelope.ts';

export type FeishuEventsDeps = {
  readonly senders: readonly CallbackKeys[];
  readonly seal: Seals['seal'];
  readonly putReceipt: PutReceipt;
  readonly now: () => Date;
};

/** Bytes of the sealed text: a row ends at 400 KB and needs room for the rest. */
const maxSealedBytes = 300 * 1024;

/** Feishu hangs up after 3 s and repeats four times over about 7 h: we only prove, keep and answer. */
export const receiveFeishuEvent =
  ({ senders, seal, putReceipt, now }: FeishuEventsDeps) =>
  async (request: HttpRequest): Promise<HttpReply> => {
    const receivedAt = now();
    const opened = openCallback(request, senders, receivedAt);
    if (opened.kind === 'challenge') return { json: { challenge: opened.challenge } };

    const { id, eventType, createdMs, text } = readEnvelope(opened.payload);
    const body = seal(text);
    if (body.length > maxSealedBytes) throw new TooLargeError('payload_too_large', 'the event is too large');
    const isNew = await putReceipt({
      id: `feishu:${opened.appId}#${id}`,
      source: 'feishu',
      sender: opened.sender,
      eventType,
      work: 'event',
      receivedAt: receivedAt.toISOString(),
      eventAt: new Date(createdMs ?? receivedAt.getTime()).toISOString(),
      body,
    });
    log.info('event_received', { sender: opened.sender, eventType, id, isNew });
    return { json: {} };
  };

const env = readEnv({
  FEISHU_CALLBACK_KEYS: jsonText(callbackKeysSchema),
  SEAL_KEYS: sealKeysSchema,
  INBOX_TABLE: z.string().check(z.minLength(1)),
});

export const handler = http(
  receiveFeishuEvent({
    senders: env.FEISHU_CALLBACK_KEYS,
    seal: seals(env.SEAL_KEYS).seal,
    putReceipt: putReceiptTo(env.INBOX_TABLE),
    now: () => new Date(),
  }),
);
