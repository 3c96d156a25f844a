import type { Fault } from './faults.ts';
import type { Tenant } from './tenant.ts';

export type Reply = {
  readonly kind: 'reply';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  /** Sent instead of `body`: a file. */
  readonly file?: Blob;
  /** Real milliseconds that pass before the answer. */
  readonly holdMs?: number;
};
/** `drop`: the connection ends without an answer. */
export type Outcome = Reply | { readonly kind: 'drop' };

const DROP: Outcome = { kind: 'drop' };
const LONG_MS = 60_000;

const faultReply = (kind: '429' | '500' | '502' | '503'): Reply => {
  if (kind !== '429') {
    return { kind: 'reply', status: Number(kind), headers: {}, body: { code: 1500, msg: 'internal error' } };
  }
  return {
    kind: 'reply',
    status: 429,
    headers: { 'x-ogw-ratelimit-limit': '1000', 'x-ogw-ratelimit-reset': '1' },
    body: { code: 99991400, msg: 'request trigger frequency limit' },
  };
};

const wait = (tenant: Tenant, ms: number): Promise<void> =>
  new Promise((resolve) => {
    tenant.clock.after(ms, resolve);
  });

const answerLate = async (
  tenant: Tenant,
  { kind, delayMs = 1000 }: Fault,
  run: () => Reply,
): Promise<Reply> => {
  const early = kind === 'slow' ? run() : undefined;
  await wait(tenant, delayMs);
  return early ?? run();
};

/** What a fault makes of a call; `run` is the call itself. */
export const suffer = async (tenant: Tenant, fault: Fault, run: () => Reply): Promise<Outcome> => {
  switch (fault.kind) {
    case 'timeout':
      await wait(tenant, fault.delayMs ?? LONG_MS);
      return DROP;
    case 'lost_reply':
      run();
      return DROP;
    case 'slow':
    case 'late':
      return answerLate(tenant, fault, run);
    default:
      return faultReply(fault.kind);
  }
};
