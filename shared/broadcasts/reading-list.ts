import type { Broadcasts } from '../store/broadcasts.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Delivery } from '../store/delivery.ts';
import type { Account } from './account.ts';
import { type Broadcast, type BroadcastState, personalSubject } from './broadcast.ts';
import { placeOf } from './reach.ts';

export type ReadingDeps = {
  readonly broadcasts: Pick<Broadcasts, 'listOfAccount' | 'find'>;
  readonly deliveries: Pick<Deliveries, 'find'>;
  readonly accounts: readonly Account[];
};

/** A post that is meant for somebody, and where they stand with it. */
export type Reading = {
  readonly account: Account;
  readonly broadcast: Broadcast;
  readonly delivery: Delivery;
};

/** Posts per account that are looked through, the newest first: more than a year of any account. */
const postsPerAccount = 30;

const sentStates: readonly BroadcastState[] = ['sending', 'paused', 'open', 'closed', 'recalled'];
export const isPublished = ({ state }: Pick<Broadcast, 'state'>): boolean => sentStates.includes(state);

/** Whoever is exempt, or for whom it was only rehearsed, isn't meant; to whom it was never sent may read it here. */
const isMeantBy = (delivery: Delivery): boolean => placeOf(delivery) !== 'excluded';

/** `undefined`: it isn't for them. */
export const findDelivery =
  ({ deliveries }: Pick<ReadingDeps, 'deliveries'>) =>
  async (broadcast: Broadcast, person: string): Promise<Delivery | undefined> => {
    const delivery = await deliveries.find({ subject: personalSubject(broadcast), recipient: person });
    return delivery && isMeantBy(delivery) ? delivery : undefined;
  };

const readingsOf =
  (deps: ReadingDeps, person: string) =>
  async (account: Account): Promise<readonly Reading[]> => {
    const posts = (await deps.broadcasts.listOfAccount(account.id)).slice(0, postsPerAccount);
    const found = await Promise.all(
      posts.filter(isPublished).map(async (broadcast) => {
        const delivery = await findDelivery(deps)(broadcast, person);
        return delivery && { account, broadcast, delivery };
      }),
    );
    return found.filter((reading) => reading !== undefined);
  };

const startOf = ({ broadcast }: Reading): string => broadcast.startedAt ?? broadcast.createdAt;

/** All posts of all accounts that somebody got or will get, the newest first. */
export const findReadings =
  (deps: ReadingDeps) =>
  async (person: string): Promise<readonly Reading[]> => {
    const lists = await Promise.all(deps.accounts.map(readingsOf(deps, person)));
    return lists.flat().sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
  };

/** Must be confirmed and isn't; also after its deadline. */
export const waitsForConfirmation = ({ broadcast, delivery }: Omit<Reading, 'account'>): boolean =>
  broadcast.mustConfirm && broadcast.state !== 'recalled' && delivery.state !== 'confirmed';

const isUnread = ({ broadcast, delivery }: Reading): boolean =>
  ['sending', 'paused', 'open'].includes(broadcast.state) &&
  delivery.readAt === undefined &&
  delivery.openedAt === undefined &&
  delivery.state !== 'confirmed';

const deadlineOf = ({ broadcast }: Reading): string => broadcast.deadlineAt ?? '9';

export type ReadingList = {
  /** The nearest deadline first. */
  readonly toConfirm: readonly Reading[];
  readonly toRead: readonly Reading[];
  readonly past: readonly Reading[];
};

export const sortReadings = (readings: readonly Reading[]): ReadingList => {
  const toConfirm = readings.filter(waitsForConfirmation);
  const toRead = readings.filter((reading) => !toConfirm.includes(reading) && isUnread(reading));
  return {
    toConfirm: toConfirm.toSorted((a, b) => (deadlineOf(a) < deadlineOf(b) ? -1 : 1)),
    toRead,
    past: readings.filter((reading) => !toConfirm.includes(reading) && !toRead.includes(reading)),
  };
};
