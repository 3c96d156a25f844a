import type { Random } from '../../simulator/bi/random.ts';
import type { Cloud } from './cloud.ts';
import type { EventLoop } from './event-loop.ts';

/** A stream mapping: rows of `table` whose `work` is one of these wake `wakes`. */
export type Mapping = { readonly table: string; readonly work: readonly string[]; readonly wakes: string };
export type Trouble = {
  /** How often a record comes, drawn for each. */
  readonly copies: () => number;
  /** Chance that a record never comes: its shard was stuck for longer than it lives. */
  readonly lost: number;
  /** Longest delay of a record; records overtake each other within it. */
  readonly delayMs: number;
};

export type Streams = {
  readonly write: (table: string, image: Readonly<Record<string, unknown>>) => void;
  readonly pending: () => number;
};

type Typed = { readonly S: string } | { readonly N: string } | { readonly BOOL: boolean };
type Record_ = { readonly eventName: 'MODIFY'; readonly dynamodb: object };

const typed = (value: unknown): Typed | undefined => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  return typeof value === 'boolean' ? { BOOL: value } : undefined;
};

/** What a handler reads of an image is flat. */
const toImage = (row: Readonly<Record<string, unknown>>): Readonly<Record<string, Typed>> =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      const attribute = typed(value);
      return attribute ? [[name, attribute]] : [];
    }),
  );

const batchSize = 10;
const batchWindowMs = 50;
/** maximumRetryAttempts of every mapping. */
const retries = 3;

const failuresIn = (value: unknown): readonly string[] => {
  const failures = (value as { batchItemFailures?: { itemIdentifier: string }[] } | undefined)
    ?.batchItemFailures;
  return (failures ?? []).map(({ itemIdentifier }) => itemIdentifier);
};

type World = {
  readonly loop: EventLoop;
  readonly random: Random;
  readonly cloud: Cloud;
  readonly trouble: Trouble;
  readonly mappings: readonly Mapping[];
};

/** Brings written rows to the functions that they wake: at least once or, being only a wake-up, not at all. */
export const openStreams = ({ loop, random, cloud, trouble, mappings }: World): Streams => {
  const waiting = new Map<Mapping, Record_[]>();
  let pending = 0;
  let sequence = 0;
  const deliver = async (mapping: Mapping, batch: readonly Record_[], attempt: number): Promise<void> => {
    const numbered = batch.map((record) => ({
      ...record,
      dynamodb: { ...record.dynamodb, SequenceNumber: String((sequence += 1)) },
    }));
    const outcome = await cloud.invoke(mapping.wakes, { Records: numbered });
    const failures = outcome.kind === 'returned' ? failuresIn(outcome.value) : undefined;
    const from = failures
      ? numbered.findIndex(({ dynamodb }) => failures.includes(dynamodb.SequenceNumber))
      : 0;
    const left = from < 0 ? [] : batch.slice(from);
    const again = attempt < retries ? left : [];
    pending -= batch.length - again.length;
    if (again.length > 0) loop.after(1000 * 2 ** attempt, () => void deliver(mapping, again, attempt + 1));
  };
  const flush = (mapping: Mapping): void => {
    const records = waiting.get(mapping) ?? [];
    waiting.set(mapping, []);
    for (let from = 0; from < records.length; from += batchSize)
      void deliver(mapping, records.slice(from, from + batchSize), 0);
  };
  const arrive = (mapping: Mapping, record: Record_): void => {
    const records = waiting.get(mapping) ?? [];
    waiting.set(mapping, [...records, record]);
    if (records.length === 0)
      loop.after(batchWindowMs, () => {
        flush(mapping);
      });
  };
  return {
    pending: () => pending,
    write: (table, row) => {
      for (const mapping of mappings) {
        if (mapping.table !== table || !mapping.work.includes(String(row['work']))) continue;
        const record: Record_ = { eventName: 'MODIFY', dynamodb: { NewImage: toImage(row) } };
        for (let copy = random.next() < trouble.lost ? 0 : trouble.copies(); copy > 0; copy -= 1) {
          pending += 1;
          loop.after(random.whole(1, trouble.delayMs), () => {
            arrive(mapping, record);
          });
        }
      }
    },
  };
};
