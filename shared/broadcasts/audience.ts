import type { Person } from '../store/people.ts';
import type { Account, Audience, Circle } from './account.ts';
import type { Rights } from './steps.ts';

const dayMs = 86_400_000;

/** Where somebody stands in the company; `joinedAt` is when they came, as the directory says. */
export type Member = Pick<Person, 'person' | 'name' | 'departments' | 'roles' | 'joinedAt' | 'leader'>;

const isOneOf = (wanted: readonly string[] | undefined, own: readonly string[]): boolean =>
  wanted === undefined || wanted.some((name) => own.includes(name));

const hasJoinedWithin = (days: number | undefined, { joinedAt = '' }: Member, now: Date): boolean =>
  days === undefined || now.getTime() - Date.parse(joinedAt) <= days * dayMs;

const isInCircle = (member: Member, circle: Circle, now: Date): boolean =>
  isOneOf(circle.people, [member.person]) &&
  isOneOf(circle.departments, member.departments) &&
  isOneOf(circle.roles, member.roles) &&
  hasJoinedWithin(circle.joinedWithinDays, member, now);

const isInAny = (member: Member, circles: readonly Circle[], now: Date): boolean =>
  circles.some((circle) => isInCircle(member, circle, now));

const isMeant = (member: Member, audience: Audience, now: Date): boolean =>
  ('everyone' in audience || isInAny(member, audience.any, now)) && !isInAny(member, audience.except, now);

/** What somebody may do with the posts of an account. */
export const rightsOf = (member: Member, { editors, approvers }: Account, now: Date): Rights => ({
  isEditor: isInAny(member, editors, now),
  isApprover: isInAny(member, approvers, now),
});

/** Why nothing reaches somebody who is meant: they are 不可触达, never 未读. */
export type Unreachable = 'not_activated' | 'out_of_scope' | 'unknown_person';

export type Meant = {
  readonly reachable: readonly Person[];
  readonly unreachable: readonly {
    readonly person: string;
    readonly name: string;
    readonly reason: Unreachable;
    readonly departments: readonly string[];
  }[];
};

type Company = { readonly here: readonly Person[]; readonly outside: readonly Person[] };

const namedPeople = (audience: Audience): readonly string[] =>
  'everyone' in audience ? [] : audience.any.flatMap(({ people = [] }) => people);

/** Everybody who is meant now. People who are named and whom nobody knows are unreachable, not forgotten. */
export const findMeant = ({ here, outside }: Company, audience: Audience, now: Date): Meant => {
  const meant = here.filter((person) => isMeant(person, audience, now));
  const known = new Set([...here, ...outside].map(({ person }) => person));
  const lost = namedPeople(audience).filter((person) => !known.has(person));
  return {
    reachable: meant.filter(({ notActivated }) => notActivated !== true),
    unreachable: [
      ...meant
        .filter(({ notActivated }) => notActivated === true)
        .map((each) => ({ ...placeOf(each), reason: 'not_activated' as const })),
      ...outside
        .filter((person) => isMeant(person, audience, now))
        .map((each) => ({ ...placeOf(each), reason: 'out_of_scope' as const })),
      ...lost.map((person) => ({ person, name: '', departments: [], reason: 'unknown_person' as const })),
    ],
  };
};

const placeOf = ({ person, name, departments }: Person) => ({ person, name, departments });
