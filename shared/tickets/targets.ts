import type { Person } from '../store/people.ts';
import type { Desk, RungTarget } from './desk.ts';
import { isDuring, isOnLeave } from './presence.ts';
import { teamOf, withRole } from './team-people.ts';
import type { Ticket, Who } from './ticket.ts';

type Somebody = Pick<Person, 'person' | 'name' | 'roles' | 'departments' | 'leave'>;

export type Present = {
  readonly desk: Desk;
  /** Everybody who is here. */
  readonly people: readonly Somebody[];
  readonly now: Date;
};

/** Who is told instead of somebody who is on leave or whom nobody has named. */
const above: Readonly<Record<RungTarget, RungTarget | undefined>> = {
  owner: 'lead',
  duty: 'lead',
  lead: 'head',
  head: 'director',
  qaLead: 'director',
  legalLead: 'director',
  director: 'vp',
  vp: undefined,
};

const onDuty = ({ desk, people, now }: Present, ticket: Ticket): readonly Somebody[] => {
  const rows = desk.rota.filter((row) => row.isDuty && row.team === ticket.team && isDuring(row, now));
  return people.filter(({ person }) => rows.some((row) => row.person === person));
};

/** A role is looked for in the departments of its team first. */
const holdersOf = (target: RungTarget, ticket: Ticket, present: Present): readonly Somebody[] => {
  const { desk, people } = present;
  const team = teamOf(desk, ticket.team) ?? teamOf(desk, desk.defaultTeam);
  const inTeam = (role: string, id?: string): readonly Somebody[] =>
    withRole(role, (id === undefined ? team : teamOf(desk, id)) ?? { departments: [] }, people);
  const find: Readonly<Record<RungTarget, () => readonly Somebody[]>> = {
    owner: () => people.filter(({ person }) => person === ticket.owner?.person),
    duty: () => onDuty(present, ticket),
    lead: () => (team ? inTeam(team.lead) : []),
    head: () => (team ? inTeam(team.head) : []),
    qaLead: () => inTeam(desk.leaders.qaLead, desk.askTeams.qa),
    legalLead: () => inTeam(desk.leaders.legalLead, desk.askTeams.legal),
    director: () => inTeam(desk.leaders.director),
    vp: () => inTeam(desk.leaders.vp),
  };
  return find[target]();
};

const chainOf = (target: RungTarget): readonly RungTarget[] => {
  const next = above[target];
  return next ? [target, ...chainOf(next)] : [target];
};

const heirsOf = (target: RungTarget, ticket: Ticket, present: Present): readonly Somebody[] => {
  const steps = chainOf(target).map((each) => holdersOf(each, ticket, present));
  const here = steps.map((holders) => holders.filter((somebody) => !isOnLeave(somebody, present.now)));
  const found = here.find((holders) => holders.length > 0) ?? steps.find((holders) => holders.length > 0);
  return found ?? [];
};

/**
 * Whom a rung tells, each once. Whoever is on leave or missing is followed by the one above, up to the vp; when all of
 * them are on leave, those who were meant are told after all. Nobody only when the directory knows none of them.
 */
export const resolveTargets = (
  targets: readonly RungTarget[],
  ticket: Ticket,
  present: Present,
): readonly Who[] => {
  const told = new Map(
    targets
      .flatMap((target) => heirsOf(target, ticket, present))
      .map(({ person, name }) => [person, { person, name }]),
  );
  return [...told.values()];
};
