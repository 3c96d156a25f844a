import { setTimeout as wait } from 'node:timers/promises';
import type { Card } from '../../shared/feishu/card-json.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Toast } from '../../shared/tickets/desk-act.ts';

/** The answer to a click: open.feishu.cn/document/feishu-cards/card-callback-communication */
export type CardReply = {
  readonly toast: Toast;
  readonly card?: { readonly type: 'raw'; readonly data: Card };
};

export const say = (type: Toast['type'], content: string): CardReply => ({ toast: { type, content } });

/** It may have been done: clicking again never does it twice. */
const noResult = say('error', '暂时没有结果：稍后看卡片是否更新，或再点一次，不会重复');

/** Tells whether somebody still waits for the answer. */
export type IsWaited = () => boolean;
type Clicked = { readonly sender: string; readonly eventId: string };

/** Always answers, with words for whoever waits: the row or the refresh tells what was done. */
export const inTime =
  (answerWithinMs: number) =>
  async (
    { sender, eventId }: Clicked,
    act: (isWaited: IsWaited) => Promise<CardReply>,
  ): Promise<CardReply> => {
    let isWaited = true;
    try {
      const late = wait(answerWithinMs, undefined, { ref: false });
      const reply = await Promise.race([act(() => isWaited), late]);
      isWaited = false;
      if (!reply) log.error('card_action_late', { sender, eventId });
      return reply ?? noResult;
    } catch (error) {
      log.error('card_action_failed', { sender, eventId, ...errorFields(error) });
      return noResult;
    }
  };
