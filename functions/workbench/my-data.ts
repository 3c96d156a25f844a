import { addDays, dayOf } from '../../shared/calendar/day.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { Deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { People, Person } from '../../shared/store/people.ts';

/** How far back the page looks. */
export const daysShown = 30;

export type MyDataDeps = {
  readonly deliveries: Pick<Deliveries, 'listOfPerson'>;
  readonly people: Pick<People, 'find'>;
  readonly now: () => Date;
};

export type MyData = {
  readonly person: Person;
  /** Name of whom they report to. */
  readonly leader: string | undefined;
  /** What was sent, or wasn't, the newest first. */
  readonly deliveries: readonly Delivery[];
  readonly at: Date;
};

/** Everything that is recorded about one person. */
export const findMyData = async (deps: MyDataDeps, person: Person): Promise<MyData> => {
  const at = deps.now();
  const days = Array.from({ length: daysShown }, (_, back) => addDays(dayOf(at), -back));
  const [leader, found] = await Promise.all([
    person.leader === undefined ? undefined : deps.people.find(person.leader),
    someAtOnce(days, (day) => deps.deliveries.listOfPerson(person.person, day)),
  ]);
  const deliveries = found.flat().sort((a, b) => (a.plannedAt < b.plannedAt ? 1 : -1));
  return { person, leader: leader?.name, deliveries, at };
};

export type Counts = Readonly<Record<'delivered' | 'read' | 'opened' | 'confirmed' | 'unsent', number>>;

export const countsOf = (deliveries: readonly Delivery[]): Counts => {
  const delivered = deliveries.filter(({ messageId }) => messageId !== undefined).length;
  return {
    delivered,
    read: deliveries.filter(({ readAt }) => readAt !== undefined).length,
    opened: deliveries.filter(({ openedAt }) => openedAt !== undefined).length,
    confirmed: deliveries.filter(({ confirmed }) => confirmed !== undefined).length,
    unsent: deliveries.length - delivered,
  };
};

/** The same as the page, for keeping. */
export const myDataFile = ({ person, deliveries, at }: MyData): object => ({
  at: at.toISOString(),
  person,
  counts: countsOf(deliveries),
  deliveries: deliveries.map((row) => ({
    subject: row.subject,
    sender: row.sender,
    state: row.state,
    plannedAt: row.plannedAt,
    acceptedAt: row.acceptedAt,
    readAt: row.readAt,
    openedAt: row.openedAt,
    confirmed: row.confirmed,
    reason: row.reason,
    code: row.code,
  })),
});
