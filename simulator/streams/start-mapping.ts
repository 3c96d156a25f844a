import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCheckpoint } from './checkpoint.ts';
import { followStream } from './follow.ts';
import { startLanes } from './lanes.ts';
import { type Discarded, deliverBatch } from './mapping.ts';
import { appendFailure, failureMessage } from './on-failure.ts';
import type { MappingSettings } from './settings.ts';
import { type StreamRecord, streamOf } from './stream.ts';
import type { Call } from './wire.ts';

/** How the local engine behaves; everything else is Lambda's own setting. */
export type Manners = {
  /** Holds `streams/` (checkpoints) and `on-failure/`. */
  readonly directory: string;
  readonly pollMs: number;
  /** Pause before the first retry; doubles up to 2 s. */
  readonly retryMs: number;
  /** How often each batch is delivered: more than once on demand, as at-least-once delivery allows. */
  readonly duplicates: number;
  /** How long a batch waits before its first delivery, as behind a slow poller. */
  readonly delayMs: number;
  /** Batches of one shard in flight at most, whatever a mapping allows; each needs a warm function. */
  readonly mostLanes: number;
};

type LambdaEvent = { readonly Records: readonly object[] };
export type MappingDeps = {
  readonly call: Call;
  readonly manners: Manners;
  readonly functionName: string;
  readonly invoke: (event: LambdaEvent) => Promise<unknown>;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
};

const longestRetryMs = 2000;

const discardTo =
  (
    deps: MappingDeps,
    mapping: MappingSettings,
    origin: { readonly streamArn: string; readonly shardId: string },
  ) =>
  (discarded: Discarded): void => {
    const { records, condition } = discarded;
    const first = records[0]?.dynamodb.SequenceNumber ?? '?';
    deps.print(`${mapping.id}: gave up on ${records.length} record(s) from ${first} on (${condition})`);
    if (!mapping.hasOnFailure) return;
    const message = failureMessage({ functionName: deps.functionName, ...origin }, discarded);
    appendFailure(join(deps.manners.directory, 'on-failure'), mapping.id, message);
  };

const delivery = (
  deps: MappingDeps,
  mapping: MappingSettings,
  origin: { readonly streamArn: string; readonly shardId: string },
) => {
  const { manners, signal } = deps;
  const eventSourceARN = origin.streamArn;
  return async (batch: readonly StreamRecord[]): Promise<void> => {
    if (manners.delayMs > 0) await sleep(manners.delayMs, undefined, { signal });
    for (let time = 0; time < manners.duplicates; time += 1) {
      signal.throwIfAborted();
      await deliverBatch(
        {
          rules: mapping,
          invoke: (records) => deps.invoke({ Records: records.map((one) => ({ ...one, eventSourceARN })) }),
          discard: discardTo(deps, mapping, origin),
          backOff: (attempt) =>
            sleep(Math.min(longestRetryMs, manners.retryMs * 2 ** (attempt - 1)), undefined, { signal }),
          now: Date.now,
        },
        batch,
      );
    }
  };
};

/** Starts one event source mapping on the stream its table has now; it runs until the signal says stop. */
export const startMapping = async (deps: MappingDeps, mapping: MappingSettings): Promise<void> => {
  const { manners, signal, print } = deps;
  const stream = await streamOf(deps.call, mapping.tableName);
  const checkpoint = openCheckpoint(join(manners.directory, 'streams'), mapping.id, stream);
  let lastProblem = '';
  void followStream({
    stream,
    checkpoint,
    startingPosition: mapping.startingPosition,
    pollMs: manners.pollMs,
    signal,
    startLanes: (shardId) =>
      startLanes({
        ...mapping,
        parallelizationFactor: Math.min(mapping.parallelizationFactor, manners.mostLanes),
        deliver: delivery(deps, mapping, { streamArn: stream.arn, shardId }),
        onProgress: (sequence) => {
          checkpoint.save(shardId, sequence);
        },
      }),
    onError: (error) => {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== lastProblem) print(`${mapping.id}: ${problem}`);
      lastProblem = problem;
    },
  });
};
