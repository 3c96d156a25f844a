import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Discarded } from './mapping.ts';

type Origin = { readonly functionName: string; readonly streamArn: string; readonly shardId: string };

const arrival = (record: Discarded['records'][number] | undefined): string =>
  new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();

/**
 * The message that Lambda sends to a mapping's on-failure queue: where the records stand, never what they hold.
 * Source: docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export const failureMessage = (origin: Origin, { records, condition, invocations }: Discarded): object => ({
  requestContext: {
    requestId: randomUUID(),
    functionArn: `arn:aws:lambda:local:000000000000:function:${origin.functionName}`,
    condition,
    approximateInvokeCount: invocations,
  },
  ...(invocations > 0 && {
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  }),
  version: '1.0',
  timestamp: new Date().toISOString(),
  DDBStreamBatchInfo: {
    shardId: origin.shardId,
    startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
    endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
    approximateArrivalOfFirstRecord: arrival(records[0]),
    approximateArrivalOfLastRecord: arrival(records.at(-1)),
    batchSize: records.length,
    streamArn: origin.streamArn,
  },
});

/** Stands in for the queue: one JSON line per message. */
export const appendFailure = (directory: string, mapping: string, message: object): void => {
  mkdirSync(directory, { recursive: true });
  appendFileSync(join(directory, `${mapping}.jsonl`), `${JSON.stringify(message)}\n`);
};
