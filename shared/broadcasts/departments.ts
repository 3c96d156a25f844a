import type { Person } from '../store/people.ts';

/** Departments of whoever works here, the largest first. */
export const departmentsIn = (people: readonly Pick<Person, 'departments'>[]): readonly string[] => {
  const sizes = new Map<string, number>();
  for (const name of people.flatMap(({ departments }) => departments))
    sizes.set(name, (sizes.get(name) ?? 0) + 1);
  return [...sizes]
    .toSorted(([one, a], [other, b]) => b - a || one.localeCompare(other))
    .map(([name]) => name);
};
