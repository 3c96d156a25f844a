import { type Random, seededRandom } from '../bi/random.ts';
import { type Company, type Department, type Group, hexOf, type Person } from '../company.ts';
import { type Unit, unitsFor } from './departments.ts';
import { nameOf } from './names.ts';

export type CompanySize = {
  /** All who ever had an account and still have a row, those who left among them; at least 1. */
  readonly people: number;
  readonly seed: number;
  readonly botAppIds?: readonly string[];
};

const IN_TWO_DEPARTMENTS = 0.02;

type Seat = {
  readonly unit: Unit;
  readonly leads: boolean;
  readonly userId: string;
  readonly number: number;
};
type Ids = {
  readonly of: (kind: string, name: string, length?: number) => string;
  readonly department: (name: string) => string;
};

const idsFor = (seed: number): Ids => {
  const of: Ids['of'] = (kind, name, length) => hexOf(`crowd:${seed}:${kind}:${name}`, length);
  return { of, department: (name) => (name === '' ? '0' : of('department', name, 12)) };
};

const seatsOf = (units: readonly Unit[], ids: Ids): readonly Seat[] =>
  units
    .flatMap((unit) => Array.from({ length: unit.seats }, (_, at) => ({ unit, leads: at === 0 })))
    .map((seat, index) => ({ ...seat, number: index + 1, userId: ids.of('user', String(index), 12) }));

const headsOf = (seats: readonly Seat[]): ReadonlyMap<string, string> =>
  new Map(seats.filter(({ leads }) => leads).map(({ unit, userId }) => [unit.name, userId]));

/** A head reports to the head one level up, in the end to the general manager, who reports to nobody. */
const managerOf = ({ unit, leads, userId }: Seat, heads: ReadonlyMap<string, string>): string | undefined => {
  const manager = heads.get(leads ? unit.above : unit.name);
  return manager === userId ? undefined : manager;
};

type State = Pick<Person, 'resigned' | 'isActivated' | 'isFrozen'> & { readonly isOutside?: true };
const WELL: State = { resigned: false };

/** Shares among those who lead nobody, so that the lines of a hierarchy never end at somebody who is gone. */
const STATES: readonly { readonly share: number; readonly state: State }[] = [
  { share: 0.02, state: { resigned: true } },
  { share: 0.01, state: { resigned: false, isActivated: false } },
  { share: 0.003, state: { resigned: false, isFrozen: true } },
  { share: 0.01, state: { resigned: false, isOutside: true } },
];

const shuffled = <T>(items: readonly T[], { whole }: Random): readonly T[] => {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = whole(0, last);
    const [a, b] = [mixed[last], mixed[other]];
    if (a !== undefined && b !== undefined) [mixed[last], mixed[other]] = [b, a];
  }
  return mixed;
};

/** By the number of the seat: exact shares, so that 300 people have some of each. */
const statesOf = (seats: readonly Seat[], random: Random): ReadonlyMap<number, State> => {
  const members = shuffled(
    seats.filter(({ leads }) => !leads),
    random,
  );
  const states = STATES.flatMap(({ share, state }) =>
    Array.from({ length: Math.round(share * members.length) }, () => state),
  );
  return new Map(states.map((state, at) => [members[at]?.number ?? 0, state]));
};

const joinedAt = ({ whole }: Random): number =>
  Date.UTC(2016 + whole(0, 9), whole(0, 11), whole(1, 28), 1) / 1000;

type Making = {
  readonly ids: Ids;
  readonly units: readonly Unit[];
  readonly heads: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<number, State>;
  readonly random: Random;
};
type Made = { readonly person: Person; readonly isOutside: boolean };

const departmentsOf = ({ unit, leads }: Seat, { ids, units, random }: Making): readonly string[] => {
  const other = units[random.whole(1, units.length) - 1] ?? unit;
  const isInTwo = random.next() < IN_TWO_DEPARTMENTS && !leads && other !== unit;
  return [unit, ...(isInTwo ? [other] : [])].map(({ name }) => ids.department(name));
};

const makePerson = (seat: Seat, making: Making): Made => {
  const { ids, heads, states, random } = making;
  const { number, userId, unit } = seat;
  const { isOutside = false, ...state } = states.get(number) ?? WELL;
  const person = {
    unionId: `on_${ids.of('union', String(number))}`,
    userId,
    name: nameOf(random),
    employeeNo: `BH${String(number).padStart(5, '0')}`,
    jobTitle: seat.leads ? unit.leaderTitle : random.pick(unit.titles),
    departmentIds: departmentsOf(seat, making),
    leaderUserId: managerOf(seat, heads),
    email: `${userId}@bohe.example`,
    mobile: `+86199${String(number).padStart(8, '0')}`,
    joinedAtSeconds: joinedAt(random),
    ...state,
  };
  return { person, isOutside };
};

const departmentOf = ({ name, parent }: Unit, { ids, heads }: Making): Department => ({
  id: ids.department(name),
  openId: `od-${ids.of('open-department', name)}`,
  name,
  parentId: ids.department(parent),
  leaderUserId: heads.get(name) ?? '',
});

const everyone = (ids: Ids, people: readonly Person[], botAppIds: readonly string[]): Group => ({
  chatId: `oc_${ids.of('group', '全员群')}`,
  name: '全员群',
  ownerUserId: people[0]?.userId ?? '',
  memberUserIds: people.filter(({ resigned }) => !resigned).map(({ userId }) => userId),
  botAppIds,
});

/** A company of any size: the same size and seed give the same people and ids on every machine. All names are invented. */
export const companyOf = ({ people, seed, botAppIds = ['cli_a1zhida00000001'] }: CompanySize): Company => {
  if (!Number.isInteger(people) || people < 1) throw new RangeError('a company has at least one person');
  const ids = idsFor(seed);
  const units = unitsFor(people);
  const seats = seatsOf(units, ids);
  const random = seededRandom(seed);
  const making = { ids, units, heads: headsOf(seats), states: statesOf(seats, random), random };
  const made = seats.map((seat) => makePerson(seat, making));
  const all = made.map(({ person }) => person);
  return {
    tenantKey: ids.of('tenant', String(people), 16),
    name: '薄荷营养',
    departments: units.map((unit) => departmentOf(unit, making)),
    people: all,
    groups: [everyone(ids, all, botAppIds)],
    outOfRangeUserIds: made.filter(({ isOutside }) => isOutside).map(({ person }) => person.userId),
  };
};
