import { z } from 'zod';
import type { Outcome } from './fault-effects.ts';
import type { Fault } from './faults.ts';
import { type Ring, ring } from './ring.ts';

/** One call of the open API, for demos and tests: never headers, tokens or bodies. */
type CallRecord = {
  /** Milliseconds since 1970, on the tenant's clock. */
  readonly at: number;
  readonly method: string;
  /** The path as sent, without its query. */
  readonly path: string;
  /** Method and documented path. */
  readonly api: string;
  readonly appId: string;
  /** 0 and -1 when the connection was dropped. */
  readonly status: number;
  readonly code: number;
  /** Real milliseconds. */
  readonly ms: number;
  readonly fault?: string;
};

type Begun = Pick<CallRecord, 'at' | 'method' | 'path' | 'api' | 'appId'> & { readonly startedAt: number };

export type CallLog = Pick<Ring<CallRecord>, 'since' | 'size'> & {
  readonly record: (begun: Begun, outcome: Outcome, fault: Fault | undefined) => void;
};

const CALLS_KEPT = 5000;
const codeSchema = z.looseObject({ code: z.number() });

const resultOf = (outcome: Outcome): { readonly status: number; readonly code: number } =>
  outcome.kind === 'drop'
    ? { status: 0, code: -1 }
    : { status: outcome.status, code: codeSchema.parse(outcome.body).code };

export const createCallLog = (): CallLog => {
  const log = ring<CallRecord>(CALLS_KEPT);
  return {
    since: log.since,
    size: log.size,
    record: ({ startedAt, ...call }, outcome, fault) => {
      const ms = Math.round(performance.now() - startedAt);
      log.add({ ...call, ...resultOf(outcome), ms, ...(fault ? { fault: fault.kind } : {}) });
    },
  };
};
