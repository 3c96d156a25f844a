/**
 * How a case finds its ticket, rows of `tickets` beside the tickets themselves: none of them says `work`, so none wakes a
 * stream. What must be true together with a ticket is a `Write` for its transaction.
 *
 * Access patterns
 *  next number of a day     `number#<letter>#<day>`: one atomic add. A crash leaves a gap, never a number twice
 *  by source case           `source#<source>#<case>`, put in the transaction that opens its ticket
 *  was it said already      `source#<source>#<case>`, item `said#<event>`, put with the words
 *  by order, buyer, batch   `match#order#…`, `match#buyer#<hmac>`, `batch#…`: the last tickets of it, under a version, so
 *                           that two who tell of one problem at once meet
 *  who was given one        `router#<team>`, under a version: the index `owner` lags, and a cap must hold all the same
 */
import * as z from 'zod';
import type { Day } from '../calendar/day.ts';
import { type Table, table, type Write } from './table.ts';

const item = 'key';

const numberSchema = z.object({ ticket: z.string(), count: z.number().int() });

const caseSchema = z.object({
  ticket: z.string(),
  /** The ticket that it opened. */
  of: z.string(),
  /** The event that opened it: its repeat says nothing new. */
  openedBy: z.string(),
});
const saidSchema = z.object({ ticket: z.string() });

const trailSchema = z.object({
  ticket: z.string(),
  version: z.number().int(),
  tickets: z.array(z.object({ ticket: z.string(), at: z.string() })),
  /** Of a batch: its event (批次事件). */
  event: z.string().optional(),
});

const routerSchema = z.object({
  ticket: z.string(),
  version: z.number().int(),
  /** Who was given something last, and when: the next is who has waited longest. */
  last: z.record(z.string(), z.string()),
  recent: z.array(z.object({ person: z.string(), ticket: z.string(), at: z.string() })),
});

type Case = { readonly source: string; readonly caseId: string };
export type TrailKind = 'order' | 'buyer' | 'batch';
export type Trail = {
  readonly kind: TrailKind;
  readonly of: string;
  readonly version: number;
  readonly tickets: readonly { readonly ticket: string; readonly at: string }[];
  readonly event?: string | undefined;
};
export type Router = {
  readonly team: string;
  readonly version: number;
  readonly last: Readonly<Record<string, string>>;
  readonly recent: readonly { readonly person: string; readonly ticket: string; readonly at: string }[];
};

const caseKey = ({ source, caseId }: Case): string => `source#${source}#${caseId}`;
const trailKey = (kind: TrailKind, of: string): string =>
  kind === 'batch' ? `batch#${of}` : `match#${kind}#${of}`;
const routerKey = (team: string): string => `router#${team}`;
const saidItem = (event: string): string => `said#${event}`;

/** Replaces the row as it was read; version 0 is a row that isn't there. */
const under = (version: number): Pick<Write, 'ConditionExpression' | 'ExpressionAttributeValues'> =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(ticket)' }
    : { ConditionExpression: 'version = :before', ExpressionAttributeValues: { ':before': version } };

const nextNumber =
  (rows: Table<typeof numberSchema>) =>
  async (letter: 'T' | 'B', day: Day): Promise<string> => {
    const row = await rows.update(
      { ticket: `number#${letter}#${day}`, item },
      {
        UpdateExpression: 'SET #count = if_not_exists(#count, :zero) + :one',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
      },
    );
    return `${letter}-${day.replaceAll('-', '')}-${String(row?.count ?? 0).padStart(4, '0')}`;
  };

const findTrail =
  (rows: Table<typeof trailSchema>) =>
  async (kind: TrailKind, of: string): Promise<Trail> => {
    const row = await rows.get({ ticket: trailKey(kind, of), item });
    if (!row) return { kind, of, version: 0, tickets: [] };
    return { kind, of, version: row.version, tickets: row.tickets, event: row.event };
  };

const findRouter =
  (rows: Table<typeof routerSchema>) =>
  async (team: string): Promise<Router> => {
    const row = await rows.get({ ticket: routerKey(team), item });
    return { team, version: row?.version ?? 0, last: row?.last ?? {}, recent: row?.recent ?? [] };
  };

export type TicketKeys = {
  /** `T-20261123-0142`, `B-20261123-0003`. */
  readonly nextNumber: (letter: 'T' | 'B', day: Day) => Promise<string>;
  readonly findCase: (
    of: Case,
  ) => Promise<{ readonly ticket: string; readonly openedBy: string } | undefined>;
  readonly caseWrite: (of: Case, opens: { readonly ticket: string; readonly openedBy: string }) => Write;
  readonly wasSaid: (of: Case, event: string) => Promise<boolean>;
  readonly saidWrite: (of: Case, event: string) => Write;
  readonly findTrail: (kind: TrailKind, of: string) => Promise<Trail>;
  /** What it shall hold instead of what was read. */
  readonly trailWrite: (read: Trail, next: Pick<Trail, 'tickets' | 'event'>) => Write;
  readonly findRouter: (team: string) => Promise<Router>;
  readonly routerWrite: (read: Router, next: Pick<Router, 'last' | 'recent'>) => Write;
};

export const ticketKeys = (name: string): TicketKeys => {
  const cases = table(name, caseSchema);
  const said = table(name, saidSchema);
  const replace = (ticket: string, version: number, rest: object): Write => ({
    TableName: name,
    Item: { ticket, item, version: version + 1, ...rest },
    ...under(version),
  });
  return {
    nextNumber: nextNumber(table(name, numberSchema)),
    findCase: async (of) => {
      const row = await cases.get({ ticket: caseKey(of), item });
      return row && { ticket: row.of, openedBy: row.openedBy };
    },
    caseWrite: (of, { ticket, openedBy }) => ({
      TableName: name,
      Item: { ticket: caseKey(of), item, of: ticket, openedBy },
      ...under(0),
    }),
    wasSaid: async (of, event) =>
      (await said.get({ ticket: caseKey(of), item: saidItem(event) })) !== undefined,
    saidWrite: (of, event) => ({
      TableName: name,
      Item: { ticket: caseKey(of), item: saidItem(event) },
      ...under(0),
    }),
    findTrail: findTrail(table(name, trailSchema)),
    trailWrite: ({ kind, of, version }, next) => replace(trailKey(kind, of), version, next),
    findRouter: findRouter(table(name, routerSchema)),
    routerWrite: ({ team, version }, next) => replace(routerKey(team), version, next),
  };
};
