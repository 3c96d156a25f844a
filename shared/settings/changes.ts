import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Known } from './known.ts';
import type { Kept, Sheet } from './sheet.ts';

/** What happens to one row; without `row` it is no longer in force. */
export type RowChange = { readonly id: string; readonly row?: unknown };

const rowIn = (rows: readonly Kept[], wanted: string): unknown => rows.find(({ id }) => id === wanted)?.row;

export const changesBetween = (before: readonly Kept[], after: readonly Kept[]): readonly RowChange[] => [
  ...after
    .filter(({ id, row }) => !isDeepStrictEqual(rowIn(before, id), row))
    .map(({ id, row }) => ({ id, row })),
  ...before.filter(({ id }) => !after.some((kept) => kept.id === id)).map(({ id }) => ({ id })),
];

/** The rows after some of the changes: those that are there in their place, new ones at the end. */
export const withChanges = (before: readonly Kept[], changes: readonly RowChange[]): readonly Kept[] => {
  const changed = new Map(changes.map((change) => [change.id, change]));
  const kept = before.flatMap(({ id, row }) => {
    const change = changed.get(id);
    if (!change) return [{ id, row }];
    return change.row === undefined ? [] : [{ id, row: change.row }];
  });
  const added = changes.filter(({ id, row }) => row !== undefined && rowIn(before, id) === undefined);
  return [...kept, ...added.map(({ id, row }) => ({ id, row }))];
};

/** Equal changes have equal fingerprints: an approval is for these and no others. */
export const fingerprintOf = (changes: readonly RowChange[]): string => {
  const parts = changes.map(({ id, row }) => JSON.stringify([id, row ?? null])).sort();
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
};

/** 「P1 · 全部类别：首响（分） 15 → 30」: one line per row, for whoever looks at the change. */
export const linesOf = (
  sheet: Sheet,
  { before, changes }: { readonly before: readonly Kept[]; readonly changes: readonly RowChange[] },
  known: Known,
): readonly string[] =>
  changes.map(({ id, row }) => {
    const was = rowIn(before, id);
    if (row === undefined) return `停用 ${sheet.title(was, known)}`;
    if (was === undefined) return `新增 ${sheet.title(row, known)}：${sheet.difference({}, row, known)}`;
    return `${sheet.title(row, known)}：${sheet.difference(was, row, known)}`;
  });

/** More at once than somebody means when they change a value; new rows take nothing away. */
const bulkShare = 0.2;
/** In a table of five, two rows that two people changed in one second are no bulk. */
const bulkRows = 3;

/** Why somebody else should look at these changes before they count. */
export const reasonsFor = (
  sheet: Sheet,
  { before, changes }: { readonly before: readonly Kept[]; readonly changes: readonly RowChange[] },
  known: Known,
): readonly string[] => {
  if (changes.length === 0) return [];
  const touched = changes.filter(({ id }) => rowIn(before, id) !== undefined).length;
  const isBulk = touched >= bulkRows && touched > before.length * bulkShare;
  const risks = sheet.risks({ before, after: withChanges(before, changes) }, known);
  return [...risks, ...(isBulk ? [`一次改了 ${touched} 行，超过这张表的 20%`] : [])];
};
