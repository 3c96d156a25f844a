import type { Delivery } from '../../shared/store/delivery.ts';
import { listSubject } from '../../shared/tickets/redraw.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import { shiftsAt, slotName } from '../../shared/tickets/shifts.ts';
import { teamOf } from '../../shared/tickets/team-people.ts';
import type { Ticket } from '../../shared/tickets/ticket.ts';
import type { FlowDeps } from './flow.ts';

/** The lists of the running shift on which it stands: those of a team that is told by lists. */
const listsOf = ({ team }: Ticket, rules: Rules, now: Date): readonly string[] => {
  const its = teamOf(rules.desk, team);
  if (its?.told !== 'list') return [];
  return shiftsAt(its, rules, now).map(({ from }) => listSubject.team(team, slotName(from)));
};

/** Copies of lists that a change of the ticket changes; ten quick changes make one PATCH. */
export const listCopies = async (
  { deliveries, now }: Pick<FlowDeps, 'deliveries' | 'now'>,
  ticket: Ticket,
  rules: Rules,
): Promise<readonly Delivery[]> => {
  const subjects = listsOf(ticket, rules, now());
  return (await Promise.all(subjects.map((subject) => deliveries.listOfSubject(subject)))).flat();
};
