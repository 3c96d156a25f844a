import type { Person } from '../store/people.ts';
import type { Desk } from './desk.ts';
import { isOfTeam, leadsOfTeam, teamOf, withRole } from './team-people.ts';
import type { Ticket, Who } from './ticket.ts';

/** What somebody is to a ticket; rights follow from it. */
export type Standing = {
  readonly who: Who;
  readonly isOwner: boolean;
  /** 组长 or 主管 of its team. */
  readonly isLead: boolean;
  readonly isMember: boolean;
  /** Statements about health in full: the owner, QA and legal only. */
  readonly seesHealth: boolean;
};

const has = (people: readonly Person[], somebody: Person): boolean =>
  people.some(({ person }) => person === somebody.person);

const isOfHealthTeams = (desk: Desk, somebody: Person, people: readonly Person[]): boolean => {
  const { qa, legal } = desk.askTeams;
  const teams = [qa, legal].flatMap((id) => teamOf(desk, id) ?? []);
  if (teams.some((team) => isOfTeam(desk, team, somebody))) return true;
  const [qaTeam, legalTeam] = teams;
  const { qaLead, legalLead } = desk.leaders;
  return (
    (qaTeam !== undefined && has(withRole(qaLead, qaTeam, people), somebody)) ||
    (legalTeam !== undefined && has(withRole(legalLead, legalTeam, people), somebody))
  );
};

export const standingOf = (
  { owner, team }: Pick<Ticket, 'owner' | 'team'>,
  somebody: Person,
  { desk, people }: { readonly desk: Desk; readonly people: readonly Person[] },
): Standing => {
  const its = teamOf(desk, team);
  const isOwner = owner?.person === somebody.person;
  return {
    who: { person: somebody.person, name: somebody.name },
    isOwner,
    isLead: its !== undefined && has(leadsOfTeam(its, people), somebody),
    isMember: its !== undefined && isOfTeam(desk, its, somebody),
    seesHealth: isOwner || isOfHealthTeams(desk, somebody, people),
  };
};
