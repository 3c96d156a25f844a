import { InvalidInputError } from '../../shared/errors.ts';
import { type ReceiptDeps, type ReceiptWork, sweepOverdue, workOff } from '../../shared/receipts.ts';
import { readReceipt } from '../../shared/sources/read-receipt.ts';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import type { Receipt } from '../../shared/store/inbox.ts';
import type { Ingested } from './ingest.ts';
import type { Waiting } from './pull.ts';

export type WorkDeps = ReceiptDeps & {
  readonly open: (sealed: string) => string;
  readonly ingest: (event: SourceEvent, receivedAt: string) => Promise<Ingested>;
  readonly pull: (waiting: Waiting, each: (event: SourceEvent) => Promise<void>) => Promise<void>;
};

/** What it led to, and how many tickets: never what it says. */
const ticketsOf = async (deps: WorkDeps, receipt: Receipt): Promise<string> => {
  const read = readReceipt(receipt, deps.open(receipt.body ?? ''));
  const done: string[] = [];
  const work = async (event: SourceEvent): Promise<void> => {
    const { ticket, did } = await deps.ingest(event, receipt.receivedAt);
    done.push(`${did} ${ticket}`);
  };
  if (read.kind === 'pull') await deps.pull(read, work);
  else for (const event of read.events) await work(event);
  if (done.length === 0) return read.kind === 'pull' ? 'nothing_to_pull' : 'not_after_sales';
  return done.slice(0, 3).join(', ');
};

const workOf = (deps: WorkDeps): ReceiptWork => ({
  kind: 'ticket',
  maxAttempts: () => 8,
  pauseMs: 15_000,
  // It says what nobody can read, or a key is missing.
  isHopeless: (error) => error instanceof InvalidInputError,
  run: async (receipt) => ({ kind: 'done', reason: await ticketsOf(deps, receipt) }),
});

export const workOffReceipt =
  (deps: WorkDeps) =>
  async (id: string): Promise<void> => {
    await workOff(deps, workOf(deps))(id);
  };

export const sweepReceipts = (deps: WorkDeps): ((now: Date) => Promise<{ overdue: number }>) =>
  sweepOverdue(deps, 'ticket', workOffReceipt(deps));
