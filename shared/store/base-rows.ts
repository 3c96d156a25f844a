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
 *  edits of any Base         partition `edit#<app token>#<table id>`, item record id; index `base`, shard `edits`
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
  /** The answer to an edit that could not be. */
  hint: z.object({ text: z.string(), at: z.string() }).optional(),
  /** Base took this version's values not: the code, and our word for it. */
  refused: z.object({ code: z.string(), reason: z.string(), at: z.string(), version: z.int() }).optional(),
  baseShard: z.enum(['time', 'archive', 'refused']).optional(),
  baseAt: z.string().optional(),
});
export type BaseRow = z.output<typeof baseRowSchema>;

const touchSchema = z.object({
  action: z.enum(['added', 'edited', 'deleted']),
  /** Grows with every change of the table. */
  revision: z.number(),
  /** union_id; absent: something that is no person. */
  who: z.string().optional(),
  /** Ids of the fields. */
  fields: z.array(z.string()),
});
export type BaseTouch = z.output<typeof touchSchema>;

const editSchema = z.object({
  ticket: z.string(),
  item: z.string(),
  stamp: z.string(),
  touches: z.array(touchSchema),
  baseAt: z.string(),
});
/** One record that people have touched since it was last looked at. */
export type BaseEdit = {
  readonly appToken: string;
  readonly tableId: string;
  readonly recordId: string;
  readonly stamp: string;
  readonly touches: readonly BaseTouch[];
  readonly at: string;
};
export type NewEdit = Pick<BaseEdit, 'appToken' | 'tableId' | 'recordId' | 'stamp'> & {
  readonly touch: BaseTouch;
};

const waitingSchema = ticketSchema.extend({ baseShard: z.string().optional() });
const recordSchema = z.object({ ticket: z.string(), item: z.literal('key'), of: z.string() });
const keySchema = z.object({ ticket: z.string(), item: z.string() });

const rowKey = (ticket: string) => ({ ticket, item: 'base' });
const recordKey = (recordId: string) => ({ ticket: `record#${recordId}`, item: 'key' });
const editPartition = (appToken: string, tableId: string): string => `edit#${appToken}#${tableId}`;

type Due = { readonly shard: string; readonly until: Date; readonly limit: number };

const listIn =
  (rows: Table<typeof keySchema>) =>
  ({ shard, until, limit }: Due): Promise<readonly z.output<typeof keySchema>[]> =>
    rows.queryKeys(
      keySchema,
      {
        IndexName: 'base',
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

const queueEdit =
  (rows: Table<typeof editSchema>) =>
  async ({ appToken, tableId, recordId, stamp, touch }: NewEdit, now: Date): Promise<void> => {
    await rows.update(
      { ticket: editPartition(appToken, tableId), item: recordId },
      {
        UpdateExpression:
          'SET stamp = :stamp, touches = list_append(if_not_exists(touches, :none), :touch), #work = :work, baseShard = :shard, baseAt = if_not_exists(baseAt, :now)',
        ExpressionAttributeNames: { '#work': 'work' },
        ExpressionAttributeValues: {
          ':stamp': stamp,
          ':none': [],
          ':touch': [touch],
          ':work': 'base',
          ':shard': 'edits',
          ':now': now.toISOString(),
        },
      },
    );
  };

const toEdit = ({ ticket, item, stamp, touches, baseAt }: z.output<typeof editSchema>): BaseEdit => {
  const [, appToken = '', tableId = ''] = ticket.split('#');
  return { appToken, tableId, recordId: item, stamp, touches, at: baseAt };
};

const listEdits =
  (rows: Table<typeof editSchema>, list: ReturnType<typeof listIn>) =>
  async (now: Date, limit: number): Promise<readonly BaseEdit[]> => {
    const keys = await list({ shard: 'edits', until: now, limit });
    const found = await Promise.all(keys.map(({ ticket, item }) => rows.get({ ticket, item })));
    return found.flatMap((row) => (row ? [toEdit(row)] : []));
  };

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
  readonly queueEdit: (edit: NewEdit, now: Date) => Promise<void>;
  readonly listEdits: (now: Date, limit: number) => Promise<readonly BaseEdit[]>;
  /** It was looked at as it was read; what came meanwhile waits on. */
  readonly finishEdit: (edit: BaseEdit) => Promise<void>;
};

export const baseRows = (name: string): BaseRows => {
  const rows = table(name, baseRowSchema);
  const waiting = table(name, waitingSchema);
  const records = table(name, recordSchema);
  const edits = table(name, editSchema);
  const list = listIn(table(name, keySchema));
  const numbers = async (due: Due): Promise<readonly string[]> =>
    (await list(due)).map(({ ticket }) => ticket);
  return {
    find: (ticket) => rows.get(rowKey(ticket)),
    put: (row, before) => {
      const { Item, TableName: _, ...condition } = rowWrite(name, row, before);
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
    queueEdit: queueEdit(edits),
    listEdits: listEdits(edits, list),
    finishEdit: async ({ appToken, tableId, recordId, stamp }) => {
      await edits.remove(
        { ticket: editPartition(appToken, tableId), item: recordId },
        { ConditionExpression: 'stamp = :stamp', ExpressionAttributeValues: { ':stamp': stamp } },
      );
    },
  };
};
