import { errorFields, log } from '../../shared/log.ts';
import { rulesVersionOf } from '../../shared/settings/in-force.ts';
import type { Recount, Recounts } from '../../shared/store/recounts.ts';
import type { Tickets } from '../../shared/store/tickets.ts';
import { type ChangeDeps, changeTicket } from '../../shared/tickets/change.ts';
import { isOpen, type Ticket } from '../../shared/tickets/ticket.ts';

export type RecountDeps = {
  readonly recounts: Recounts;
  readonly tickets: Pick<Tickets, 'listOfTeam' | 'listUnassigned'>;
  readonly changing: ChangeDeps;
};

/** So many a minute: their rungs come due after one another, and nobody gets a hundred cards at once. */
const mostPerRun = 200;
const atOnce = 16;

/** All that is open, by number, so that a run knows where the last one ended. */
const openTickets = async ({ tickets, changing }: RecountDeps): Promise<readonly string[]> => {
  const { teams } = (await changing.rules()).desk;
  const lists = await Promise.all(
    teams.flatMap(({ id }) => [tickets.listOfTeam(id), tickets.listUnassigned(id)]),
  );
  return [...new Set(lists.flat())].sort();
};

const isBehind = (ticket: Ticket, { priorities, sla }: Recount): boolean =>
  isOpen(ticket) && priorities.includes(ticket.priority) && rulesVersionOf('sla', ticket.rulesVersion) < sla;

/** Its clocks run anew by the rules in force: pauses and breaches stay as its history has them. */
const recountOne = async ({ changing }: RecountDeps, recount: Recount, id: string): Promise<number> => {
  const changed = await changeTicket(changing)(id, (ticket, { desk }) => {
    if (!isBehind(ticket, recount)) return { intents: [], result: 0 };
    const changes = [{ do: 'rules_changed' as const, version: desk.version }];
    const by = { kind: 'rule', rule: '时效与升级' } as const;
    return { intents: [{ id, before: ticket, by, changes }], result: 1 };
  });
  return changed?.result ?? 0;
};

/** The next of them, and whether those were the last. */
const recountSome = async (
  deps: RecountDeps,
  recount: Recount,
): Promise<{ readonly recounted: number; readonly rest: Pick<Recount, 'priorities' | 'after'> }> => {
  const left = (await openTickets(deps)).filter((id) => id > recount.after);
  const part = left.slice(0, mostPerRun);
  let recounted = 0;
  for (let from = 0; from < part.length; from += atOnce) {
    const some = part.slice(from, from + atOnce).map((id) => recountOne(deps, recount, id));
    recounted += (await Promise.all(some)).reduce((sum, one) => sum + one, 0);
  }
  const isDone = part.length === left.length;
  const rest = isDone
    ? { priorities: [], after: '' }
    : { priorities: recount.priorities, after: part.at(-1) ?? '' };
  return { recounted, rest };
};

/** A few of the open tickets whose 时效 changed; the next minute takes the next. Tickets opened meanwhile have the new rules. */
export const recountTickets = async (deps: RecountDeps): Promise<number> => {
  try {
    const recount = await deps.recounts.find();
    if (!recount || recount.priorities.length === 0) return 0;
    const { desk } = await deps.changing.rules();
    // The rules are cached for a minute.
    if (rulesVersionOf('sla', desk.version) < recount.sla) return 0;
    const { recounted, rest } = await recountSome(deps, recount);
    await deps.recounts.put({ ...rest, sla: recount.sla }, recount);
    return recounted;
  } catch (error) {
    // Rows of Base must not wait for it; the next minute tries again.
    log.error('recount_failed', errorFields(error));
    return 0;
  }
};
