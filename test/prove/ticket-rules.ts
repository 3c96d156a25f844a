import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { baseRows } from '../../shared/store/base-rows.ts';
import { deliveries } from '../../shared/store/deliveries.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import { tickets as ticketStore } from '../../shared/store/tickets.ts';
import type { TicketEvent } from '../../shared/tickets/event.ts';
import { type Ticket, ticketSchema } from '../../shared/tickets/ticket.ts';
import type { Finding } from './findings.ts';
import { judgeRow, screensOf } from './findings.ts';
import { tableName, type World } from './world.ts';

type Row = Readonly<Record<string, unknown>>;

export const rowsOf = async ({ documents }: World, table: string): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new ScanCommand({ TableName: tableName(table), ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
    );
    rows.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return rows;
};

export const allTickets = async (world: World): Promise<readonly Ticket[]> =>
  (await rowsOf(world, 'tickets'))
    .filter(({ item }) => item === 'ticket')
    .map((row) => ticketSchema.parse(row));

/** Shards of the index `base`: a change that Base doesn't show, an edit that isn't here; `time` waits for its hour. */
const unprojected: ReadonlySet<unknown> = new Set(['base', 'edits']);

/** Nothing waits for a worker, a flow, Base or a sender. */
export const isAtRest = async (world: World): Promise<boolean> => {
  const receipts = await rowsOf(world, 'inbox');
  const rows = await rowsOf(world, 'tickets');
  return (
    receipts.every(({ state }) => state !== 'received') &&
    rows.every(({ work, baseShard }) => work === undefined && !unprojected.has(baseShard))
  );
};

const violation = (what: string): Finding => ({ kind: 'violation', what });

export const deadReceipts = async (world: World): Promise<readonly Finding[]> =>
  (await rowsOf(world, 'inbox'))
    .filter(({ state }) => state !== 'done')
    .map(
      ({ id, state, reason }): Finding => ({
        kind: 'miss',
        what: `${String(id)}: ${String(state)} ${String(reason)}`,
      }),
    );

/** Every case of a source stands in exactly one ticket that isn't merged into another. */
export const judgeCases = (tickets: readonly Ticket[], expected: number): readonly Finding[] => {
  const standing = tickets.filter(({ state, kind }) => state !== 'merged' && kind === 'case');
  const places = new Map<string, string[]>();
  for (const { ticket, sources } of standing) {
    for (const { source, caseId } of sources) {
      const key = `${source} ${caseId}`;
      places.set(key, [...(places.get(key) ?? []), ticket]);
    }
  }
  const twice = [...places].filter(([, at]) => at.length > 1);
  const missing = expected - places.size;
  return [
    ...twice.map(([key, at]): Finding => ({ kind: 'duplicate', what: `${key} stands in ${at.join(', ')}` })),
    ...(missing === 0
      ? []
      : [{ kind: 'miss', what: `${missing} of ${expected} cases have no ticket` } as const]),
  ];
};

/** What was fired once is never fired again, and rows follow each other. */
const judgeHistory = (ticket: Ticket, history: readonly TicketEvent[]): readonly Finding[] => {
  const rungs = history.flatMap(({ change }) => (change.do === 'rung' ? [change.rung] : []));
  const again = rungs.filter((rung, index) => rungs.indexOf(rung) !== index);
  return [
    ...again.map(
      (rung): Finding => ({ kind: 'duplicate', what: `${ticket.ticket}: rung ${rung} fired twice` }),
    ),
    ...(history.length === ticket.version
      ? []
      : [violation(`${ticket.ticket}: ${history.length} rows, version ${ticket.version}`)]),
  ];
};

export const judgeHistories = async (tickets: readonly Ticket[]): Promise<readonly Finding[]> => {
  const store = ticketStore(tableName('tickets'));
  const all = await Promise.all(
    tickets.map(async (ticket) => judgeHistory(ticket, await store.history(ticket.ticket))),
  );
  return all.flat();
};

const textOf = (cell: unknown): string => (typeof cell === 'string' ? cell : '');

/** Every standing ticket has one row of the one table, of its newest version; nothing else stands there. */
export const judgeBase = async (world: World, tickets: readonly Ticket[]): Promise<readonly Finding[]> => {
  const store = baseRows(tableName('tickets'));
  const tables = world.feishu.tenant.bases.all().flatMap((base) => [...base.tables.values()]);
  const numbers = tables.flatMap((table) => {
    const field = [...table.fields.values()].find(({ name }) => name === '工单号');
    return field ? [...table.rows.values()].map((row) => textOf(row.cells.get(field.id))) : [];
  });
  const findings = await Promise.all(
    tickets.map(async ({ ticket, state, version }): Promise<readonly Finding[]> => {
      const count = numbers.filter((number) => number === ticket).length;
      if (state === 'merged') return count === 0 ? [] : [violation(`${ticket} is merged and stands in Base`)];
      if (count === 0) return [{ kind: 'miss', what: `${ticket} has no row in Base` }];
      if (count > 1) return [{ kind: 'duplicate', what: `${ticket} stands ${count} times in Base` }];
      const shown = (await store.find(ticket))?.version;
      return shown === version ? [] : [violation(`${ticket}: Base shows version ${shown}, it is ${version}`)];
    }),
  );
  const surplus = numbers.filter((number) => !tickets.some(({ ticket }) => ticket === number));
  return [
    ...findings.flat(),
    ...surplus.map((number) => violation(`Base has ${number}, which is no ticket`)),
  ];
};

/** Quiet hours and the attention of one person keep back what isn't P0, and the row says so. */
const mayWait = ({ state, reason, urgency }: Delivery): boolean =>
  urgency !== 'p0' && reason !== undefined && (state === 'held' || state === 'suppressed');

/** Every card of a ticket is on its screen once, and shows what the ledger says. */
export const judgeCards = async (world: World): Promise<readonly Finding[]> => {
  const store = deliveries(tableName('deliveries'));
  const keys = (await rowsOf(world, 'deliveries')).map(({ subject, recipient }) => ({
    subject: String(subject),
    recipient: String(recipient),
  }));
  const screens = screensOf(world);
  const { outOfRangeUserIds, people } = world.feishu.tenant.company;
  const isFinalFor = (recipient: string): boolean => {
    const person = people.find(({ unionId }) => unionId === recipient);
    return person !== undefined && (person.resigned || outOfRangeUserIds.includes(person.userId));
  };
  const all = await Promise.all(
    keys.map(async (key) => {
      const row = await store.find(key);
      return row && !mayWait(row) ? judgeRow(world, { row, screens }, { isFinalFor }) : [];
    }),
  );
  return all.flat();
};
