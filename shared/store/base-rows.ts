/**
 * What of a ticket stands in Base, and what people changed there. Beside the ticket and never in it: its row is replaced
 * whole with every change.
 *
 * Access patterns, all in `tickets`
 *  the row of a ticket       partition `T-…`, item `base`, under its count
 *  whose a record is         partition `record#<record id>`, item `key`
 *  changed tickets           index `base`, shard `base`: ticket rows, the oldest change first
 *  what time changes         index `base`, shards `time` (open) and `archive` (closed): items `base` by their next moment
 *  what Base refused         index `base`, shard `refused`
 */
import * as z from 'zod';
import { type Ticket, ticketSchema } from '../tickets/ticket.ts';
import { type Table, table, type Write } from './table.ts';

const cellSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()),
  z.object({ text: z.string(), link: z.string() }),
]);
/** A value of Base in our form: moments are milliseconds, people a list of union_ids. An empty one is absent. */
export type BaseCell = z.output<typeof cellSchema>;
export type BaseCells = Readonly<Record<string, BaseCell>>;

const placeSchema = z.object({ tableId: z.string(), recordId: z.string() });
export type BasePlace = z.output<typeof placeSchema>;

export const baseRowSchema = z.object({
  ticket: z.string(),
  item: z.literal('base'),
  /** Grows with every write. */
  count: z.int(),
  /** Where it stands; absent: nowhere. */
  place: placeSchema.optional(),
  /** Where it stood before it was moved, until that is deleted. */
  former: placeSchema.optional(),
  /** The version of the ticket that it shows. */
  version: z.int().default(0),
  /** What it shows, by field name. */
  shown: z.record(z.string(), cellSchema).default({}),
  /** The answer to edits that could not be, and to which of them. */
  hint: z.object({ text: z.string(), at: z.string(), stamp: z.string() }).optional(),
  /** Base took this version's values not: the code, and our word for it. */
  refused: z.object({ code: z.string(), reason: z.string(), at: z.string(), version: z.int() }).optional(),
  /** The owner whom Base doesn't take: they have left, or the app may not see them. The row stands without. */
  unshown: z.string().optional(),
  baseShard: z.enum(['time', 'archive', 'refused']).optional(),
  baseAt: z.string().optional(),
});
export type BaseRow = z.output<typeof baseRowSchema>;

const waitingSchema = ticketSchema.extend({ baseShard: z.string().optional() });
const recordSchema = z.object({ ticket: z.string(), item: z.literal('key'), of: z.string() });
const keySchema = z.object({ ticket: z.string(), item: z.string() });

/** Of `tickets`: what waits between tickets and Base. */
export const baseIndex = 'base';

const rowKey = (ticket: string) => ({ ticket, item: 'base' });
const recordKey = (recordId: string) => ({ ticket: `record#${recordId}`, item: 'key' });

type Due = { readonly shard: string; readonly until: Date; readonly limit: number };

const listIn =
  (rows: Table<typeof keySchema>) =>
  ({ shard, until, limit }: Due): Promise<readonly z.output<typeof keySchema>[]> =>
    rows.queryKeys(
      keySchema,
      {
        IndexName: baseIndex,
        KeyConditionExpression: 'baseShard = :shard AND baseAt <= :until',
        ExpressionAttributeValues: { ':shard': shard, ':until': until.toISOString() },
      },
      limit,
    );

const rowWrite = (TableName: string, row: BaseRow, before: BaseRow | undefined): Write =>
  before
    ? {
        TableName,
        Item: row,
        ConditionExpression: '#count = :before',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':before': before.count },
      }
    : { TableName, Item: row, ConditionExpression: 'attribute_not_exists(ticket)' };

export type BaseRows = {
  readonly find: (ticket: string) => Promise<BaseRow | undefined>;
  /** Under the row as it was read. `false`: somebody else has written it. */
  readonly put: (row: BaseRow, before: BaseRow | undefined) => Promise<boolean>;
  /** The same as a part of a transaction. */
  readonly rowWrite: (row: BaseRow, before: BaseRow | undefined) => Write;
  /** `waits`: a change of it is not in Base yet. */
  readonly findTicket: (
    ticket: string,
  ) => Promise<{ readonly ticket: Ticket; readonly waits: boolean } | undefined>;
  /** Numbers of tickets, the oldest change first. */
  readonly listChanged: (now: Date, limit: number) => Promise<readonly string[]>;
  readonly listDue: (
    shard: NonNullable<BaseRow['baseShard']>,
    until: Date,
    limit: number,
  ) => Promise<readonly string[]>;
  /** This version is in Base. A newer one waits on. */
  readonly settle: (ticket: Pick<Ticket, 'ticket' | 'version'>) => Promise<void>;
  readonly keepRecord: (recordId: string, ticket: string) => Promise<void>;
  readonly ticketOf: (recordId: string) => Promise<string | undefined>;
};

export const baseRows = (name: string): BaseRows => {
  const rows = table(name, baseRowSchema);
  const waiting = table(name, waitingSchema);
  const records = table(name, recordSchema);
  const list = listIn(table(name, keySchema));
  const numbers = async (due: Due): Promise<readonly string[]> =>
    (await list(due)).map(({ ticket }) => ticket);
  return {
    find: (ticket) => rows.get(rowKey(ticket)),
    put: (row, before) => {
      const { Item, ...condition } = rowWrite(name, row, before);
      return rows.put(Item, condition);
    },
    rowWrite: (row, before) => rowWrite(name, row, before),
    findTicket: async (number) => {
      const found = await waiting.get({ ticket: number, item: 'ticket' });
      if (!found) return undefined;
      const { baseShard, ...ticket } = found;
      return { ticket, waits: baseShard !== undefined };
    },
    listChanged: (until, limit) => numbers({ shard: 'base', until, limit }),
    listDue: (shard, until, limit) => numbers({ shard, until, limit }),
    settle: async ({ ticket, version }) => {
      await waiting.update(
        { ticket, item: 'ticket' },
        {
          UpdateExpression: 'REMOVE baseShard, baseAt',
          ConditionExpression: 'version = :version AND attribute_exists(baseShard)',
          ExpressionAttributeValues: { ':version': version },
        },
      );
    },
    keepRecord: async (recordId, ticket) => {
      await records.put({ ...recordKey(recordId), of: ticket });
    },
    ticketOf: async (recordId) => (await records.get(recordKey(recordId)))?.of,
  };
};
