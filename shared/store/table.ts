import { setTimeout as wait } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';

type Key = Readonly<Record<string, string>>;
type Row = Readonly<Record<string, unknown>>;
type Condition = Pick<
  PutCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;
type Update = Omit<UpdateCommandInput, 'TableName' | 'Key' | 'ReturnValues'>;
type Query = Omit<QueryCommandInput, 'TableName'>;

/** Milliseconds per attempt: somebody waits for the answer of a click and for no other. */
const tryMs = (): number => Number(process.env['STORE_TIMEOUT_MS'] ?? 2_000);

/** A small Lambda that is busy with hundreds of rows takes a second to notice that it is connected. */
const connectMs = (): number => Math.max(1_000, tryMs());

/**
 * Three attempts, each with an end: the SDK alone waits for ever for an answer that got lost, and every caller has
 * somewhere better to repeat than here.
 */
const newClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      maxAttempts: 3,
      // Without the last one a late answer is only a warning on the console.
      requestHandler: {
        connectionTimeout: connectMs(),
        requestTimeout: tryMs(),
        throwOnRequestTimeout: true,
      },
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );

let shared: DynamoDBDocumentClient | undefined;
const client = (): DynamoDBDocumentClient => (shared ??= newClient());

/** Milliseconds between tries. A transaction holds its rows for a few; the SDK does not repeat for it. */
const transactionPauses = [20, 60, 180];

const afterTransactions = async <T>(call: () => Promise<T>, pauses = transactionPauses): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    const [pauseMs, ...later] = pauses;
    if (!(error instanceof TransactionConflictException) || pauseMs === undefined) throw error;
    await wait(pauseMs);
    return afterTransactions(call, later);
  }
};

const unlessConditionFails = async <T>(call: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await afterTransactions(call);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
};

export type Table<T extends z.ZodType> = {
  /** Strongly consistent unless `eventual`. */
  readonly get: (key: Key) => Promise<z.output<T> | undefined>;
  /** Writes the row; `false` when the condition doesn't hold. */
  readonly put: (row: Row, condition?: Condition) => Promise<boolean>;
  /** Changes the row and returns it as it is now; `undefined` when the condition doesn't hold. */
  readonly update: (key: Key, change: Update) => Promise<z.output<T> | undefined>;
  /** Takes the row away; `false` when the condition doesn't hold. */
  readonly remove: (key: Key, condition?: Condition) => Promise<boolean>;
  /** The rows of the query, page by page, at most `limit`. */
  readonly query: (query: Query, limit?: number) => Promise<readonly z.output<T>[]>;
  /** The keys that an index holds, page by page, at most `limit`. */
  readonly queryKeys: <K extends z.ZodType>(
    keySchema: K,
    query: Query,
    limit: number,
  ) => Promise<readonly z.output<K>[]>;
};

/** A whole row under a condition. */
export type Write = Condition & { readonly TableName: string; readonly Item: Row };

const mayNot = new Set(['ConditionalCheckFailed', 'TransactionConflict']);

/** All rows or none, also of several tables. `false` when a condition doesn't hold, or somebody writes one of them right now. */
export const writeTogether = async (writes: readonly Write[]): Promise<boolean> => {
  try {
    await client().send(
      new TransactWriteCommand({ TransactItems: writes.map((write) => ({ Put: { ...write } })) }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    if (error.CancellationReasons?.some(({ Code = '' }) => mayNot.has(Code))) return false;
    throw error;
  }
};

const pagesOf =
  (TableName: string) =>
  async (query: Query, limit: number): Promise<readonly Row[]> => {
    const rows: Row[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await client().send(
        new QueryCommand({
          TableName,
          ...(Number.isFinite(limit) && { Limit: limit }),
          ...query,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      rows.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey && rows.length < limit);
    return rows.slice(0, limit);
  };

/** One table whose rows are parsed by `schema` on every read. A failed condition is an answer, not an exception. */
export const table = <T extends z.ZodType>(TableName: string, schema: T): Table<T> => {
  const pages = pagesOf(TableName);
  return {
    get: async (Key) => {
      const { Item } = await client().send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item && schema.parse(Item);
    },
    put: async (Item, condition = {}) => {
      const done = await unlessConditionFails(() =>
        client().send(new PutCommand({ TableName, Item, ...condition })),
      );
      return done !== undefined;
    },
    update: async (Key, change) => {
      const done = await unlessConditionFails(() =>
        client().send(new UpdateCommand({ TableName, Key, ReturnValues: 'ALL_NEW', ...change })),
      );
      return done && schema.parse(done.Attributes);
    },
    remove: async (Key, condition = {}) => {
      const done = await unlessConditionFails(() =>
        client().send(new DeleteCommand({ TableName, Key, ...condition })),
      );
      return done !== undefined;
    },
    query: async (query, limit = Infinity) => (await pages(query, limit)).map((row) => schema.parse(row)),
    queryKeys: async (keySchema, query, limit) =>
      (await pages(query, limit)).map((row) => keySchema.parse(row)),
  };
};
