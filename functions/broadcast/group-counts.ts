import type { Account } from '../../shared/broadcasts/account.ts';
import { type Broadcast, groupSubject } from '../../shared/broadcasts/broadcast.ts';
import { keepCard } from '../../shared/delivery/keep-card.ts';
import type { Wanted } from '../../shared/delivery/want.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { Contents } from '../../shared/store/contents.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery, DeliveryKey } from '../../shared/store/delivery.ts';
import type { Counts, OfPost, PostCards } from './post-cards.ts';
import { type DoneDeps, recordDone } from './record-done.ts';

export type GroupCountDeps = DoneDeps & {
  readonly deliveries: Pick<Deliveries, 'listOfSubject'>;
  readonly contents: Contents;
  readonly accounts: readonly Account[];
  readonly cards: Pick<PostCards, 'group' | 'closed'>;
  readonly workbenchUrl: string;
  readonly wantContent: (key: DeliveryKey, content: { hash: string; final?: boolean }) => Promise<Wanted>;
};

const hourMs = 3_600_000;
/** When a group's card counts anew: three PATCHes for a post, as its report has three messages. */
const counted = [
  { mark: 'groups-1h', afterMs: hourMs },
  { mark: 'groups-1d', afterMs: 24 * hourMs },
] as const;
const closeMark = 'groups-close';

type Due = { readonly marks: readonly string[]; readonly next?: Date | undefined };

const dueOf = (broadcast: Broadcast, startedAt: number, now: Date): Due => {
  if (broadcast.state === 'closed') return { marks: [closeMark] };
  const times = counted.map(({ mark, afterMs }) => ({ mark, at: startedAt + afterMs }));
  return {
    marks: times.filter(({ at }) => at <= now.getTime()).map(({ mark }) => mark),
    next: times.flatMap(({ at }) => (at > now.getTime() ? [new Date(at)] : [])).at(0),
  };
};

/** When it has ended without everybody's confirmation, it leads to the page, where they still can. */
const cardOf = ({ cards, workbenchUrl }: GroupCountDeps, of: OfPost, counts: Counts): Card => {
  const { state, closedBecause } = of.broadcast;
  const isMissed = state === 'closed' && closedBecause !== 'complete';
  return isMissed ? cards.closed(of, { workbenchUrl, counts }) : cards.group(of, counts);
};

/** 已确认 212/300 on the cards in groups: after an hour, after a day and at the end. */
export const countInGroups =
  (deps: GroupCountDeps) =>
  async (broadcast: Broadcast, rows: readonly Delivery[], now: Date): Promise<Date | undefined> => {
    const { mustConfirm, startedAt, state, done, target } = broadcast;
    const account = deps.accounts.find(({ id }) => id === broadcast.account);
    if (!account || !mustConfirm || startedAt === undefined || state === 'recalled') return undefined;
    const { marks, next } = dueOf(broadcast, Date.parse(startedAt), now);
    const fresh = marks.filter((mark) => !done.includes(mark));
    if (fresh.length === 0) return next;
    const final = fresh.includes(closeMark);
    const confirmed = rows.filter((row) => row.state === 'confirmed').length;
    const card = cardOf(deps, { account, broadcast }, { confirmed, target });
    const { hash } = await keepCard(deps.contents)(card, {
      id: deliveryElementId(groupSubject(broadcast), ''),
    });
    for (const row of await deps.deliveries.listOfSubject(groupSubject(broadcast)))
      await deps.wantContent(row, { hash, ...(final && { final }) });
    await recordDone(deps)(broadcast, fresh, now);
    return next;
  };
