import { randomUUID } from 'node:crypto';
import { writeCell } from '../../shared/feishu/bitable-cells.ts';
import type { BaseFields, BaseTable } from '../../shared/feishu/bitable-records.ts';
import { mapOk, type Refused } from '../../shared/feishu/outcome.ts';
import { log } from '../../shared/log.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { BaseCells, BasePlace, BaseRow, BaseRows } from '../../shared/store/base-rows.ts';
import { columns } from '../../shared/tickets/base-fields.ts';
import { type Planned, planRow, type Sight } from './plan.ts';
import { ensureArchive, keepHome, type Ready, type SetUpDeps } from './set-up.ts';
import { goOn, writeRows } from './write-rows.ts';

export type ProjectDeps = SetUpDeps & {
  readonly rows: BaseRows;
  readonly sightOf: (home: Ready) => Promise<Sight>;
  /** A row that somebody deleted: history, and the row is created again. */
  readonly restore: (row: BaseRow) => Promise<void>;
};

export type Wanted = { readonly numbers: readonly string[]; readonly isFull?: boolean };
export type Projected = { readonly home: Ready; readonly rows: number };

/**
 * Rows of one call. Its event comes back to us with every cell of every row, and our ingress takes bodies of 1 MB; Feishu
 * takes 1000 rows.
 */
const mostRows = 200;

type Target = { readonly planned: Planned; readonly place: BasePlace };

const chunks = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / mostRows) }, (_, at) =>
    items.slice(at * mostRows, (at + 1) * mostRows),
  );

const fieldsFor = (cells: BaseCells, names: readonly string[]): BaseFields =>
  Object.fromEntries(
    columns
      .filter(({ name }) => names.includes(name))
      .map(({ name, kind }) => [name, writeCell(kind, cells[name])]),
  );

const planAll = async (
  deps: ProjectDeps,
  home: Ready,
  { numbers, isFull = false }: Wanted,
): Promise<readonly Planned[]> => {
  const sight = { ...(await deps.sightOf(home)), isFull };
  const found = await someAtOnce(numbers, async (number) => {
    const [ticket, row] = await Promise.all([deps.rows.findTicket(number), deps.rows.find(number)]);
    return ticket && planRow(ticket, row, sight);
  });
  return found.flatMap((planned) => planned ?? []);
};

const record = async ({ rows }: ProjectDeps, planned: Planned, after: BaseRow): Promise<void> => {
  // A row that somebody else has written meanwhile is looked at again.
  if ((await rows.put(after, planned.before)) && planned.waits) await rows.settle(planned.ticket);
};

/** The row keeps nobody back: it is marked, and tried again with the next change of its ticket. */
const mark = async (deps: ProjectDeps, planned: Planned, { code, reason }: Refused): Promise<void> => {
  const { ticket, before, after } = planned;
  const at = deps.now().toISOString();
  await record(deps, planned, {
    ...(before ?? { ...after, shown: {}, version: 0 }),
    count: after.count,
    refused: { code: String(code), reason, at, version: ticket.version },
    baseShard: 'refused',
    baseAt: at,
  });
};

/** An owner whom Base doesn't take is left out: the row goes in with the next round. */
const leaveOwnerOut = async (deps: ProjectDeps, { ticket, before, after }: Planned): Promise<void> => {
  const { count } = after;
  const due = { baseShard: 'time', baseAt: deps.now().toISOString() } as const;
  const row = before ?? { ...after, shown: {}, version: 0 };
  await deps.rows.put({ ...row, count, unshown: ticket.owner?.person, ...due }, before);
};

const refuse = async (deps: ProjectDeps, planned: Planned, why: Refused): Promise<void> => {
  log.warn('base_row_refused', { ticket: planned.ticket.ticket, code: why.code, reason: why.reason });
  const isOwner = why.reason === 'base_person_refused' && planned.after.shown['处理人'] !== undefined;
  await (isOwner ? leaveOwnerOut(deps, planned) : mark(deps, planned, why));
};

const isGone = ({ reason }: Refused): boolean => reason === 'base_row_gone';

/** A batch belongs to one table. */
const batchesOf = (
  home: Ready,
  targets: readonly Target[],
): readonly (readonly [BaseTable, readonly Target[]])[] =>
  [...Map.groupBy(targets, ({ place }) => place.tableId)].flatMap(([tableId, group]) =>
    chunks(group).map((batch) => [{ appToken: home.appToken, tableId }, batch] as const),
  );

type Gone = (planned: Planned) => Promise<unknown>;

const remove = async (
  deps: ProjectDeps,
  home: Ready,
  { targets, onGone }: { readonly targets: readonly Target[]; readonly onGone: Gone },
): Promise<void> => {
  for (const [table, batch] of batchesOf(home, targets)) {
    const written = await writeRows(deps.hands, batch, (items) => async () => {
      const ids = items.map(({ place }) => place.recordId);
      return mapOk(await deps.bitable.deleteRecords(table, ids), () => items);
    });
    // What isn't there any more is what was wanted.
    const gone = [...written.done, ...written.refused.filter(([, why]) => isGone(why))];
    await someAtOnce(gone, ([{ planned }]) => onGone(planned));
    const refused = written.refused.filter(([, why]) => !isGone(why));
    await someAtOnce(refused, ([{ planned }, why]) => refuse(deps, planned, why));
    goOn(written);
  }
};

