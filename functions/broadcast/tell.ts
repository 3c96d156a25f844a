import { type Broadcast, workSubject } from '../../shared/broadcasts/broadcast.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { Place } from './post-cards.ts';
import type { BroadcastDeps, Turn } from './turn.ts';

/** Whoever writes or approves works on it now; a day later they find it in the list of the account. */
const validMs = 24 * 3_600_000;

type Telling = {
  readonly people: readonly string[];
  /** Part of the subject: the same `what` reaches the same person once. */
  readonly what: string;
  readonly build: (place: Place) => Card;
};

/** A card to each of them, once; one that stands already shows what it should now. */
export const showTo = async (
  deps: BroadcastDeps,
  { broadcast, account, now }: Turn,
  { people, what, build }: Telling,
): Promise<void> => {
  const subject = workSubject(broadcast, what);
  for (const recipient of people) {
    const place = { subject, recipient };
    const kept = await keepCard(deps.contents)(build(place), { id: deliveryElementId(subject, recipient) });
    if (await deps.deliveries.find(place)) {
      await deps.wantContent(place, { hash: kept.hash });
      continue;
    }
    await deps.sendNow({
      ...{ subject, recipient, sender: account.sender, receiveIdType: 'union_id', receiveId: recipient },
      ...{ eventAt: now, validUntil: new Date(now.getTime() + validMs), urgency: 'reply' },
      ...kept,
    });
  }
};

export const editorsOf = ({ editors }: Pick<Broadcast, 'editors'>): readonly string[] =>
  editors.map(({ person }) => person);

type Notice = { readonly what: string; readonly title: string; readonly text: string };

/** Everybody who has written it is told, once. */
export const tellEditors = (
  deps: BroadcastDeps,
  turn: Turn,
  { what, title, text }: Notice,
): Promise<void> => {
  const { account, broadcast } = turn;
  const build = (place: Place): Card => deps.cards.notice({ account, broadcast, title, text }, place);
  return showTo(deps, turn, { people: editorsOf(broadcast), what, build });
};

const momentOf = (iso: string): number => Date.parse(iso);

/** Paused by itself, or by somebody: who writes it has to know why nothing leaves. */
export const tellOfPause = async (deps: BroadcastDeps, turn: Turn): Promise<void> => {
  const { paused } = turn.broadcast;
  if (!paused) return;
  const who = paused.by ? `${paused.by.name} 已暂停` : '已自动暂停';
  const notice = { title: '发送已暂停', text: `${who}：${paused.reason}` };
  await tellEditors(deps, turn, { what: `paused-${momentOf(paused.at)}`, ...notice });
};

/** What was found wrong is written on the post first, so that a crash in between tells it all the same. */
export const tellOfProblem = async (deps: BroadcastDeps, turn: Turn): Promise<void> => {
  const { problem } = turn.broadcast;
  if (!problem) return;
  const notice = { title: '内容没有发出', text: problem.message };
  await tellEditors(deps, turn, { what: `problem-${momentOf(problem.at)}`, ...notice });
};
