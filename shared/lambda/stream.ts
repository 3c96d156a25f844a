import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { errorFields, log } from '../log.ts';

export type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;

/** An event of a stream mapping, told apart from a schedule tick or an admin's command. */
export const isStreamEvent = (event: unknown): event is DynamoDBStreamEvent =>
  typeof event === 'object' &&
  event !== null &&
  'Records' in event &&
  Array.isArray(event.Records) &&
  event.Records.length > 0;

/**
 * Runs the records one after another and reports the first that failed: Lambda repeats everything from the lowest
 * failed record on, so whatever we did after it would be done twice. A business failure is a row, never a throw.
 */
export const eachRecord = async (
  event: DynamoDBStreamEvent,
  handle: (image: Image) => Promise<void>,
): Promise<DynamoDBBatchResponse> => {
  for (const record of event.Records) {
    const image = record.dynamodb?.NewImage;
    const itemIdentifier = record.dynamodb?.SequenceNumber;
    if (!image || !itemIdentifier) continue;
    try {
      await handle(image);
    } catch (error) {
      log.error('record_failed', { sequenceNumber: itemIdentifier, ...errorFields(error) });
      return { batchItemFailures: [{ itemIdentifier }] };
    }
  }
  return { batchItemFailures: [] };
};
