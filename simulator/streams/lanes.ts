import { createHash } from 'node:crypto';
import type { StreamRecord } from './stream.ts';

type Options = {
  readonly batchSize: number;
  /** Batches in flight at once; changes of one item always share a lane, so they stay in order. */
  readonly parallelizationFactor: number;
  readonly keep: (record: StreamRecord) => boolean;
  /** A rejection stops the lane: its records stay unacknowledged. */
  readonly deliver: (batch: readonly StreamRecord[]) => Promise<void>;
  /** Everything up to this record is delivered, discarded or filtered out. */
  readonly onProgress: (sequence: string) => void;
};
type Entry = { readonly record: StreamRecord; done: boolean };
type Lane = { waiting: Entry[]; running: boolean };

export type Lanes = {
  readonly add: (records: readonly StreamRecord[]) => void;
  /** Records that are read but not finished yet. */
  readonly unfinished: () => number;
};

const laneOf = ({ dynamodb }: StreamRecord, lanes: number): number => {
  if (lanes === 1) return 0;
  const key = JSON.stringify(Object.entries(dynamodb.Keys).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha1').update(key).digest().readUInt32BE() % lanes;
};

/** Delivers the records of one shard in batches and reports progress only as far as nothing before it is open. */
export const startLanes = (options: Options): Lanes => {
  const lanes = Array.from(
    { length: options.parallelizationFactor },
    (): Lane => ({ waiting: [], running: false }),
  );
  let entries: readonly Entry[] = [];

  const reportProgress = (): void => {
    const open = entries.findIndex(({ done }) => !done);
    const finished = open < 0 ? entries.length : open;
    const last = entries[finished - 1];
    if (!last) return;
    entries = entries.slice(finished);
    options.onProgress(last.record.dynamodb.SequenceNumber);
  };

  const run = async (lane: Lane): Promise<void> => {
    if (lane.running) return;
    lane.running = true;
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, options.batchSize);
      await options.deliver(batch.map(({ record }) => record));
      for (const entry of batch) entry.done = true;
      reportProgress();
    }
    lane.running = false;
  };

  return {
    unfinished: () => entries.length,
    add: (records) => {
      const added = records.map((record): Entry => ({ record, done: !options.keep(record) }));
      entries = [...entries, ...added];
      for (const entry of added) {
        if (!entry.done) lanes[laneOf(entry.record, lanes.length)]?.waiting.push(entry);
      }
      reportProgress();
      // A stopped lane keeps `running`, so nothing overtakes what it left open.
      for (const lane of lanes) run(lane).catch(() => undefined);
    },
  };
};
