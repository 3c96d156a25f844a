import { setTimeout as wait } from 'node:timers/promises';
import { UpstreamError } from '../../shared/errors.ts';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import { drainTeam } from '../../shared/tickets/assign.ts';
import type { BuyerRefs } from '../../shared/tickets/buyer-refs.ts';
import { isOpen, type Ticket } from '../../shared/tickets/ticket.ts';
import { ensureBatchEvent } from './batch-event.ts';
import { changeCase } from './change-case.ts';
import { factsOf, verdictOf } from './facts.ts';
import { newNumber, type OpenDeps, openCase } from './open-case.ts';

export type IngestDeps = OpenDeps & { readonly refsOf: (event: SourceEvent) => BuyerRefs };

export type Ingested = { readonly ticket: string; readonly did: 'opened' | 'changed' | 'unchanged' };

/** Each time somebody else was faster. */
const maxRounds = 10;
/** From then on nobody is looked for in the same transaction: the row of a team's router is what many write at once. */
const roundsWithOwner = 5;
const longestPauseMs = 80;

/** What a crash may have left undone: asked again for every event of the ticket, answered from its rows. */
const settle = async (deps: IngestDeps, ticket: Ticket | undefined): Promise<void> => {
  if (!ticket) return;
  await ensureBatchEvent(deps)(ticket);
  const waits = isOpen(ticket) && !ticket.owner && ticket.assignmentFailedAt === undefined;
  if (waits) await drainTeam(deps)(ticket.team);
};

/**
 * One event of a source into its ticket, once: worked off again, in another order or after a crash between any two
 * writes it leads to the same. Throws UpstreamError `tickets_busy` when others were faster in every round.
 */
export const ingest =
  (deps: IngestDeps) =>
  async (event: SourceEvent, receivedAt: string): Promise<Ingested> => {
    const facts = factsOf(event, deps.refsOf(event), deps.now());
    let id: string | undefined;
    for (let round = 0; round < maxRounds; round += 1) {
      if (round > 0) await wait(Math.random() * longestPauseMs);
      const known = await deps.keys.findCase(event);
      if (known) {
        const changed = await changeCase(deps)(facts, known);
        if (!changed) continue;
        await settle(deps, changed.after);
        return { ticket: changed.after.ticket, did: changed.result === 'changed' ? 'changed' : 'unchanged' };
      }
      const rules = await deps.rules();
      const verdict = verdictOf(facts, rules.desk);
      id ??= await newNumber(deps, 'T');
      const withOwner = round < roundsWithOwner;
      if (await openCase(deps)({ facts, verdict, id, receivedAt, rules, withOwner })) {
        await settle(deps, await deps.tickets.find(id));
        return { ticket: id, did: 'opened' };
      }
    }
    throw new UpstreamError('tickets_busy', 'others changed what this event is about in every round');
  };
