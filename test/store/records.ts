import { type StreamRecord, streamOf } from '../../simulator/streams/stream.ts';
import { callDynamoDb } from '../../simulator/streams/wire.ts';

/** Everything that stands in the stream of a table, the oldest first in each shard. */
export const recordsOf = async (endpoint: string, table: string): Promise<readonly StreamRecord[]> => {
  const stream = await streamOf(callDynamoDb(endpoint), table);
  const records: StreamRecord[] = [];
  for (const { ShardId } of await stream.shards()) {
    let next: string | undefined = await stream.open(ShardId, undefined);
    while (next !== undefined) {
      const page = await stream.read(next);
      records.push(...page.records);
      // An open shard has no end: an empty page is where it stands now.
      next = page.records.length > 0 ? page.next : undefined;
    }
  }
  return records;
};
