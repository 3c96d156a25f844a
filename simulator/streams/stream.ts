import * as z from 'zod';
import type { Call } from './wire.ts';

/** One change of an item, exactly as Lambda hands it to a function (without the mapping's `eventSourceARN`). */
const recordSchema = z.looseObject({
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  dynamodb: z.looseObject({
    Keys: z.record(z.string(), z.unknown()),
    SequenceNumber: z.string(),
    /** Seconds since 1970. */
    ApproximateCreationDateTime: z.number(),
  }),
});
export type StreamRecord = z.output<typeof recordSchema>;

const shardSchema = z.object({ ShardId: z.string(), ParentShardId: z.string().optional() });
export type Shard = z.output<typeof shardSchema>;

// Amazon's DynamoDB Local has no id; there the stream's name carries the moment of its creation.
const tableSchema = z.object({
  Table: z.object({ TableId: z.string().optional(), LatestStreamArn: z.string() }),
});
const streamSchema = z.object({
  StreamDescription: z.object({ Shards: z.array(shardSchema), LastEvaluatedShardId: z.string().optional() }),
});
const iteratorSchema = z.object({ ShardIterator: z.string() });
const pageSchema = z.object({ Records: z.array(recordSchema), NextShardIterator: z.string().nullish() });

/** More than Lambda takes for one batch, less than a page of the engine may hold. */
const pageLimit = 1000;

export type Page = { readonly records: readonly StreamRecord[]; readonly next: string | undefined };

export type Stream = {
  readonly arn: string;
  /** Differs for every table ever created, so for every database process too. */
  readonly tableId: string;
  readonly shards: () => Promise<readonly Shard[]>;
  /** An iterator behind `sequence`, or at the oldest record. */
  readonly open: (shardId: string, sequence: string | undefined) => Promise<string>;
  readonly read: (iterator: string) => Promise<Page>;
};

const target = (operation: string): string => `DynamoDBStreams_20120810.${operation}`;

const listShards = async (call: Call, StreamArn: string): Promise<readonly Shard[]> => {
  const shards: Shard[] = [];
  let ExclusiveStartShardId: string | undefined;
  do {
    const { StreamDescription: page } = await call(
      target('DescribeStream'),
      { StreamArn, ExclusiveStartShardId },
      streamSchema,
    );
    shards.push(...page.Shards);
    ExclusiveStartShardId = page.LastEvaluatedShardId;
  } while (ExclusiveStartShardId !== undefined);
  return shards;
};

/** The stream of a table as it is now. */
export const streamOf = async (call: Call, TableName: string): Promise<Stream> => {
  const { Table } = await call('DynamoDB_20120810.DescribeTable', { TableName }, tableSchema);
  const StreamArn = Table.LatestStreamArn;
  return {
    arn: StreamArn,
    tableId: Table.TableId ?? StreamArn,
    shards: () => listShards(call, StreamArn),
    open: async (ShardId, SequenceNumber) => {
      const from =
        SequenceNumber === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber };
      const reply = await call(target('GetShardIterator'), { StreamArn, ShardId, ...from }, iteratorSchema);
      return reply.ShardIterator;
    },
    read: async (ShardIterator) => {
      const page = await call(target('GetRecords'), { ShardIterator, Limit: pageLimit }, pageSchema);
      return { records: page.Records, next: page.NextShardIterator ?? undefined };
    },
  };
};
