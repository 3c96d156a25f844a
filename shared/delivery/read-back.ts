import { dayOf } from '../calendar/day.ts';
import { deliveryElementId } from '../feishu/cards.ts';
import { isSwitchedOff } from '../feishu/feature.ts';
import type { FeishuMessages } from '../feishu/messages.ts';
import type { Refused } from '../feishu/outcome.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Delivery } from '../store/delivery.ts';
import type { People } from '../store/people.ts';

export type Seen =
  | { readonly kind: 'found'; readonly messageId: string; readonly chatId: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly code: string; readonly retryable: boolean };

/** Whether a try has arrived, by what its chat shows. */
export type ReadBack = (delivery: Delivery, now: Date) => Promise<Seen>;

export type ReadBackDeps = {
  readonly people: Pick<People, 'find'>;
  readonly deliveries: Pick<Deliveries, 'listOfPerson'>;
  readonly messagesOf: (sender: string) => Pick<FeishuMessages, 'listCards'>;
};

/** Our clock and Feishu's may differ by this much. */
const skewMs = 90_000;

/**
 * A one-to-one chat can't be looked up with a tenant token, so only a chat that we have seen before can be read: it stands
 * on the person, or on another card of the same day whose sender died before it was written there.
 */
const chatOf = async (deps: ReadBackDeps, delivery: Delivery): Promise<string | undefined> => {
  const { recipient, receiveIdType, receiveId, sender, plannedAt } = delivery;
  if (receiveIdType === 'chat_id') return receiveId;
  const known = (await deps.people.find(recipient))?.chats[sender];
  if (known !== undefined) return known;
  const others = await deps.deliveries.listOfPerson(recipient, dayOf(new Date(plannedAt)));
  return others.find((other) => other.sender === sender && other.chatId)?.chatId;
};

/** Without the scope the history can't be read at all; a quota or a wrong secret passes. */
const mayBeReadLater = (refused: Refused): boolean => !refused.final && !isSwitchedOff('read-back', refused);

/** Reads the chat from the first try on; every card carries its delivery as an `element_id`. */
export const readBackFrom =
  (deps: ReadBackDeps): ReadBack =>
  async (delivery, now) => {
    const chatId = await chatOf(deps, delivery);
    if (chatId === undefined) return { kind: 'unreadable', code: 'chat_unknown', retryable: false };
    const { subject, recipient, sender, firstTriedAt, plannedAt } = delivery;
    const from = new Date(Date.parse(firstTriedAt ?? plannedAt) - skewMs);
    const cards = await deps
      .messagesOf(sender)
      .listCards({ chatId, from, to: new Date(now.getTime() + skewMs) });
    if (cards.kind === 'unknown') return { kind: 'unreadable', code: cards.reason, retryable: true };
    if (cards.kind === 'refused')
      return { kind: 'unreadable', code: String(cards.code), retryable: mayBeReadLater(cards) };
    const id = deliveryElementId(subject, recipient);
    const found = cards.data.find(({ content }) => content.includes(`"${id}"`));
    return found ? { kind: 'found', messageId: found.messageId, chatId } : { kind: 'absent' };
  };
