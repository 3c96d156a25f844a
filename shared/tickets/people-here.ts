import type { People, Person } from '../store/people.ts';

const cacheMs = 60_000;

/** Everybody who is here, read once a minute. */
export const peopleHere = (
  people: Pick<People, 'listHere'>,
  now: () => Date,
): (() => Promise<readonly Person[]>) => {
  let known: { readonly people: Promise<readonly Person[]>; readonly until: number } | undefined;
  return () => {
    const at = now().getTime();
    if (known && at < known.until) return known.people;
    const found = people.listHere();
    known = { people: found, until: at + cacheMs };
    // A failure is nobody's answer for a minute.
    found.catch(() => {
      known = undefined;
    });
    return found;
  };
};
