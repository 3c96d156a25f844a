import type { Person } from '../store/people.ts';
import type { Desk, Team } from './desk.ts';

type Somebody = Pick<Person, 'person' | 'name' | 'roles' | 'departments'>;

const overlaps = (some: readonly string[], others: readonly string[]): boolean =>
  some.some((one) => others.includes(one));

/** By department, by role, or because the rota names them. */
export const isOfTeam = ({ rota }: Pick<Desk, 'rota'>, team: Team, somebody: Somebody): boolean =>
  overlaps(team.departments, somebody.departments) ||
  overlaps(team.roles, somebody.roles) ||
  rota.some((duty) => duty.team === team.id && duty.person === somebody.person);

/** Everybody of a team, in an order that is the same for whoever asks. */
export const peopleOfTeam = <P extends Somebody>(
  desk: Desk,
  team: Team,
  people: readonly P[],
): readonly P[] =>
  people
    .filter((somebody) => isOfTeam(desk, team, somebody))
    .toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));

/** Who has the role in the team's departments; when nobody there has it, whoever has it. */
export const withRole = <P extends Somebody>(
  role: string,
  { departments }: Pick<Team, 'departments'>,
  people: readonly P[],
): readonly P[] => {
  const holders = people.filter(({ roles }) => roles.includes(role));
  const near = holders.filter((somebody) => overlaps(somebody.departments, departments));
  return near.length > 0 ? near : holders;
};

/** 组长 and 主管 of a team: they may act on every ticket of it. */
export const leadsOfTeam = <P extends Somebody>(team: Team, people: readonly P[]): readonly P[] => [
  ...new Set([...withRole(team.lead, team, people), ...withRole(team.head, team, people)]),
];

export const teamOf = ({ teams }: Pick<Desk, 'teams'>, id: string): Team | undefined =>
  teams.find((team) => team.id === id);