const update = async (deps: ProjectDeps, home: Ready, targets: readonly Target[]): Promise<void> => {
  for (const [table, batch] of batchesOf(home, targets)) {
    const written = await writeRows(deps.hands, batch, (items) => async () => {
      const records = items.map(({ planned: { after, step }, place: { recordId } }) => ({
        recordId,
        fields: fieldsFor(after.shown, step.do === 'update' ? step.fields : []),
      }));
      return mapOk(await deps.bitable.updateRecords(table, records), () => items);
    });
    await someAtOnce(written.done, ([{ planned }]) => record(deps, planned, planned.after));
    await someAtOnce(written.refused, ([{ planned }, why]) =>
      isGone(why) && planned.before ? deps.restore(planned.before) : refuse(deps, planned, why),
    );
    goOn(written);
  }
};

/** A moved row keeps where it stood until that is deleted, and is due until then: whoever comes after us goes on. */
const recordCreated = async (
  deps: ProjectDeps,
  tableId: string,
  [planned, recordId]: readonly [Planned, string],
): Promise<void> => {
  const { after, ticket } = planned;
  const { place: former } = after;
  const place = { tableId, recordId };
  const due = former && ({ baseShard: 'time', baseAt: deps.now().toISOString() } as const);
  await deps.rows.keepRecord(recordId, ticket.ticket);
  await record(deps, planned, { ...after, place, former, ...due });
};

const createBatch = async (
  deps: ProjectDeps,
  home: Ready,
  { key, batch }: { readonly key: string; readonly batch: readonly Planned[] },
): Promise<Ready> => {
  const tableId = home.tables[key]?.tableId ?? '';
  const table = { appToken: home.appToken, tableId };
  const tickets = batch.map(({ ticket }) => ticket.ticket);
  const begun = await keepHome(deps, home, { creating: { tableId, tickets, at: deps.now().toISOString() } });
  const written = await writeRows(deps.hands, batch, (items) => {
    const clientToken = randomUUID();
    const fields = items.map(({ after }) => fieldsFor(after.shown, Object.keys(after.shown)));
    return () => deps.bitable.createRecords(table, fields, clientToken);
  });
  await someAtOnce(written.done, (created) => recordCreated(deps, tableId, created));
  await someAtOnce(written.refused, ([planned, why]) => refuse(deps, planned, why));
  // It may have happened: the next run looks for the rows before it creates any.
  if (written.stopped?.kind === 'unknown') goOn(written);
  const ended = await keepHome(deps, begun, { creating: undefined });
  goOn(written);
  return ended;
};

const create = async (deps: ProjectDeps, home: Ready, all: readonly Planned[]): Promise<Ready> => {
  const groups = Map.groupBy(all, ({ step }) => (step.do === 'create' || step.do === 'move' ? step.key : ''));
  let at = home;
  for (const [key, group] of groups) {
    if (key !== 'live') at = await ensureArchive(deps, at, key);
    for (const batch of chunks(group)) at = await createBatch(deps, at, { key, batch });
  }
  return at;
};

/** The second half of a move: the row stands in its new table, so the old one goes. */
const removeFormers = async (deps: ProjectDeps, home: Ready, all: readonly Planned[]): Promise<boolean> => {
  const targets = all.flatMap((planned) => {
    const place = planned.before?.former;
    return place ? [{ planned, place }] : [];
  });
  await remove(deps, home, {
    targets,
    onGone: async ({ before, after: { baseShard, baseAt, count } }) => {
      if (before) await deps.rows.put({ ...before, former: undefined, baseShard, baseAt, count }, before);
    },
  });
  return targets.length > 0;
};

const standing = (all: readonly Planned[], wanted: Planned['step']['do']): readonly Target[] =>
  all.flatMap((planned) => {
    const { place } = planned.after;
    return planned.step.do === wanted && place ? [{ planned, place }] : [];
  });

/** Nothing to write, but the next moment may be another one. */
const settle = async (deps: ProjectDeps, planned: Planned): Promise<void> => {
  const { before, after, waits, ticket, step } = planned;
  if (step.do !== 'nothing') return;
  const isSame = !before || (before.baseAt === after.baseAt && before.baseShard === after.baseShard);
  if (!isSame) await record(deps, planned, after);
  else if (waits) await deps.rows.settle(ticket);
};

const isNew = ({ step }: Planned): boolean => step.do === 'create' || step.do === 'move';

/**
 * Brings the rows of these tickets to what the tickets are: first what must go, then changes, then new rows. Throws when
 * Base takes nothing now; what is done is recorded, the rest waits.
 */
export const projectTickets =
  (deps: ProjectDeps) =>
  async (home: Ready, wanted: Wanted): Promise<Projected> => {
    const found = await planAll(deps, home, wanted);
    const all = (await removeFormers(deps, home, found)) ? await planAll(deps, home, wanted) : found;
    await someAtOnce(all, (planned) => settle(deps, planned));
    await remove(deps, home, {
      targets: standing(all, 'remove'),
      onGone: (planned) => record(deps, planned, { ...planned.after, place: undefined }),
    });
    await update(deps, home, standing(all, 'update'));
    const busy = all.filter(({ waits, step }) => waits || step.do !== 'nothing');
    if (home.creating) return { home, rows: busy.filter((planned) => !isNew(planned)).length };
    const created = await create(deps, home, all.filter(isNew));
    const numbers = standing(all, 'move').map(({ planned }) => planned.ticket.ticket);
    if (numbers.length > 0) await removeFormers(deps, created, await planAll(deps, created, { numbers }));
    return { home: created, rows: busy.length };
  };
