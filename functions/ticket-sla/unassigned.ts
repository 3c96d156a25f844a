import { keepCard } from '../../shared/delivery/keep-card.ts';
import { deliveryElementId } from '../../shared/feishu/cards.ts';
import type { Team } from '../../shared/tickets/desk.ts';
import { unassignedCard } from '../../shared/tickets/list-cards.ts';
import { listSubject, unassignedOfTeam } from '../../shared/tickets/redraw.ts';
import type { Rules } from '../../shared/tickets/rules.ts';
import { type Shift, shiftsAt, slotName } from '../../shared/tickets/shifts.ts';
import { resolveTargets } from '../../shared/tickets/targets.ts';
import type { TellListsDeps } from './lists.ts';

/** Somebody may be done with something first. */
const graceMs = 10 * 60_000;
/** At most one card in two hours of a shift. */
const slotMs = 2 * 3_600_000;

const slotOf = ({ from }: Shift, now: Date): string =>
  slotName(from + Math.floor((now.getTime() - from) / slotMs) * slotMs);

const tellLead = async (
  deps: TellListsDeps,
  { team, shift, rules }: { readonly team: Team; readonly shift: Shift; readonly rules: Rules },
): Promise<number> => {
  const now = deps.now();
  const tickets = await unassignedOfTeam(deps, team.id);
  const [first] = tickets.filter(
    ({ assignmentFailedAt = '' }) => now.getTime() - Date.parse(assignmentFailedAt) >= graceMs,
  );
  if (!first) return 0;
  const subject = listSubject.unassigned(team.id, slotOf(shift, now));
  const leads = resolveTargets(['lead'], first, { desk: rules.desk, people: await deps.people(), now });
  for (const { person: recipient } of leads) {
    const place = { subject, recipient };
    if (await deps.deliveries.find(place)) continue;
    const id = deliveryElementId(subject, recipient);
    const kept = await keepCard(deps.contents)(unassignedCard(place, team, tickets), { id });
    const to = { receiveIdType: 'union_id', receiveId: recipient, sender: deps.sender } as const;
    const about = { eventAt: now, validUntil: new Date(shift.to), urgency: 'p1' } as const;
    await deps.sendNow({ ...place, ...to, ...about, ...kept });
  }
  return leads.length;
};

/** While a team is at work and nobody of it has room, its lead knows; by night what comes waits for the morning. */
export const tellUnassigned =
  (deps: TellListsDeps) =>
  async (now: Date): Promise<{ readonly nobody: number }> => {
    const rules = await deps.rules();
    let nobody = 0;
    for (const team of rules.desk.teams) {
      const [shift] = shiftsAt(team, rules, now);
      if (shift) nobody += await tellLead(deps, { team, shift, rules });
    }
    return { nobody };
  };
