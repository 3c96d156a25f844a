import { AppError } from '../../shared/errors.ts';
import { meaningOf } from '../../shared/feishu/codes.ts';
import { log } from '../../shared/log.ts';
import { type HandsDeps, handsOf, leaseMs } from './hands.ts';
import { refusalIn } from './refusal.ts';
import { agendaOf, isEmpty, type Round, type RoundDeps, workRound } from './round.ts';

export type DrainDeps = Omit<RoundDeps, 'hands'> &
  HandsDeps & {
    /** Names this invocation among all that drain. */
    readonly holder: string;
    /** How long this invocation may go on beginning rounds. */
    readonly workMs: number;
  };

export type Drained = Round & {
  /** 1 when somebody else drains. */
  readonly elsewhere: number;
  /** 1 when Base takes nothing now; the row `base#tickets` says why. */
  readonly held: number;
};

const nothing: Drained = { rows: 0, edits: 0, elsewhere: 0, held: 0 };
const task = 'base-sync';
/** A burst comes within a moment: its rows go in one call. */
const gatherMs = 300;
/** Indexes lag behind the rows. */
const lookAgainMs = 500;
/** How soon Base is asked again: what may pass by itself, and what an administrator has to mend first. */
const heldMs = { passing: 30_000, amiss: 5 * 60_000 } as const;

/** Throws what is no refusal of Feishu's. */
const hold = async ({ homes, now }: DrainDeps, error: unknown): Promise<void> => {
  if (!(error instanceof AppError)) throw error;
  const { reason, code } = refusalIn(error);
  log.warn('base_held', { reason, code });
  if (reason === 'lease_lost') return;
  const mayPass = error.code === 'feishu_unknown' || meaningOf(Number(code)).retryable;
  const until = new Date(now().getTime() + heldMs[mayPass ? 'passing' : 'amiss']).toISOString();
  // A column or a table that is missing is made anew, or gets its name back.
  const isAmiss = ['base_field_missing', 'base_table_gone'].includes(reason);
  await homes.put(await homes.find(), {
    held: { reason, code, at: now().toISOString(), until },
    ...(isAmiss && { shape: undefined }),
  });
};

type Held = RoundDeps & DrainDeps;

/** Until there is nothing to do, twice: indexes lag. */
const drainWhileHeld = async (deps: Held): Promise<Round> => {
  const startedAt = deps.now().getTime();
  const total = { rows: 0, edits: 0 };
  let isQuiet = false;
  while (deps.now().getTime() - startedAt < deps.workMs) {
    const { rows, edits } = await workRound(deps, await agendaOf(deps));
    total.rows += rows;
    total.edits += edits;
    if (rows + edits === 0 && isQuiet) break;
    isQuiet = rows + edits === 0;
    await deps.sleep(lookAgainMs);
  }
  return total;
};

/** Only a client that holds the lease writes; to look is free. */
const unheld: RoundDeps['hands'] = (call) => call();

const drainOnce = async (deps: DrainDeps): Promise<Drained> => {
  if (isEmpty(await agendaOf({ ...deps, hands: unheld }))) return nothing;
  const lease = await deps.leases.take({ task, holder: deps.holder }, deps.now(), leaseMs);
  if (!lease) return { ...nothing, elsewhere: 1 };
  // From here on its time runs.
  const hands = handsOf(deps, lease);
  try {
    await deps.sleep(gatherMs);
    return { ...nothing, ...(await drainWhileHeld({ ...deps, hands })) };
  } catch (error) {
    await hold(deps, error);
    return { ...nothing, held: 1 };
  } finally {
    await deps.leases.release(lease, deps.now());
  }
};

/** Brings edits of Base to the tickets and tickets to Base: one writer at a time, by a lease that ends by itself when it dies. */
export const drainBase = async (deps: DrainDeps): Promise<Drained> => {
  const first = await drainOnce(deps);
  if (first.rows + first.edits === 0) return first;
  // Whoever was woken between our last look and the end of the lease has left it to us.
  const second = await drainOnce(deps);
  return { ...first, rows: first.rows + second.rows, edits: first.edits + second.edits };
};
