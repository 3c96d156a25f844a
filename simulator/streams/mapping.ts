import * as z from 'zod';
import type { StreamRecord } from './stream.ts';

/** The settings of an event source mapping that decide what happens to a batch. */
export type BatchRules = {
  /** Retries after the first try; Infinity where Lambda has -1. */
  readonly maximumRetryAttempts: number;
  /** Seconds; Infinity where Lambda has -1. */
  readonly maximumRecordAgeInSeconds: number;
  readonly bisectBatchOnFunctionError: boolean;
  readonly reportBatchItemFailures: boolean;
};

/** What a mapping gives up on: neighbouring records of one batch, and why. */
export type Discarded = {
  readonly records: readonly StreamRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly invocations: number;
};

type Batch = readonly StreamRecord[];
type Deps = {
  readonly rules: BatchRules;
  /** Runs the function; whatever it throws is a function error. */
  readonly invoke: (batch: Batch) => Promise<unknown>;
  readonly discard: (discarded: Discarded) => void;
  /** Waits before retry `attempt` (from 1). A rejection abandons the batch: its records stay unacknowledged. */
  readonly backOff: (attempt: number) => Promise<void>;
  readonly now: () => number;
};
type Part = { readonly batch: Batch; readonly retries: number; readonly invocations: number };
type Failure = { readonly from: number; readonly thrown: boolean };

const replySchema = z.looseObject({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * Where the batch failed according to the function's answer. An answer without failures is a success; one that can't be
 * read, or that names a record outside the batch, fails the whole batch.
 * Source: docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
const reportedFailure = (answer: unknown, batch: Batch): Failure | undefined => {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const reply = replySchema.safeParse(answer);
  if (!reply.success) return { from: 0, thrown: false };
  const failed = new Set(reply.data.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  if (failed.size === 0) return undefined;
  const from = batch.findIndex(({ dynamodb }) => failed.has(dynamodb.SequenceNumber));
  return { from: Math.max(0, from), thrown: false };
};

const tryOnce = async ({ invoke, rules }: Deps, batch: Batch): Promise<Failure | undefined> => {
  let answer: unknown;
  try {
    answer = await invoke(batch);
  } catch {
    return { from: 0, thrown: true };
  }
  return rules.reportBatchItemFailures ? reportedFailure(answer, batch) : undefined;
};

/** Records are in order of time, so what is too old is a prefix. */
const withoutTooOld = ({ rules, now, discard }: Deps, part: Part): Part => {
  const limit = now() / 1000 - rules.maximumRecordAgeInSeconds;
  const isFresh = ({ dynamodb }: StreamRecord): boolean => dynamodb.ApproximateCreationDateTime >= limit;
  const index = part.batch.findIndex(isFresh);
  const old = index < 0 ? part.batch.length : index;
  if (old === 0) return part;
  const { batch, invocations } = part;
  discard({ records: batch.slice(0, old), condition: 'RecordAgeExceeded', invocations });
  return { ...part, batch: batch.slice(old) };
};

/** What remains of a part after one try. Splitting a batch doesn't consume a retry; a reported failure does. */
const afterTry = ({ rules, discard }: Deps, part: Part, failure: Failure | undefined): readonly Part[] => {
  if (!failure) return [];
  const batch = part.batch.slice(failure.from);
  const invocations = part.invocations + 1;
  if (failure.thrown && rules.bisectBatchOnFunctionError && batch.length > 1) {
    const middle = Math.ceil(batch.length / 2);
    return [batch.slice(0, middle), batch.slice(middle)].map((half) => ({
      ...part,
      batch: half,
      invocations,
    }));
  }
  if (part.retries >= rules.maximumRetryAttempts) {
    discard({ records: batch, condition: 'RetryAttemptsExhausted', invocations });
    return [];
  }
  return [{ batch, retries: part.retries + 1, invocations }];
};

/**
 * Hands one batch to the function the way Lambda's event source mapping does: in order, from the lowest failed record
 * on again, in halves after an error when asked to, until everything is delivered or discarded.
 */
export const deliverBatch = async (deps: Deps, batch: Batch): Promise<void> => {
  let parts: readonly Part[] = [{ batch, retries: 0, invocations: 0 }];
  for (let [part] = parts; part; [part] = parts) {
    const rest = parts.slice(1);
    const due = withoutTooOld(deps, part);
    const failure = due.batch.length > 0 ? await tryOnce(deps, due.batch) : undefined;
    parts = [...afterTry(deps, due, failure), ...rest];
    if (failure && parts.length > 0) await deps.backOff(due.invocations + 1);
  }
};
