import type { Card } from '../feishu/card-json.ts';
import type { Contents } from '../store/contents.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Delivery } from '../store/delivery.ts';
import { mayBeCarried } from './hold.ts';
import { findCard } from './keep-card.ts';

/** A message that waits; the bundle's card says it in one line. */
export type Waiting = { readonly subject: string; readonly line: string };

export type CarryDeps = {
  readonly deliveries: Pick<Deliveries, 'listDue' | 'find'>;
  readonly contents: Pick<Contents, 'find'>;
};

/** Where a bundle's row says what its card carries; it is written with the card, so both are true together. */
const carriesKey = 'carries';

export const carrying = (waiting: readonly Waiting[]): Readonly<Record<string, string>> =>
  waiting.length === 0 ? {} : { [carriesKey]: waiting.map(({ subject }) => subject).join('\n') };

export const carriedBy = ({ decidedBy }: Delivery): readonly string[] =>
  decidedBy?.[carriesKey]?.split('\n') ?? [];

/** Is this told by a card that the person got, or by one that may still come? */
export const isCarriedBy = (rows: readonly Delivery[], subject: string): 'yes' | 'perhaps' | 'no' => {
  const carriers = rows.filter((row) => carriedBy(row).includes(subject));
  if (carriers.some(({ acceptedAt }) => acceptedAt !== undefined)) return 'yes';
  const isOnItsWay = ({ state, dueAt }: Delivery): boolean => state === 'planned' || dueAt !== undefined;
  return carriers.some(isOnItsWay) ? 'perhaps' : 'no';
};

/** What waits for nothing but its moment. An open try has perhaps rung already. */
const waits = (delivery: Delivery): boolean =>
  delivery.state === 'held' &&
  mayBeCarried(delivery) &&
  delivery.lane === undefined &&
  delivery.sending === undefined &&
  ['quiet_hours', 'own_quiet_hours', 'off_shift', 'attention_limit'].includes(delivery.reason ?? '');

/** A card that asks for something has to come itself. */
const asksForSomething = (card: Card): boolean =>
  /"tag":"(?:form|input|select|picker)|"callback"/u.test(JSON.stringify(card));

const lineOf = (card: Card | undefined): string | undefined =>
  card && !asksForSomething(card)
    ? `${card.header.title.content}：${card.config.summary.content}`
    : undefined;

/** Held messages due this much later still stand on today's card. */
const aheadMs = 12 * 3_600_000;
/** More lines would make another message of the card; the rest follows it. */
const most = 5;

/** Ordinary messages that wait for this bundle or would follow within twelve hours, by recipient. One query for everybody. */
export const waitingFor =
  ({ deliveries, contents }: CarryDeps) =>
  async (now: Date): Promise<ReadonlyMap<string, readonly Waiting[]>> => {
    const keys = await deliveries.listDue(new Date(now.getTime() + aheadMs), 'due');
    const rows = await Promise.all(keys.map((key) => deliveries.find(key)));
    const found = new Map<string, readonly Waiting[]>();
    for (const row of rows) {
      if (!row?.wanted || !waits(row)) continue;
      const line = lineOf(await findCard(contents)(row.wanted.hash));
      const others = found.get(row.recipient) ?? [];
      if (line && others.length < most) found.set(row.recipient, [...others, { subject: row.subject, line }]);
    }
    return found;
  };
