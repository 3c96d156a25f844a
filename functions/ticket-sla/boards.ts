import { clockTime } from '../../shared/calendar/day.ts';
import { findCard, keepCard } from '../../shared/delivery/keep-card.ts';
import type { Wish } from '../../shared/delivery/plan.ts';
import type { Ending } from '../../shared/delivery/send.ts';
import type { Wanted } from '../../shared/delivery/want.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { FeishuMessages } from '../../shared/feishu/messages.ts';
import { log } from '../../shared/log.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery, DeliveryKey } from '../../shared/store/delivery.ts';
import type { Group } from '../../shared/store/people.ts';
import type { Team } from '../../shared/tickets/desk.ts';
import { boardCard } from '../../shared/tickets/list-cards.ts';
import { boardMoment, type ListDeps, listSubject, openOfTeam } from '../../shared/tickets/redraw.ts';
import { shiftsAt } from '../../shared/tickets/shifts.ts';

export type BoardsDeps = ListDeps & {
  readonly deliveries: Pick<Deliveries, 'find' | 'recordPinned'>;
  readonly contents: Contents;
  readonly groups: () => Promise<readonly Group[]>;
  readonly sendNow: (wish: Wish) => Promise<Ending>;
  readonly wantContent: (key: DeliveryKey, content: { hash: string }) => Promise<Wanted>;
  readonly messages: Pick<FeishuMessages, 'pin' | 'unpin'>;
  readonly sender: string;
};

const dayMs = 86_400_000;
/**
 * A card can be changed for 14 days (open.feishu.cn/document/server-docs/im-v1/message-card/patch): then another one takes
 * its place at the top of the group.
 */
const periodMs = 13 * dayMs;

type Board = { readonly team: Team; readonly chatId: string; readonly period: number };
const placeOf = ({ team, chatId }: Board, period: number) => ({
  subject: listSubject.board(team.id, period),
  recipient: `chat:${chatId}`,
});

const cardOf = async (deps: BoardsDeps, board: Board, now: Date): Promise<Card> => {
  const tickets = await openOfTeam(deps, board.team.id);
  return boardCard(placeOf(board, board.period), { team: board.team, tickets, now: boardMoment(now) });
};

const post = async (deps: BoardsDeps, board: Board, now: Date): Promise<void> => {
  const place = placeOf(board, board.period);
  const card = await cardOf(deps, board, now);
  const kept = await keepCard(deps.contents)(card, { id: deliveryElementId(place.subject, place.recipient) });
  const validUntil = new Date((board.period + 1) * periodMs);
  const to = { receiveIdType: 'chat_id', receiveId: board.chatId } as const;
  // Of whoever is at work at this hour: a night shift has its board, too.
  const about = { sender: deps.sender, eventAt: now, validUntil, urgency: 'scheduled' } as const;
  await deps.sendNow({ ...place, ...to, ...about, ...kept });
};

const unpinEarlier = async (deps: BoardsDeps, board: Board): Promise<void> => {
  const before = await deps.deliveries.find(placeOf(board, board.period - 1));
  if (before?.messageId === undefined || before.pinnedAt === undefined) return;
  await deps.messages.unpin(before.messageId);
};

/** Once per card, and what stood there before goes. A pin that Feishu refuses for now is tried again with the next minute. */
const pin = async (deps: BoardsDeps, board: Board, row: Delivery): Promise<void> => {
  if (row.messageId === undefined || row.pinnedAt !== undefined) return;
  const pinned = await deps.messages.pin(row.messageId);
  if (pinned.kind !== 'ok') log.warn('board_not_pinned', { subject: row.subject, outcome: pinned.kind });
  if (pinned.kind === 'refused' && pinned.retryable) return;
  if (await deps.deliveries.recordPinned(row, deps.now())) await unpinEarlier(deps, board);
};

const refreshedAt = /刷新 [\d: -]+/u;
const withoutTime = (card: Card): string => JSON.stringify(card).replace(refreshedAt, '');

/** A tick may be missed: the first ones of the ten minutes look. */
const lookMs = 3 * 60_000;
const isTurn = (now: Date): boolean => now.getTime() - boardMoment(now).getTime() < lookMs;

/** At most every ten minutes, and only when something but the time would change. */
const refresh = async (deps: BoardsDeps, board: Board, row: Delivery): Promise<number> => {
  const now = deps.now();
  const shown = row.wanted && isTurn(now) ? await findCard(deps.contents)(row.wanted.hash) : undefined;
  if (!shown || JSON.stringify(shown).includes(`刷新 ${clockTime(boardMoment(now))} `)) return 0;
  const card = await cardOf(deps, board, now);
  if (withoutTime(card) === withoutTime(shown)) return 0;
  const { hash } = await keepCard(deps.contents)(card, { id: deliveryElementId(row.subject, row.recipient) });
  return (await deps.wantContent(row, { hash })) === 'wanted' ? 1 : 0;
};

const isAtWork = async ({ rules }: BoardsDeps, { team }: Board, now: Date): Promise<boolean> =>
  shiftsAt(team, await rules(), now).length > 0;

const show = async (deps: BoardsDeps, board: Board, now: Date): Promise<number> => {
  const row = await deps.deliveries.find(placeOf(board, board.period));
  if (!row) {
    if (!(await isAtWork(deps, board, now))) return 0;
    await post(deps, board, now);
    return 1;
  }
  await pin(deps, board, row);
  return refresh(deps, board, row);
};

/** 看板: one message per team that has a group, at the top of it. */
export const showBoards =
  (deps: BoardsDeps) =>
  async (now: Date): Promise<{ readonly boards: number }> => {
    const { desk } = await deps.rules();
    const teams = desk.teams.filter(({ group }) => group !== undefined);
    const groups = teams.length === 0 ? [] : await deps.groups();
    const period = Math.floor(now.getTime() / periodMs);
    let boards = 0;
    for (const team of teams) {
      const group = groups.find(({ name, sender }) => name === team.group && sender === deps.sender);
      if (!group) continue;
      boards += await show(deps, { team, chatId: group.person.slice('chat:'.length), period }, now);
    }
    return { boards };
  };
