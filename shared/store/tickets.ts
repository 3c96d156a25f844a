/**
 * After-sales: one partition per ticket with the ticket, its history and its row in Base; beside them the keys by which a
 * source or a buyer finds it.
 *
 * Access patterns
 *  get, history              partition `T-…`: item `ticket`, items `history#…` in order
 *  write                     ticket and history rows in one transaction under the version that was read
 *  by source case            partition `source#<source>#<case id>`, item `key`: put in the transaction that opens it
 *  by order or buyer         partition `match#order#…`, `match#buyer#<hmac>`, item `key`: the last tickets of it, under a
 *                            version, so that two systems that tell of one problem at once meet
 *  due                       index `due`: next rung, or a change that nobody has worked off a minute later
 *  of a team, oldest first   index `team-state`: `<team>#unassigned`, `<team>#open`, `closed#<day>`
 *  of a person               index `owner`: open ones
 *  opened on a day           index `day`
 *  to be projected           index `base`: shard `base` while a change is not in Base yet, shard `edits` while an edit of
 *                            Base is not here yet
 */
import * as z from 'zod';
import { dayOf } from '../calendar/day.ts';
import { historyItem, type TicketEvent, ticketEventSchema } from '../tickets/event.ts';
import { isOpen, type Ticket, ticketSchema } from '../tickets/ticket.ts';
import { type Table, table, type Write, writeTogether } from './table.ts';

export type TicketWrite = {
  /** As it was read; absent: it is opened. */
  readonly before: Ticket | undefined;
  readonly after: Ticket;
  readonly events: readonly TicketEvent[];
  /** The next moment at which time alone changes something; absent: never. */
  readonly nextDueAt: string | undefined;
};

const keySchema = z.object({ ticket: z.string(), item: z.string() });
type Rows = Table<typeof ticketSchema>;

/** The sweep takes a change that the stream has lost. */
const flowAfterMs = 60_000;
/** So many are due for one run; the next minute takes the rest. */
const sweepLimit = 200;

const dueShard = 'tickets';
const key = (ticket: string) => ({ ticket, item: 'ticket' });

/** By which indexes it is found: open ones by team and person, ended ones by the day. */
const placeOf = (after: Ticket): Readonly<Record<string, string>> => {
  if (!isOpen(after)) {
    const endedAt = after.resolution?.at ?? after.changedAt;
    return { teamState: `closed#${dayOf(new Date(endedAt))}`, teamAt: endedAt };
  }
  const { team, owner, openedAt } = after;
  if (!owner) return { teamState: `${team}#unassigned`, teamAt: openedAt };
  return { teamState: `${team}#open`, teamAt: openedAt, ownerId: owner.person, ownerAt: openedAt };
};

const dueOf = ({ after, nextDueAt }: TicketWrite): Readonly<Record<string, string>> => {
  const flowAt = new Date(Date.parse(after.changedAt) + flowAfterMs).toISOString();
  if (nextDueAt === undefined) return { dueShard, dueAt: flowAt };
  return { dueShard, dueAt: nextDueAt < flowAt ? nextDueAt : flowAt, nextDueAt };
};

/** What wakes the stream and the sweep, and every index. */
const indexed = (write: TicketWrite): Readonly<Record<string, string>> => ({
  work: 'flow',
  ...dueOf(write),
  ...placeOf(write.after),
  openedDay: dayOf(new Date(write.after.openedAt)),
  baseShard: 'base',
  baseAt: write.after.changedAt,
});

const ticketPut = (TableName: string, write: TicketWrite): Write => {
  const { before, after } = write;
  const Item = { ...after, ...indexed(write) };
  if (!before) return { TableName, Item, ConditionExpression: 'attribute_not_exists(ticket)' };
  return {
    TableName,
    Item,
    ConditionExpression: 'version = :before',
    ExpressionAttributeValues: { ':before': before.version },
  };
};

const writesOf = (TableName: string, write: TicketWrite): readonly Write[] => [
  ticketPut(TableName, write),
  ...write.events.map((Item) => ({
    TableName,
    Item,
    ConditionExpression: 'attribute_not_exists(ticket)',
  })),
];

type Where = { readonly index: string; readonly partition: string; readonly value: string };

const listIn =
  (rows: Rows) =>
  async ({ index, partition, value }: Where, most = Infinity): Promise<readonly string[]> => {
    const query = {
      IndexName: index,
      KeyConditionExpression: `${partition} = :value`,
      ExpressionAttributeValues: { ':value': value },
    };
    return (await rows.queryKeys(keySchema, query, most)).map(({ ticket }) => ticket);
  };

const listDue =
  (rows: Rows) =>
  async (now: Date): Promise<readonly string[]> => {
    const query = {
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
      ExpressionAttributeValues: { ':shard': dueShard, ':now': now.toISOString() },
    };
    return (await rows.queryKeys(keySchema, query, sweepLimit)).map(({ ticket }) => ticket);
  };

