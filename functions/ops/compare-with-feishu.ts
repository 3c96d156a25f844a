import { isDeepStrictEqual } from 'node:util';
import type { FeishuMessages } from '../../shared/feishu/messages.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Delivery } from '../../shared/store/delivery.ts';

export type CompareDeps = {
  readonly contents: Pick<Contents, 'find'>;
  readonly messagesOf: (sender: string) => Pick<FeishuMessages, 'listCards'>;
};

type Verdict = 'same' | 'different' | 'absent' | 'unreadable';
export type Compared = {
  readonly same: number;
  readonly different: readonly string[];
  /** Why some could not be looked at: their chat can't be read, or the calls were used up. */
  readonly notLookedAt: Readonly<Record<string, number>>;
};

/** Our clock and Feishu's may differ by this much. */
const skewMs = 90_000;

const isSameCard = (a: string, b: string): boolean => {
  try {
    return isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
  } catch {
    return false;
  }
};

type Place = { readonly chatId: string; readonly from: Date; readonly to: Date };

const placeOf = ({ chatId = '', acceptedAt = '' }: Delivery): Place | undefined => {
  const at = Date.parse(acceptedAt);
  if (chatId === '' || Number.isNaN(at)) return undefined;
  return { chatId, from: new Date(at - skewMs), to: new Date(at + skewMs) };
};

/** Looks for the message where it was sent; its chat is read around the moment at which it was accepted. */
const look = async (deps: CompareDeps, delivery: Delivery): Promise<Verdict> => {
  const { shown, messageId, sender } = delivery;
  const place = placeOf(delivery);
  if (!shown || !place) return 'unreadable';
  const [cards, content] = await Promise.all([
    deps.messagesOf(sender).listCards(place),
    deps.contents.find(shown.hash),
  ]);
  if (cards.kind !== 'ok' || content === undefined) return 'unreadable';
  const card = cards.data.find((each) => each.messageId === messageId);
  if (!card) return 'absent';
  return isSameCard(card.content, content) ? 'same' : 'different';
};

const isOnScreen = ({ state, frozen }: Delivery): boolean =>
  ['accepted', 'read', 'confirmed'].includes(state) && frozen === undefined;

/** Of those that should stand on a screen, compares as many as `calls` allow. */
export const compareWithFeishu = async (
  deps: CompareDeps,
  rows: readonly Delivery[],
  { calls }: { readonly calls: number },
): Promise<Compared> => {
  const shown = rows.filter(isOnScreen);
  const different: string[] = [];
  const notLookedAt: Record<string, number> = {};
  let same = 0;
  for (const delivery of shown.slice(0, calls)) {
    const verdict = await look(deps, delivery);
    if (verdict === 'same') same += 1;
    else if (verdict === 'unreadable') notLookedAt['unreadable'] = (notLookedAt['unreadable'] ?? 0) + 1;
    else different.push(`${delivery.recipient}: ${verdict}`);
  }
  if (shown.length > calls) notLookedAt['over_calls'] = shown.length - calls;
  return { same, different, notLookedAt };
};
