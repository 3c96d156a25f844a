import { ConflictError, NotFoundError } from './errors.ts';
import type { Person } from './store/people.ts';

const called = (wanted: string, here: readonly Person[]): readonly Person[] =>
  here.filter(({ person, employeeNo, name }) => [person, employeeNo, name].includes(wanted));

/** Who was asked for is told to whoever asked, in `details`; a message may be logged, so it names nobody. */
const unknown = (people: readonly string[]): NotFoundError =>
  new NotFoundError('unknown_person', 'nobody here has this union_id, job number or name', {
    details: { people },
  });

/** The one person here with this union_id, job number or name. Throws `unknown_person`, `ambiguous_person`. */
export const findPerson = (wanted: string, here: readonly Person[]): Person => {
  const [first, ...others] = called(wanted, here);
  if (!first) throw unknown([wanted]);
  if (others.length === 0) return first;
  const jobNumbers = [first, ...others].map(({ person, employeeNo }) => employeeNo ?? person).sort();
  throw new ConflictError('ambiguous_person', 'several people have this name: use the job number', {
    details: { people: [wanted], jobNumbers },
  });
};

/** The same for a list; everybody who is unknown is told at once. */
export const findPeople = (wanted: readonly string[], here: readonly Person[]): readonly Person[] => {
  const missing = wanted.filter((who) => called(who, here).length === 0);
  if (missing.length > 0) throw unknown(missing);
  return wanted.map((who) => findPerson(who, here));
};
