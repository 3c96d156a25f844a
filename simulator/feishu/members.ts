import type { Person } from '../company.ts';

type Members = {
  /** union_ids, in the order in which they came. */
  readonly of: (departmentId: string) => readonly string[];
  readonly move: (before: Person | undefined, after: Person) => void;
};

/** Who works directly in which department: a page of 50 costs no walk through 10,000. */
export const createMembers = (people: readonly Person[]): Members => {
  const byDepartment = new Map<string, Set<string>>();
  const move: Members['move'] = (before, { unionId, resigned, departmentIds }) => {
    const now = resigned ? [] : departmentIds;
    const left = (before?.departmentIds ?? []).filter((id) => !now.includes(id));
    for (const id of left) byDepartment.get(id)?.delete(unionId);
    for (const id of now) byDepartment.set(id, (byDepartment.get(id) ?? new Set()).add(unionId));
  };
  for (const person of people) move(undefined, person);
  return { of: (id) => [...(byDepartment.get(id) ?? [])], move };
};

/** Whether a user_id stands in a list that never changes; each list is made a set once. */
export const createLists = (): ((list: readonly string[], userId: string) => boolean) => {
  const sets = new WeakMap<readonly string[], ReadonlySet<string>>();
  return (list, userId) => {
    const known = sets.get(list) ?? new Set(list);
    sets.set(list, known);
    return known.has(userId);
  };
};
