import * as z from 'zod/mini';
import { jsonText, readEnv } from '../../shared/config.ts';
import { type CallbackKeys, callbackKeysSchema, openCallback } from '../../shared/feishu/verify.ts';
import { type HttpReply, type HttpRequest, http } from '../../shared/lambda/http.ts';
import { sealKeysSchema, seals } from '../../shared/seal.ts';
import { contents } from '../../shared/store/contents.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import { followUps } from '../../shared/store/follow-ups.ts';
import { type ActInTimeDeps, actInTime } from './act.ts';
import { isClick, readClick } from './click.ts';

const notOurs = {
  toast: { type: 'warning', content: '无法识别这个操作：内容没有填完整，或卡片已经过期' },
};

export type FeishuCardsDeps = ActInTimeDeps & { readonly senders: readonly CallbackKeys[] };

export const receiveCardAction =
  (deps: FeishuCardsDeps) =>
  async (request: HttpRequest): Promise<HttpReply> => {
    const opened = openCallback(request, deps.senders, deps.now());
    if (opened.kind === 'challenge') return { json: { challenge: opened.challenge } };
    const { sender, appId, payload } = opened;
    if (!isClick(payload)) return { json: {} };
    const click = readClick(payload);
    return { json: click ? await actInTime(deps)({ ...click, sender, appId }) : notOurs };
  };

const name = z.string().check(z.minLength(1));
const env = readEnv({
  FEISHU_CALLBACK_KEYS: jsonText(callbackKeysSchema),
  SEAL_KEYS: sealKeysSchema,
  CARD_ANSWER: z.enum(['card', 'toastThenPatch']),
  DIGESTS_TABLE: name,
  INBOX_TABLE: name,
  DELIVERIES_TABLE: name,
  CONTENTS_TABLE: name,
});

export const handler = http(
  receiveCardAction({
    senders: env.FEISHU_CALLBACK_KEYS,
    answerWithinMs: 2_400,
    followUps: followUps({ digests: env.DIGESTS_TABLE, inbox: env.INBOX_TABLE }),
    deliveries: deliveries(env.DELIVERIES_TABLE),
    contents: contents(env.CONTENTS_TABLE),
    seal: seals(env.SEAL_KEYS).seal,
    cardAnswer: env.CARD_ANSWER,
    now: () => new Date(),
  }),
);
