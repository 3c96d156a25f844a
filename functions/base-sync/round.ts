import { type BudgetLevel, isReserved } from '../../shared/delivery/budget-level.ts';
import { AppError } from '../../shared/errors.ts';
import { log } from '../../shared/log.ts';
import type { BaseHome } from '../../shared/store/base-home.ts';
import type { BaseEdit } from '../../shared/store/edit-queue.ts';
import { type EditDeps, readEdits } from './edits.ts';
import type { Hands } from './hands.ts';
import { type Projected, projectTickets } from './project.ts';
import { refusalIn } from './refusal.ts';
import { resumeCreating } from './resume.ts';
import { ensureHome, keepHome, type Ready } from './set-up.ts';

export type RoundDeps = EditDeps & {
  /** How the month's calls stand. */
  readonly level: (now: Date) => Promise<BudgetLevel>;
  /** Edits of tables that aren't ours. */
  readonly readOthers: (hands: Hands, edits: readonly BaseEdit[]) => Promise<unknown>;
};

export type Round = { readonly rows: number; readonly edits: number };

const roundLimit = 500;
const yearMs = 366 * 24 * 3_600_000;

/** How far apart two rounds are when calls run short; from `reserved` on, Base waits for the next month. */
const everyMs: Readonly<Partial<Record<BudgetLevel, number>>> = {
  normal: 0,
  forecast: 60_000,
  economy: 3_600_000,
};

const isDue = ({ projectedAt }: BaseHome, level: BudgetLevel, now: Date): boolean => {
  const pauseMs = everyMs[level] ?? Infinity;
  return projectedAt === undefined
    ? Number.isFinite(pauseMs)
    : now.getTime() - Date.parse(projectedAt) >= pauseMs;
};

const listTickets = async ({ rows, now }: EditDeps): Promise<readonly string[]> => {
  const at = now();
  const [changed, timed, old] = await Promise.all([
    rows.listChanged(at, roundLimit),
    rows.listDue('time', at, roundLimit),
    rows.listDue('archive', at, roundLimit),
  ]);
  return [...new Set([...changed, ...timed, ...old])].slice(0, roundLimit);
};

/** What there is to do, as far as the month's calls and what Base refused before allow it. */
export type Agenda = {
  readonly home: BaseHome;
  readonly level: BudgetLevel;
  readonly ours: readonly BaseEdit[];
  readonly others: readonly BaseEdit[];
  readonly tickets: readonly string[];
};

const isHeld = ({ held }: BaseHome, now: Date): boolean =>
  held !== undefined && Date.parse(held.until) > now.getTime();

const isOurs = (home: BaseHome, { appToken, tableId }: BaseEdit): boolean =>
  appToken === home.appToken && Object.values(home.tables).some((known) => known.tableId === tableId);

export const agendaOf = async (deps: RoundDeps): Promise<Agenda> => {
  const at = deps.now();
  const [home, edits, level] = await Promise.all([
    deps.homes.find(),
    deps.queue.list(at, roundLimit),
    deps.level(at),
  ]);
  const others = edits.filter((edit) => !isOurs(home, edit));
  if (isReserved(level) || isHeld(home, at))
    return { home, level, others: isReserved(level) ? [] : others, ours: [], tickets: [] };
  const tickets = isDue(home, level, at) ? await listTickets(deps) : [];
  return { home, level, ours: edits.filter((edit) => isOurs(home, edit)), others, tickets };
};

export const isEmpty = ({ ours, others, tickets }: Agenda): boolean =>
  ours.length + others.length + tickets.length === 0;

const isFull = (error: unknown): boolean =>
  error instanceof AppError && refusalIn(error).reason === 'base_full';

/** The table is full (1254103): what was closed first leaves it before its time. */
const makeRoom = async (deps: EditDeps, home: Ready): Promise<Projected> => {
  const until = new Date(deps.now().getTime() + yearMs);
  const numbers = await deps.rows.listDue('archive', until, roundLimit);
  log.warn('base_full', { archived: numbers.length });
  return projectTickets(deps)(home, { numbers, isFull: true });
};

const projectOrMakeRoom = async (
  deps: EditDeps,
  home: Ready,
  numbers: readonly string[],
): Promise<Projected> => {
  try {
    return await projectTickets(deps)(home, { numbers });
  } catch (error) {
    if (!isFull(error)) throw error;
    const room = await makeRoom(deps, { ...(await deps.homes.find()), appToken: home.appToken });
    if (room.rows === 0) throw error;
    return room;
  }
};

/** Edits first, then tickets, the oldest change first. */
export const workRound = async (deps: RoundDeps, agenda: Agenda): Promise<Round> => {
  const { ours, others, tickets, level } = agenda;
  if (others.length > 0) await deps.readOthers(deps.hands, others);
  if (ours.length + tickets.length === 0) return { rows: 0, edits: others.length };
  const home = await resumeCreating(deps, await ensureHome(deps, agenda.home));
  const edited = await readEdits(deps, home, ours);
  const numbers = [...new Set([...edited.tickets, ...tickets])];
  const { home: after, rows } = await projectOrMakeRoom(deps, home, numbers);
  await edited.finish();
  if (level !== 'normal' && tickets.length > 0)
    await keepHome(deps, after, { projectedAt: deps.now().toISOString() });
  return { rows, edits: ours.length + others.length };
};
