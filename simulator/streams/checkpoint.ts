import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const marksSchema = z.record(
  z.string(),
  z.object({ sequence: z.string().optional(), closed: z.boolean().optional() }),
);
type Marks = z.output<typeof marksSchema>;

export type Checkpoint = {
  /** Whether this mapping has never run on this stream. */
  readonly isNew: boolean;
  readonly sequence: (shardId: string) => string | undefined;
  readonly isClosed: (shardId: string) => boolean;
  readonly save: (shardId: string, sequence: string) => void;
  readonly close: (shardId: string) => void;
  /** Records that the mapping exists from now on. */
  readonly begin: () => void;
};

const readMarks = (file: string): Marks | undefined => {
  try {
    return marksSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Absent or cut short: at-least-once delivery allows starting over.
    return undefined;
  }
};

/**
 * How far one mapping has come in one stream, in a file of its own. The name carries the table's id, so a fresh
 * in-memory database starts from the beginning and two services side by side never share a file.
 */
export const openCheckpoint = (
  directory: string,
  mapping: string,
  stream: { readonly arn: string; readonly tableId: string },
): Checkpoint => {
  const id = createHash('sha1').update(`${stream.tableId}|${stream.arn}`).digest('hex').slice(0, 10);
  const file = join(directory, `${mapping}.${id}.json`);
  const stored = readMarks(file);
  let marks = stored ?? {};
  const write = (change: Marks): void => {
    marks = { ...marks, ...change };
    mkdirSync(directory, { recursive: true });
    // Renaming is atomic: a kill leaves the old marks or the new ones, never half a file.
    writeFileSync(`${file}.new`, JSON.stringify(marks));
    renameSync(`${file}.new`, file);
  };
  return {
    isNew: stored === undefined,
    sequence: (shardId) => marks[shardId]?.sequence,
    isClosed: (shardId) => marks[shardId]?.closed === true,
    save: (shardId, sequence) => {
      write({ [shardId]: { ...marks[shardId], sequence } });
    },
    close: (shardId) => {
      write({ [shardId]: { ...marks[shardId], closed: true } });
    },
    begin: () => {
      write({});
    },
  };
};
