import type { Person } from '../store/people.ts';
import type { Desk } from '../tickets/desk.ts';

export type Colleague = Pick<Person, 'person' | 'name' | 'roles' | 'departments'>;

/** What a row may name: the company as it is when the row is read. */
export type Known = {
  readonly desk: Desk;
  readonly people: readonly Colleague[];
  readonly now: Date;
};

export const nameOf = ({ people }: Known, unionId: string): string =>
  people.find(({ person }) => person === unionId)?.name ?? '已离职人员';
