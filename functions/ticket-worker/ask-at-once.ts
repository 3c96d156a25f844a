import { asksAtOnce } from '../../config/tickets/routing.ts';
import { type AssignDeps, byRouting, chooseOwner, ownedBy } from '../../shared/tickets/assign.ts';
import { changeTicket, type Plan } from '../../shared/tickets/change.ts';
import { childOf } from '../../shared/tickets/desk-asking.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import { type AskKind, isOpen, type Ticket } from '../../shared/tickets/ticket.ts';

/** Whom a grave case must be asked of before anybody has read it: 请品控判定 for food safety. Once asked, never again. */
export const askDue = ({ kind, priority, category, children }: Ticket): AskKind | undefined => {
  if (kind !== 'case') return undefined;
  const due = asksAtOnce.find((each) => each.group === category?.group && each.priority === priority);
  return children.some(({ ask }) => ask === due?.ask) ? undefined : due?.ask;
};

const planFor =
  (deps: AssignDeps) =>
  async (parent: Ticket, rules: Rules): Promise<Plan<undefined>> => {
    const ask = isOpen(parent) ? askDue(parent) : undefined;
    if (ask === undefined) return { intents: [], result: undefined };
    const asked = { ask, team: rules.desk.askTeams[ask] };
    const child = `${parent.ticket}-${parent.children.length + 1}`;
    const wish = { ticket: child, team: asked.team, priority: parent.priority, agents: [] };
    const { changes, also } = ownedBy(await chooseOwner(deps)(wish, rules));
    const opened = childOf(parent, asked, deps.now());
    return {
      intents: [
        {
          id: parent.ticket,
          before: parent,
          by: byRouting,
          changes: [{ do: 'child_opened', child, ...asked }],
        },
        { id: child, before: undefined, by: byRouting, changes: [opened, ...changes] },
      ],
      also,
      result: undefined,
    };
  };

/** Asks it, with an owner, in one transaction with its parent's word of it. Throws ConflictError `ticket_changed_meanwhile`. */
export const askAtOnce =
  (deps: AssignDeps) =>
  async (ticket: Ticket): Promise<void> => {
    if (isOpen(ticket) && askDue(ticket)) await changeTicket(deps)(ticket.ticket, planFor(deps));
  };
