import type { BaseTable } from '../../shared/feishu/bitable-records.ts';
import { dataOf, mapOk } from '../../shared/feishu/outcome.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import type { BaseEdit, EditQueue } from '../../shared/store/edit-queue.ts';
import { hintColumn } from '../../shared/tickets/base-fields.ts';
import { keyFor } from '../../shared/tickets/base-place.ts';
import { type ApplyDeps, applyEdit, restoreRow, whoIs } from './apply-edit.ts';
import type { Sight } from './plan.ts';
import type { ProjectDeps } from './project.ts';
import type { Ready } from './set-up.ts';
import { cellsIn, type Look, touchedBy } from './touches.ts';
import { goOn, writeRows } from './write-rows.ts';

export type EditDeps = ProjectDeps & Pick<ApplyDeps, 'changing' | 'people'> & { readonly queue: EditQueue };

const byHand = '手工新增的行不会成为工单：请在直达里发送「提交客诉」，或用表格导入';
/** Records of one call. */
const mostRecords = 100;

/** One table of ours as it is looked at. */
type Scene = {
  readonly table: BaseTable;
  readonly sight: Sight;
  readonly nameOf: (fieldId: string) => string | undefined;
  /** Rows of it are being created, and nobody knows yet which. */
  readonly isUnsure: boolean;
};

/** `ticket`: its row is projected next. `answer`: nobody's row, and it says so. `edit`: it is read. */
type Result = { readonly ticket?: string; readonly answer?: string; readonly edit?: BaseEdit };

/** What Base shows is what it shows: the projection puts the ticket's own values back. */
const readChecked = async ({ rows }: EditDeps, { look, ticket }: Owned): Promise<void> => {
  if (!look.edit.touches.some(({ action }) => action === 'checked')) return;
  const row = await rows.find(ticket);
  if (row?.place?.recordId !== look.edit.recordId) return;
  await rows.put({ ...row, count: row.count + 1, shown: cellsIn(look) }, row);
};

const readEdited = async (deps: EditDeps, scene: Scene, { look, ticket }: Owned): Promise<void> => {
  for (const touched of touchedBy(look.edit, scene.nameOf)) {
    const row = await deps.rows.find(ticket);
    if (row?.place?.recordId !== look.edit.recordId) return;
    await applyEdit(deps, {
      row,
      cells: cellsIn(look),
      touched,
      sight: { ...scene.sight, unshown: row.unshown },
      stamp: look.edit.stamp,
    });
  }
  await readChecked(deps, { look, ticket });
};

const readDeleted = async (deps: EditDeps, { sight }: Scene, { look, ticket }: Owned): Promise<void> => {
  const { recordId, touches } = look.edit;
  const [row, found] = await Promise.all([deps.rows.find(ticket), deps.rows.findTicket(ticket)]);
  // A row that we deleted or moved ourselves stands elsewhere by now.
  if (!row || !found || row.place?.recordId !== recordId) return;
  if (keyFor(found.ticket, row.place, sight) === undefined) return;
  const who = touches.findLast(({ action }) => action === 'deleted')?.who;
  await restoreRow(deps, row, await whoIs(deps, who));
};

type Owned = { readonly look: Look; readonly ticket: string };

const readOne = async (deps: EditDeps, scene: Scene, look: Look): Promise<Result> => {
  const { edit, record } = look;
  const ticket = await deps.rows.ticketOf(edit.recordId);
  if (ticket !== undefined) {
    await (record ? readEdited : readDeleted)(deps, scene, { look, ticket });
    return { ticket, edit };
  }
  if (scene.isUnsure) return {};
  if (!record || cellsIn(look)[hintColumn] === byHand) return { edit };
  return { edit, answer: edit.recordId };
};

const answerByHand = async (deps: EditDeps, table: BaseTable, answers: readonly string[]): Promise<void> => {
  const written = await writeRows(deps.hands, answers, (ids) => async () => {
    const rows = ids.map((recordId) => ({ recordId, fields: { [hintColumn]: byHand } }));
    return mapOk(await deps.bitable.updateRecords(table, rows), () => ids);
  });
  goOn(written);
};

const readPart = async (
  deps: EditDeps,
  scene: Scene,
  part: readonly BaseEdit[],
): Promise<readonly Result[]> => {
  const { table } = scene;
  const ids = part.map(({ recordId }) => recordId);
  const { records } = dataOf(await deps.hands(() => deps.bitable.getRecords(table, ids)));
  const byId = new Map(records.map((record) => [record.recordId, record]));
  const results = await someAtOnce(part, (edit) =>
    readOne(deps, scene, { edit, record: byId.get(edit.recordId) }),
  );
  await answerByHand(
    deps,
    table,
    results.flatMap(({ answer }) => answer ?? []),
  );
  return results;
};

const sceneOf = (home: Ready, tableId: string, sight: Sight): Scene => {
  const known = Object.values(home.tables).find((table) => table.tableId === tableId);
  const names = new Map(Object.entries(known?.fields ?? {}).map(([name, id]) => [id, name]));
  return {
    table: { appToken: home.appToken, tableId },
    sight,
    nameOf: (fieldId) => names.get(fieldId),
    isUnsure: home.creating?.tableId === tableId,
  };
};

export type ReadEdits = { readonly tickets: readonly string[]; readonly finish: () => Promise<unknown> };

/**
 * What people changed in our tables, done to the tickets. `finish` when their rows have been projected: an answer to an
 * edit must not be lost between the two.
 */
export const readEdits = async (
  deps: EditDeps,
  home: Ready,
  edits: readonly BaseEdit[],
): Promise<ReadEdits> => {
  const sight = await deps.sightOf(home);
  const results: Result[] = [];
  for (const [tableId, group] of Map.groupBy(edits, (edit) => edit.tableId)) {
    const scene = sceneOf(home, tableId, sight);
    for (let from = 0; from < group.length; from += mostRecords)
      results.push(...(await readPart(deps, scene, group.slice(from, from + mostRecords))));
  }
  const read = results.flatMap(({ edit }) => edit ?? []);
  return {
    tickets: [...new Set(results.flatMap(({ ticket }) => ticket ?? []))],
    finish: () => someAtOnce(read, (edit) => deps.queue.finish(edit)),
  };
};
