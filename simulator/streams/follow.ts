import { setTimeout as sleep } from 'node:timers/promises';
import type { Checkpoint } from './checkpoint.ts';
import type { Lanes } from './lanes.ts';
import type { Shard, Stream } from './stream.ts';

export type Follower = {
  readonly stream: Stream;
  readonly checkpoint: Checkpoint;
  readonly startLanes: (shardId: string) => Lanes;
  /** TRIM_HORIZON delivers what the stream already holds; LATEST only what comes after the mapping's first start. */
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Milliseconds between two looks at a stream in which nothing happens. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
  readonly signal: AbortSignal;
};

/** Records of a shard that may be read but unfinished: Lambda's own page size. */
const readAhead = 1000;
const afterErrorMs = 500;
const shardListMs = 2000;

const skipToTip = async ({ stream, checkpoint }: Follower, shardId: string): Promise<void> => {
  let iterator: string | undefined = await stream.open(shardId, undefined);
  for (;;) {
    const { records, next } = await stream.read(iterator);
    const last = records.at(-1);
    if (!last) return;
    checkpoint.save(shardId, last.dynamodb.SequenceNumber);
    if (next === undefined) return;
    iterator = next;
  }
};

/** Reads a shard until it is closed; after an error it goes on behind the last record that it read. */
const followShard = async (follower: Follower, shardId: string): Promise<void> => {
  const { stream, checkpoint, pollMs, signal } = follower;
  const lanes = follower.startLanes(shardId);
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal });
  let read = checkpoint.sequence(shardId);
  let iterator: string | undefined;
  const step = async (): Promise<'open' | 'closed'> => {
    iterator ??= await stream.open(shardId, read);
    const { records, next } = await stream.read(iterator);
    lanes.add(records);
    read = records.at(-1)?.dynamodb.SequenceNumber ?? read;
    iterator = next;
    if (next === undefined) return 'closed';
    if (records.length === 0) await pause(pollMs);
    return 'open';
  };
  for (let state = 'open'; state === 'open'; ) {
    while (lanes.unfinished() >= readAhead) await pause(pollMs);
    try {
      state = await step();
    } catch (error) {
      signal.throwIfAborted();
      follower.onError(error);
      iterator = undefined;
      await pause(afterErrorMs);
    }
  }
  while (lanes.unfinished() > 0) await pause(pollMs);
  checkpoint.close(shardId);
};

const startPosition = async (follower: Follower): Promise<void> => {
  const { checkpoint, stream } = follower;
  if (!checkpoint.isNew) return;
  if (follower.startingPosition === 'LATEST') {
    for (const { ShardId } of await stream.shards()) await skipToTip(follower, ShardId);
  }
  checkpoint.begin();
};

/** Follows every shard of a stream, children after their parents, until the signal says stop. */
export const followStream = async (follower: Follower): Promise<void> => {
  const { stream, checkpoint, signal } = follower;
  const started = new Set<string>();
  const isDue = ({ ShardId, ParentShardId }: Shard, all: readonly Shard[]): boolean => {
    if (started.has(ShardId) || checkpoint.isClosed(ShardId)) return false;
    const parentIsKnown = all.some((other) => other.ShardId === ParentShardId);
    return ParentShardId === undefined || !parentIsKnown || checkpoint.isClosed(ParentShardId);
  };
  await startPosition(follower);
  while (!signal.aborted) {
    try {
      const shards = await stream.shards();
      for (const shard of shards.filter((one) => isDue(one, shards))) {
        started.add(shard.ShardId);
        // Ends by itself when the shard is closed; otherwise only the signal ends it.
        followShard(follower, shard.ShardId).catch(() => undefined);
      }
    } catch (error) {
      follower.onError(error);
    }
    await sleep(shardListMs, undefined, { signal }).catch(() => undefined);
  }
};
