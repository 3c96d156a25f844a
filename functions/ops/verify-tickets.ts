import * as z from 'zod';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import { describeIssues } from '../../shared/parse.ts';
import { someAtOnce } from '../../shared/some-at-once.ts';
import { applyEvent } from '../../shared/tickets/apply-event.ts';
import { clocksOf } from '../../shared/tickets/clocks.ts';
import { historyItem } from '../../shared/tickets/event.ts';
import {
  listTouched,
  type MeasureDeps,
  measureAll,
  type Read,
  readTicket,
} from '../../shared/tickets/find-measured.ts';
import { type Days, numbersOf } from '../../shared/tickets/numbers.ts';
import { type Ticket, ticketSchema } from '../../shared/tickets/ticket.ts';
import { type Difference, differencesOf } from './differences.ts';
import { period } from './period.ts';

export type VerifyTicketDeps = MeasureDeps;

type Verified = {
  readonly stored: Read | undefined;
  readonly folded: Read | undefined;
  readonly differences: readonly Difference[];
};

/** What its history makes of it, as a table would give it back. Throws what `applyEvent` throws. */
const fold = (stored: Ticket, { history }: Read): Ticket => {
  const folded = history.reduce<Ticket | undefined>(applyEvent, undefined);
  return ticketSchema.parse({ ...folded, rulesVersion: stored.rulesVersion, clocks: stored.clocks });
};

const gapsIn = ({ ticket, history }: Read): readonly Difference[] => {
  const expected = history.map((_, index) => historyItem(index + 1));
  const wrong = history.findIndex(({ item }, index) => item !== expected[index]);
  if (wrong < 0) return [];
  return [{ ticket: ticket.ticket, path: 'history', stored: history[wrong]?.item, folded: expected[wrong] }];
};

/** Rows that can't be read or don't follow each other: fields are named, values never. */
const problemOf = (error: unknown): string => {
  if (error instanceof z.ZodError) return describeIssues(error.issues);
  return error instanceof Error ? error.message : 'unknown';
};

const broken = (ticket: string, error: unknown): Verified => ({
  stored: undefined,
  folded: undefined,
  differences: [{ ticket, path: 'history', problem: problemOf(error) }],
});

const withClocks = async ({ pastRules }: VerifyTicketDeps, folded: Ticket): Promise<Ticket> => {
  const rules = await pastRules(folded.rulesVersion);
  if (!rules) return folded;
  return ticketSchema.parse({ ...folded, clocks: clocksOf(folded, rules) });
};

const verifyOne =
  (deps: VerifyTicketDeps) =>
  async (number: string): Promise<Verified> => {
    try {
      const stored = await readTicket(deps.tickets)(number);
      if (!stored) return { stored, folded: undefined, differences: [] };
      const folded = await withClocks(deps, fold(stored.ticket, stored));
      const differences = [...gapsIn(stored), ...differencesOf(number, stored.ticket, folded)];
      return { stored, folded: { ...stored, ticket: folded }, differences };
    } catch (error) {
      return broken(number, error);
    }
  };

/** The numbers of the tickets as they are kept, against those of the tickets that follow from the histories. */
const numbersDiffer = async (
  deps: VerifyTicketDeps,
  verified: readonly Verified[],
  days: Days,
): Promise<readonly Difference[]> => {
  const of = async (side: 'stored' | 'folded') =>
    numbersOf(
      await measureAll(
        deps,
        verified.flatMap((each) => each[side] ?? []),
      ),
      days,
    );
  return differencesOf('numbers', await of('stored'), await of('folded'));
};

/** More would fill a screen and say nothing new. */
const shown = 100;

const unknownVersions = async (
  { pastRules }: VerifyTicketDeps,
  verified: readonly Verified[],
): Promise<readonly string[]> => {
  const versions = [...new Set(verified.flatMap(({ stored }) => stored?.ticket.rulesVersion ?? []))];
  const known = await Promise.all(versions.map((version) => pastRules(version)));
  return versions.filter((_, index) => known[index] === undefined);
};

/**
 * Folds the history of every ticket of the period anew and compares what comes out, clocks included, with the ticket that
 * is kept, field by field; then both sides' numbers. It reads and changes nothing.
 */
export const verifyTickets = (deps: VerifyTicketDeps): Command =>
  command(
    z.strictObject({ do: z.string(), tickets: period }),
    async ({ tickets }, now): Promise<CommandReply> => {
      const { desk } = await deps.rules();
      const teams = desk.teams.map(({ id }) => id);
      const numbers = await listTouched(deps.tickets, teams, { ...tickets, now });
      const verified = await someAtOnce(numbers, verifyOne(deps));
      const differences = verified.flatMap((each) => each.differences);
      const different = await numbersDiffer(deps, verified, tickets);
      const clocksUnknown = await unknownVersions(deps, verified);
      return {
        ...tickets,
        tickets: numbers.length,
        rows: verified.reduce((sum, { stored }) => sum + (stored?.history.length ?? 0), 0),
        holds: differences.length === 0 && different.length === 0,
        differences: { count: differences.length, first: differences.slice(0, shown) },
        numbers: { count: different.length, first: different.slice(0, shown) },
        ...(clocksUnknown.length > 0 && { clocksUnknown }),
      };
    },
  );