/** The stream's work is done for this version; a newer one has its own record. `false` when there is a newer one. */
const finishFlow =
  (rows: Rows) =>
  async ({ ticket, version }: Pick<Ticket, 'ticket' | 'version'>): Promise<boolean> => {
    const kept = await rows.update(key(ticket), {
      UpdateExpression: 'SET dueAt = nextDueAt REMOVE #work',
      ConditionExpression: 'version = :version AND attribute_exists(nextDueAt)',
      ExpressionAttributeNames: { '#work': 'work' },
      ExpressionAttributeValues: { ':version': version },
    });
    if (kept) return true;
    const over = await rows.update(key(ticket), {
      UpdateExpression: 'REMOVE #work, dueShard, dueAt',
      ConditionExpression: 'version = :version AND attribute_not_exists(nextDueAt)',
      ExpressionAttributeNames: { '#work': 'work' },
      ExpressionAttributeValues: { ':version': version },
    });
    return over !== undefined;
  };

/** Wakes the stream once more for a change that it lost; the value changes, or AWS would write no record. */
const wakeFlow =
  (rows: Rows) =>
  async (ticket: string, now: Date): Promise<void> => {
    await rows.update(key(ticket), {
      UpdateExpression: 'SET #work = :flow, wokenAt = :now, dueAt = :later',
      ConditionExpression: 'attribute_exists(ticket)',
      ExpressionAttributeNames: { '#work': 'work' },
      ExpressionAttributeValues: {
        ':flow': 'flow',
        ':now': now.toISOString(),
        ':later': new Date(now.getTime() + flowAfterMs).toISOString(),
      },
    });
  };

const dueSchema = ticketSchema.extend({ work: z.string().optional(), nextDueAt: z.string().optional() });
export type DueTicket = z.output<typeof dueSchema>;

export type Tickets = {
  readonly find: (ticket: string) => Promise<Ticket | undefined>;
  /** With what the sweep must know: whether a change waits for the stream, and when time decides next. */
  readonly findDue: (ticket: string) => Promise<DueTicket | undefined>;
  readonly history: (ticket: string) => Promise<readonly TicketEvent[]>;
  /** All or nothing, with whatever else must be true at the same moment. `false`: somebody else was faster. */
  readonly write: (writes: readonly TicketWrite[], also?: readonly Write[]) => Promise<boolean>;
  readonly finishFlow: (ticket: Pick<Ticket, 'ticket' | 'version'>) => Promise<boolean>;
  readonly wakeFlow: (ticket: string, now: Date) => Promise<void>;
  /** Numbers of tickets, the most urgent first, at most 200. */
  readonly listDue: (now: Date) => Promise<readonly string[]>;
  /** The oldest first. */
  readonly listUnassigned: (team: string, most?: number) => Promise<readonly string[]>;
  readonly listOfTeam: (team: string) => Promise<readonly string[]>;
  /** The index lags a moment behind. */
  readonly listOfOwner: (person: string) => Promise<readonly string[]>;
  readonly listClosedOn: (day: string) => Promise<readonly string[]>;
  readonly listOpenedOn: (day: string) => Promise<readonly string[]>;
};

export const tickets = (name: string): Tickets => {
  const rows = table(name, ticketSchema);
  const dueRows = table(name, dueSchema);
  const events = table(name, ticketEventSchema);
  const list = listIn(rows);
  const ofTeam = (value: string, most?: number) =>
    list({ index: 'team-state', partition: 'teamState', value }, most);
  return {
    find: (ticket) => rows.get(key(ticket)),
    findDue: (ticket) => dueRows.get(key(ticket)),
    history: (ticket) =>
      events.query({
        KeyConditionExpression: 'ticket = :ticket AND begins_with(#item, :history)',
        ExpressionAttributeNames: { '#item': 'item' },
        ExpressionAttributeValues: { ':ticket': ticket, ':history': historyItem(0).slice(0, 8) },
        ConsistentRead: true,
      }),
    write: (writes, also = []) =>
      writeTogether([...writes.flatMap((write) => writesOf(name, write)), ...also]),
    finishFlow: finishFlow(rows),
    wakeFlow: wakeFlow(rows),
    listDue: listDue(rows),
    listUnassigned: (team, most) => ofTeam(`${team}#unassigned`, most),
    listOfTeam: (team) => ofTeam(`${team}#open`),
    listOfOwner: (person) => list({ index: 'owner', partition: 'ownerId', value: person }),
    listClosedOn: (day) => ofTeam(`closed#${day}`),
    listOpenedOn: (day) => list({ index: 'day', partition: 'openedDay', value: day }),
  };
};
