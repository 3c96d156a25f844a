import { jsonText, readEnv } from '../../shared/config.ts';
import { type CallbackKeys, callbackKeysSchema, openCallback } from '../../shared/feishu/verify.ts';
import { type HttpReply, type HttpRequest, http } from '../../shared/lambda/http.ts';
import { type ActInTimeDeps, actInTime } from './act.ts';
import { actOnPostInTime } from './broadcast-act.ts';
import { readPostClick } from './broadcast-click.ts';
import { isClick, readClick } from './click.ts';
import { type CardReply, say } from './in-time.ts';
import type { PostActDeps } from './post-steps.ts';
import { answerSettingClick, readSettingClick, type SettingClickDeps } from './setting-approval.ts';
import { readSubmission, submitInTime } from './submission.ts';
import { actOnTicketInTime, type TicketActDeps } from './ticket-act.ts';
import { readTicketClick } from './ticket-click.ts';
import { wiring } from './wiring.ts';

const notOurs = say('warning', '无法识别这个操作：内容没有填完整，或卡片已经过期');

export type FeishuCardsDeps = {
  readonly senders: readonly CallbackKeys[];
  readonly followUps: ActInTimeDeps;
  readonly tickets: TicketActDeps;
  readonly settings: SettingClickDeps;
  readonly posts: PostActDeps;
  readonly now: () => Date;
};

type Proven = { readonly sender: string; readonly appId: string; readonly payload: unknown };

const answer = async (deps: FeishuCardsDeps, { payload, ...from }: Proven): Promise<CardReply> => {
  const onTicket = readTicketClick(payload);
  if (onTicket) return actOnTicketInTime(deps.tickets)({ ...onTicket, ...from });
  const handedIn = readSubmission(payload);
  if (handedIn) return submitInTime(deps.tickets)({ ...handedIn, ...from });
  const onSetting = readSettingClick(payload);
  if (onSetting) return answerSettingClick(deps.settings)({ ...onSetting, ...from });
  const onPost = readPostClick(payload);
  if (onPost) return actOnPostInTime(deps.posts)({ ...onPost, ...from });
  const onFollowUp = readClick(payload);
  return onFollowUp ? actInTime(deps.followUps)({ ...onFollowUp, ...from }) : notOurs;
};

export const receiveCardAction =
  (deps: FeishuCardsDeps) =>
  async (request: HttpRequest): Promise<HttpReply> => {
    const opened = openCallback(request, deps.senders, deps.now());
    if (opened.kind === 'challenge') return { json: { challenge: opened.challenge } };
    return { json: isClick(opened.payload) ? await answer(deps, opened) : {} };
  };

const { FEISHU_CALLBACK_KEYS: senders } = readEnv({ FEISHU_CALLBACK_KEYS: jsonText(callbackKeysSchema) });

export const handler = http(receiveCardAction({ ...wiring(), senders, now: () => new Date() }));
