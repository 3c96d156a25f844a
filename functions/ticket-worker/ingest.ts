import { setTimeout as wait } from 'node:timers/promises';
import { UpstreamError } from '../../shared/errors.ts';
import type { SourceEvent } from '../../shared/sources/source-event.ts';
import { assignTicket, drainTeam } from '../../shared/tickets/assign.ts';
import type { BuyerRefs } from '../../shared/tickets/buyer-refs.ts';
import { standingFor } from '../../shared/tickets/merge.ts';
import { isOpen, type Ticket } from '../../shared/tickets/ticket.ts';
import { askAtOnce } from './ask-at-once.ts';
import { ensureBatchEvent } from './batch-event.ts';
import { changeCase, type KnownCase } from './change-case.ts';
import { type Facts, factsOf, verdictOf } from './facts.ts';
import { newNumber, type OpenDeps, openCase } from './open-case.ts';

export type IngestDeps = OpenDeps & { readonly refsOf: (event: SourceEvent) => BuyerRefs };

export type Ingested = { readonly ticket: string; readonly did: 'opened' | 'changed' | 'unchanged' };

/** Each time somebody else was faster. */
const maxRounds = 10;
/** From then on nobody is looked for in the same transaction: the row of a team's router is what many write at once. */
const roundsWithOwner = 5;
const longestPauseMs = 80;

/** Older ones that go first; the minute drain takes the rest. */
const drainedAtOnce = 10;

/** With a queue before it: the oldest first, and when nobody has room its lead learns of it too. */
const assign = async (deps: IngestDeps, { ticket, team }: Ticket): Promise<void> => {
  const { nobody } = await drainTeam(deps)(team, drainedAtOnce);
  if (nobody > 0) await assignTicket(deps)(ticket);
};

/** What a crash may have left undone: asked again for every event of the ticket, answered from its rows. */
const settle = async (deps: IngestDeps, ticket: Ticket): Promise<void> => {
  await askAtOnce(deps)(ticket);
  await ensureBatchEvent(deps)(ticket);
  const waits = isOpen(ticket) && !ticket.owner && ticket.assignmentFailedAt === undefined;
  if (waits) await assign(deps, ticket);
};

type Told = { readonly facts: Facts; readonly receivedAt: string; readonly id: string };

const open = async (deps: IngestDeps, told: Told, withOwner: boolean): Promise<Ingested | undefined> => {
  const rules = await deps.rules();
  const verdict = verdictOf(told.facts, rules.desk);
  const opened = await openCase(deps)({ ...told, verdict, rules, withOwner });
  if (!opened) return undefined;
  await settle(deps, opened);
  return { ticket: opened.ticket, did: 'opened' };
};

const change = async (deps: IngestDeps, facts: Facts, known: KnownCase): Promise<Ingested | undefined> => {
  const changed = await changeCase(deps)(facts, known);
  if (!changed) return undefined;
  const { ticket: id, state } = changed.after;
  await settle(
    deps,
    state === 'merged' ? ((await standingFor(deps.tickets, id)) ?? changed.after) : changed.after,
  );
  return { ticket: id, did: changed.result === 'changed' ? 'changed' : 'unchanged' };
};

/** A number is taken when it is needed, and only one. */
const lazily = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};

/**
 * One event of a source into its ticket, once: worked off again, in another order or after a crash between any two
 * writes it leads to the same. Throws UpstreamError `tickets_busy` when others were faster in every round.
 */
export const ingest =
  (deps: IngestDeps) =>
  async (event: SourceEvent, receivedAt: string): Promise<Ingested> => {
    const facts = factsOf(event, deps.refsOf(event), deps.now());
    const number = lazily(() => newNumber(deps, 'T'));
    for (let round = 0; round < maxRounds; round += 1) {
      if (round > 0) await wait(Math.random() * longestPauseMs);
      const known = await deps.keys.findCase(event);
      const done = known
        ? await change(deps, facts, known)
        : await open(deps, { facts, receivedAt, id: await number() }, round < roundsWithOwner);
      if (done) return done;
    }
    throw new UpstreamError('tickets_busy', 'others changed what this event is about in every round');
  };
