import type { People, Person } from '../store/people.ts';

const cacheMs = 60_000;

/** Everybody who works here, read once a minute. */
export const whoIsHere = (
  { listHere }: Pick<People, 'listHere'>,
  now: () => Date,
): (() => Promise<readonly Person[]>) => {
  let known: { readonly people: readonly Person[]; readonly until: number } | undefined;
  return async () => {
    const at = now().getTime();
    if (known && at < known.until) return known.people;
    known = { people: await listHere(), until: at + cacheMs };
    return known.people;
  };
};
