import * as z from 'zod';
import { AppError } from '../../shared/errors.ts';
import { log } from '../../shared/log.ts';
import type { BaseHome } from '../../shared/store/base-home.ts';
import type { BaseEdit } from '../../shared/store/edit-queue.ts';
import type { Leases } from '../../shared/store/leases.ts';
import { type EditDeps, readEdits } from './edits.ts';
import { type Hands, handsOf, leaseMs } from './hands.ts';
import { type Projected, projectTickets } from './project.ts';
import { resumeCreating } from './resume.ts';
import { ensureHome, type Ready } from './set-up.ts';

export type DrainDeps = Omit<EditDeps, 'hands'> & {
  readonly leases: Leases;
  /** Names this invocation among all that drain. */
  readonly holder: string;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long this invocation may go on beginning rounds. */
  readonly workMs: number;
  /** Edits of tables that aren't ours. */
  readonly readOthers: (hands: Hands, edits: readonly BaseEdit[]) => Promise<unknown>;
};

export type Drained = {
  readonly rows: number;
  readonly edits: number;
  /** 1 when somebody else drains. */
  readonly elsewhere: number;
  /** 1 when Base takes nothing now; the row `base#tickets` says why. */
  readonly held: number;
};

const nothing: Drained = { rows: 0, edits: 0, elsewhere: 0, held: 0 };
const task = 'base-sync';
const roundLimit = 500;
/** A burst comes within a moment: its rows go in one call. */
const gatherMs = 300;
/** Indexes lag behind the rows. */
const lookAgainMs = 500;
/** Nobody asks a Base again so soon that an administrator has to mend first. */
const heldMs = 5 * 60_000;

const listTickets = async ({ rows, now }: DrainDeps): Promise<readonly string[]> => {
  const at = now();
  const [changed, timed, old] = await Promise.all([
    rows.listChanged(at, roundLimit),
    rows.listDue('time', at, roundLimit),
    rows.listDue('archive', at, roundLimit),
  ]);
  return [...new Set([...changed, ...timed, ...old])].slice(0, roundLimit);
};

const hasWork = async (deps: DrainDeps): Promise<boolean> => {
  const [tickets, edits] = await Promise.all([listTickets(deps), deps.queue.list(deps.now(), 1)]);
  return tickets.length + edits.length > 0;
};

const isOurs = (home: Ready, { appToken, tableId }: BaseEdit): boolean =>
  appToken === home.appToken && Object.values(home.tables).some((known) => known.tableId === tableId);

/** The table is full (1254103): what was closed first leaves it before its time. */
const makeRoom = async (deps: EditDeps, home: Ready): Promise<Projected> => {
  const until = new Date(deps.now().getTime() + 365 * 24 * 3_600_000);
  const numbers = await deps.rows.listDue('archive', until, roundLimit);
  log.warn('base_full', { archived: numbers.length });
  return projectTickets(deps)(home, { numbers, isFull: true });
};

const refusalSchema = z.object({ reason: z.string(), code: z.union([z.string(), z.number()]).optional() });

/** What Base said, or our own word when it said nothing. */
const refusalIn = (error: AppError): { readonly reason: string; readonly code: string } => {
  const said = refusalSchema.safeParse(error.details);
  const { reason = error.code, code = error.code } = said.success ? said.data : {};
  return { reason, code: String(code) };
};

const isFull = (error: unknown): boolean =>
  error instanceof AppError && refusalIn(error).reason === 'base_full';

const projectOrMakeRoom = async (
  deps: EditDeps,
  home: Ready,
  numbers: readonly string[],
): Promise<Projected> => {
  try {
    return await projectTickets(deps)(home, { numbers });
  } catch (error) {
    if (!isFull(error)) throw error;
    const room = await makeRoom(deps, await current(deps, home));
    if (room.rows === 0) throw error;
    return room;
  }
};

const current = async ({ homes }: EditDeps, home: Ready): Promise<Ready> => ({
  ...(await homes.find()),
  appToken: home.appToken,
});

type Round = { readonly rows: number; readonly edits: number };

const round = async (deps: EditDeps & DrainDeps): Promise<Round> => {
  const home = await resumeCreating(deps, await ensureHome(deps, await deps.homes.find()));
  const waiting = await deps.queue.list(deps.now(), roundLimit);
  const ours = waiting.filter((edit) => isOurs(home, edit));
  const others = waiting.filter((edit) => !isOurs(home, edit));
  if (others.length > 0) await deps.readOthers(deps.hands, others);
  const edited = await readEdits(deps, home, ours);
  const numbers = [...new Set([...edited.tickets, ...(await listTickets(deps))])];
  const projected = await projectOrMakeRoom(deps, home, numbers);
  await edited.finish();
  return { rows: projected.rows, edits: waiting.length };
};

const hold = async ({ homes, now }: DrainDeps, error: unknown): Promise<void> => {
  if (!(error instanceof AppError)) throw error;
  const { reason, code } = refusalIn(error);
  log.warn('base_held', { reason, code });
  if (reason === 'lease_lost') return;
  const at = now();
  const until = new Date(at.getTime() + heldMs).toISOString();
  const home = await homes.find();
  // A column or table that is missing is made anew, or gets its name back.
  const isAmiss = ['base_field_missing', 'base_table_gone'].includes(reason);
  await homes.put(home, {
    held: { reason, code, at: at.toISOString(), until },
    ...(isAmiss && { shape: undefined }),
  });
};

const isHeld = ({ held }: BaseHome, now: Date): boolean =>
  held !== undefined && Date.parse(held.until) > now.getTime();

const drainWhileHeld = async (deps: EditDeps & DrainDeps): Promise<Round> => {
  const startedAt = deps.now().getTime();
  const total = { rows: 0, edits: 0 };
  let isQuiet = false;
  while (deps.now().getTime() - startedAt < deps.workMs) {
    const { rows, edits } = await round(deps);
    total.rows += rows;
    total.edits += edits;
    if (rows + edits === 0 && isQuiet) break;
    isQuiet = rows + edits === 0;
    await deps.sleep(lookAgainMs);
  }
  return total;
};

const drainOnce = async (deps: DrainDeps): Promise<Drained> => {
  if (!(await hasWork(deps))) return nothing;
  if (isHeld(await deps.homes.find(), deps.now())) return { ...nothing, held: 1 };
  const lease = await deps.leases.take({ task, holder: deps.holder }, deps.now(), leaseMs);
  if (!lease) return { ...nothing, elsewhere: 1 };
  try {
    await deps.sleep(gatherMs);
    return { ...nothing, ...(await drainWhileHeld({ ...deps, hands: handsOf(deps, lease) })) };
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
