import { isDeepStrictEqual } from 'node:util';
import type { InForce } from './in-force.ts';
import type { Known } from './known.ts';
import type { BaseRecord, Kept, ReadRow, Sheet } from './sheet.ts';

export type Candidates = {
  readonly read: readonly ReadRow[];
  /** What would be in force if nobody objected. */
  readonly after: readonly Kept[];
  /** By record: why it doesn't count, in words. */
  readonly problems: ReadonlyMap<string, readonly string[]>;
  /** Deleted in Base although they may not go: they are put there again. */
  readonly restore: readonly Kept[];
};

type Table = {
  readonly sheet: Sheet;
  readonly records: readonly BaseRecord[];
  readonly inForce: InForce;
  readonly known: Known;
};

const rowFor = (read: ReadRow, inForce: InForce): readonly Kept[] => {
  const { id, isOn, isBlank, row, problems } = read;
  if (!isOn || isBlank) return [];
  if (problems.length === 0 && row !== undefined) return [{ id, row }];
  return inForce.rows.filter((kept) => kept.id === id);
};

/** Puts the rows that may not change back to what they were. */
const takeBack = (
  before: readonly Kept[],
  after: readonly Kept[],
  ids: ReadonlySet<string>,
): readonly Kept[] => {
  const old = before.filter(({ id }) => ids.has(id));
  const kept = after.flatMap((each) => {
    if (!ids.has(each.id)) return [each];
    return old.filter(({ id }) => id === each.id);
  });
  return [...kept, ...old.filter(({ id }) => !after.some((each) => each.id === id))];
};

type Round = { readonly after: readonly Kept[]; readonly problems: Map<string, readonly string[]> };

/** Taking one row back may let another object; a table that never comes to rest changes nothing. */
const maxRounds = 5;

const withoutObjections = (
  { sheet, inForce, known }: Table,
  { after: wanted, problems }: Round,
): readonly Kept[] => {
  const before = inForce.rows;
  let after = wanted;
  for (let round = 0; round < maxRounds; round += 1) {
    const objections = sheet.objections({ before, after }, known);
    if (objections.length === 0) return after;
    const rowOf = (rows: readonly Kept[], id: string) => rows.find((kept) => kept.id === id)?.row;
    // Of two that can't stand side by side the one that was there stays.
    const mine = objections.filter(({ id }) => !isDeepStrictEqual(rowOf(before, id), rowOf(after, id)));
    for (const { id, problem } of mine) problems.set(id, [...(problems.get(id) ?? []), problem]);
    after = takeBack(before, after, new Set(mine.map(({ id }) => id)));
  }
  return before;
};

/** Rows that are right by themselves and beside each other; the others keep what they had. */
export const candidatesOf = (table: Table): Candidates => {
  const { sheet, records, inForce, known } = table;
  const read = sheet.read(records, known).filter(({ isOver }) => !isOver);
  const problems = new Map(
    read
      .filter(({ isOn, isBlank, problems: found }) => isOn && !isBlank && found.length > 0)
      .map(({ id, problems: found }) => [id, found]),
  );
  const wanted = read.flatMap((each) => rowFor(each, inForce));
  const after = withoutObjections(table, { after: wanted, problems });
  return {
    read,
    after,
    problems,
    restore: after.filter(({ id }) => !read.some((each) => each.id === id)),
  };
};
