import * as z from 'zod';
import { daySchema } from '../../shared/calendar/day.ts';
import { findPerson } from '../../shared/find-person.ts';
import type { People, Person } from '../../shared/store/people.ts';

export const day = z
  .string()
  .refine((text) => z.safeParse(daySchema, text).success, 'is not a date YYYY-MM-DD');

/** By union_id, job number or name; by union_id also who has left: they ask why, too. */
export const anyoneCalled = async (people: People, wanted: string): Promise<Person> => {
  const known = wanted.startsWith('on_') ? await people.find(wanted) : undefined;
  return known ?? findPerson(wanted, await people.listHere());
};
