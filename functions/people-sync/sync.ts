import { recordPerson } from '../../shared/directory.ts';
import { UpstreamError } from '../../shared/errors.ts';
import type { Directory } from '../../shared/feishu/contact.ts';
import { isSwitchedOff } from '../../shared/feishu/feature.ts';
import { dataOf, type Outcome } from '../../shared/feishu/outcome.ts';
import type { People } from '../../shared/store/people.ts';

export type SyncDeps = {
  readonly people: People;
  readonly readDirectory: () => Promise<Outcome<Directory>>;
};

export type SyncCounts = {
  readonly recorded: number;
  readonly left: number;
  /** 1: the app has no scope to read the directory, so nothing was changed. */
  readonly off?: number;
};

/** Levels; ends a circle that a directory should never have. */
const deepestTree = 20;

/** A directory that lost half of its people overnight is a lost permission, not a catastrophe in the company. */
const refuseShrunken = (before: number, after: number): void => {
  if (before >= 10 && after < before / 2) {
    throw new UpstreamError(
      'directory_shrunken',
      'the directory shows less than half of the people known so far',
      {
        details: { before, after },
      },
    );
  }
};

/** A department's name and those above it: who works in 华东大区 › 上海 belongs to 华东大区 too. */
const lineageIn = (departments: Directory['departments']): ((id: string) => readonly string[]) => {
  const byId = new Map(departments.map((department) => [department.id, department]));
  const above = (id: string, left: number): readonly string[] => {
    const found = byId.get(id);
    return found && left > 0 ? [found.name, ...above(found.parentId, left - 1)] : [];
  };
  return (id) => above(id, deepestTree);
};

/** Everybody in the app's contact scope is recorded; who was here and isn't in it any more is gone. */
export const syncPeople =
  ({ people, readDirectory }: SyncDeps) =>
  async (now: Date): Promise<SyncCounts> => {
    const read = await readDirectory();
    if (isSwitchedOff('directory', read)) return { recorded: 0, left: 0, off: 1 };
    const directory = dataOf(read);
    const before = await people.listHere();
    refuseShrunken(before.length, directory.people.length);
    const lineage = lineageIn(directory.departments);
    const present = new Set(directory.people.map(({ unionId }) => unionId));
    const record = recordPerson(people);
    let recorded = 0;
    for (const person of directory.people) {
      const departments = [...new Set(person.departmentIds.flatMap(lineage))];
      if ((await record(person, departments, now)) === 'person_recorded') recorded += 1;
    }
    const gone = before.filter(({ person }) => !present.has(person));
    for (const { person } of gone) await people.recordLeft(person, { at: now, reason: 'out_of_scope' });
    return { recorded, left: gone.length };
  };
