/**
 * Posts of accounts.
 *
 * Access patterns
 *  get, put, change        partition `legal-42`, item `broadcast`: changed under the revision that was read
 *  of an account           index `account`, the newest first: the next issue, past posts, what is open
 *  due                     index `due` (shard `broadcasts`): when time alone changes something, or a change that nobody has
 *                          worked off a minute later; never for what has ended
 *  by document             partition `doc#<token>`, item `broadcast`: a read event names only its document
 *  history                 partition `legal-42`, items `history#<revision>`: each step, by whom, in the write that makes it
 *
 * `work: broadcast` wakes the function `broadcast`; it takes the mark away when it begins.
 */
import * as z from 'zod';
import { type Broadcast, broadcastSchema } from '../broadcasts/broadcast.ts';
import { whoSchema } from '../tickets/ticket.ts';
import { type Table, table, type Write, writeTogether } from './table.ts';

const stepRowSchema = z.object({
  broadcast: z.string(),
  item: z.string(),
  step: z.string(),
  at: z.string(),
  by: whoSchema.optional(),
  /** Why, in words: the reason of a return, of a pause. */
  reason: z.string().optional(),
});
type StepRow = z.output<typeof stepRowSchema>;
/** What a write was, for its history; `work`: the function `broadcast` has something to do about it at once. */
export type Told = Pick<StepRow, 'step' | 'by' | 'reason'> & { readonly now: Date; readonly wakes: boolean };

const docSchema = z.object({ broadcast: z.string(), item: z.string(), post: z.string() });
const keySchema = z.object({ broadcast: z.string(), item: z.string() });

const dueShard = 'broadcasts';
/** The minute sweep takes what its stream has lost. */
const lostAfterMs = 60_000;
const sweepLimit = 50;
const accountPage = 100;

const keyOf = (broadcast: string) => ({ broadcast, item: 'broadcast' });
const historyItem = (revision: number): string => `history#${String(revision).padStart(6, '0')}`;

/** Whoever changed it, somebody has to look at it again within a minute, until `rest` says when else. */
const rowOf = (broadcast: Broadcast, { wakes, now }: Told) => ({
  ...broadcast,
  dueShard,
  dueAt: new Date(now.getTime() + lostAfterMs).toISOString(),
  ...(wakes && { work: 'broadcast' }),
});

export type Broadcasts = {
  readonly find: (broadcast: string) => Promise<Broadcast | undefined>;
  /** `false`: there is one with this id. */
  readonly open: (broadcast: Broadcast, told: Told) => Promise<boolean>;
  /** Under `before.revision`; the revision of what is returned is one more. `undefined`: somebody else has changed it. */
  readonly change: (before: Broadcast, after: Broadcast, told: Told) => Promise<Broadcast | undefined>;
  /** The stream's mark is taken; what is read after this is what there is to do. */
  readonly take: (broadcast: string) => Promise<void>;
  /** Nothing to do before `until`, or ever. `false`: somebody has changed it meanwhile. */
  readonly rest: (broadcast: Broadcast, until: Date | undefined) => Promise<boolean>;
  /** The newest first. */
  readonly listOfAccount: (account: string) => Promise<readonly Broadcast[]>;
  readonly listDue: (now: Date) => Promise<readonly string[]>;
  readonly recordDocument: (docToken: string, broadcast: string) => Promise<void>;
  readonly findByDocument: (docToken: string) => Promise<string | undefined>;
  readonly history: (broadcast: string) => Promise<readonly StepRow[]>;
};

type Rows = Table<typeof broadcastSchema>;

const stepWrite = (TableName: string, { broadcast, revision }: Broadcast, told: Told): Write => {
  const { step, by, reason, now } = told;
  const Item = { broadcast, item: historyItem(revision), step, at: now.toISOString(), by, reason };
  return { TableName, Item };
};

const openNew =
  (TableName: string): Broadcasts['open'] =>
  (broadcast, told) =>
    writeTogether([
      {
        TableName,
        Item: rowOf(broadcast, told),
        ConditionExpression: 'attribute_not_exists(broadcast)',
      },
      stepWrite(TableName, broadcast, told),
    ]);

const change =
  (TableName: string): Broadcasts['change'] =>
  async (before, changed, told) => {
    const after = { ...changed, revision: before.revision + 1, changedAt: told.now.toISOString() };
    const done = await writeTogether([
      {
        TableName,
        Item: rowOf(after, told),
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': before.revision },
      },
      stepWrite(TableName, after, told),
    ]);
    return done ? after : undefined;
  };

const take =
  (rows: Rows): Broadcasts['take'] =>
  async (broadcast) => {
    await rows.update(keyOf(broadcast), {
      UpdateExpression: 'REMOVE #work',
      ConditionExpression: 'attribute_exists(#work)',
      ExpressionAttributeNames: { '#work': 'work' },
    });
  };

const rest =
  (rows: Rows): Broadcasts['rest'] =>
  async ({ broadcast, revision }, until) => {
    const rested = await rows.update(keyOf(broadcast), {
      UpdateExpression: until
        ? 'SET dueShard = :shard, dueAt = :until REMOVE #work'
        : 'REMOVE dueShard, dueAt, #work',
      ConditionExpression: 'revision = :revision',
      ExpressionAttributeNames: { '#work': 'work' },
      ExpressionAttributeValues: {
        ':revision': revision,
        ...(until && { ':shard': dueShard, ':until': until.toISOString() }),
      },
    });
    return rested !== undefined;
  };

const listDue =
  (rows: Rows): Broadcasts['listDue'] =>
  async (now) => {
    const query = {
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
      ExpressionAttributeValues: { ':shard': dueShard, ':now': now.toISOString() },
    };
    return (await rows.queryKeys(keySchema, query, sweepLimit)).map(({ broadcast }) => broadcast);
  };

const documentKey = (docToken: string) => ({ broadcast: `doc#${docToken}`, item: 'broadcast' });

export const broadcasts = (TableName: string): Broadcasts => {
  const rows = table(TableName, broadcastSchema);
  const documents = table(TableName, docSchema);
  const history = table(TableName, stepRowSchema);
  return {
    find: (broadcast) => rows.get(keyOf(broadcast)),
    open: openNew(TableName),
    change: change(TableName),
    take: take(rows),
    rest: rest(rows),
    listDue: listDue(rows),
    listOfAccount: (account) =>
      rows.query(
        {
          IndexName: 'account',
          KeyConditionExpression: 'account = :account',
          ExpressionAttributeValues: { ':account': account },
          ScanIndexForward: false,
        },
        accountPage,
      ),
    recordDocument: async (docToken, post) => {
      await documents.put({ ...documentKey(docToken), post });
    },
    findByDocument: async (docToken) => (await documents.get(documentKey(docToken)))?.post,
    history: (broadcast) =>
      history.query({
        KeyConditionExpression: 'broadcast = :broadcast AND begins_with(#item, :history)',
        ExpressionAttributeNames: { '#item': 'item' },
        ExpressionAttributeValues: { ':broadcast': broadcast, ':history': 'history#' },
      }),
  };
};
