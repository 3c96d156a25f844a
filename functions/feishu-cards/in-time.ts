import { setTimeout as wait } from 'node:timers/promises';
import type { Card } from '../../shared/feishu/card-json.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Toast } from '../../shared/tickets/desk-act.ts';

/** The answer to a click: open.feishu.cn/document/feishu-cards/card-callback-communication */
export type CardReply = {
  readonly toast: Toast;
  readonly card?: { readonly type: 'raw'; readonly data: Card };
};

export const answerOf = (toast: Toast, card: Card | undefined): CardReply => ({
  toast,
  ...(card && { card: { type: 'raw', data: card } }),
});

export const say = (type: Toast['type'], content: string): CardReply => ({ toast: { type, content } });

/** It may have been done: clicking again never does it twice. */
const noResult = say('error', '暂时没有结果：稍后看卡片是否更新，或再点一次，不会重复');

/** An answer that is being made. When it has to leave before it is ready, it says and carries what is known by then. */
export type Waiting = {
  /** Tells whether somebody still waits for it. */
  readonly isWaited: () => boolean;
  /** What was done, and is durable. */
  readonly say: (toast: Toast) => void;
  /** The clicker's own copy as it is now. */
  readonly carry: (card: Card | undefined) => void;
};
type Clicked = { readonly sender: string; readonly eventId: string };

/** Always answers, with words for whoever waits: the row or the refresh tells what was done. */
export const inTime =
  (answerWithinMs: number) =>
  async ({ sender, eventId }: Clicked, act: (waiting: Waiting) => Promise<CardReply>): Promise<CardReply> => {
    let isWaited = true;
    let toast: Toast | undefined;
    let card: Card | undefined;
    const waiting: Waiting = {
      isWaited: () => isWaited,
      say: (said) => {
        toast = said;
      },
      carry: (carried) => {
        card = carried;
      },
    };
    const known = (): CardReply => (toast ? answerOf(toast, card) : noResult);
    try {
      const late = wait(answerWithinMs, undefined, { ref: false });
      const reply = await Promise.race([act(waiting), late]);
      if (!reply) log.error('card_action_late', { sender, eventId });
      return reply ?? known();
    } catch (error) {
      log.error('card_action_failed', { sender, eventId, ...errorFields(error) });
      return known();
    } finally {
      isWaited = false;
    }
  };
