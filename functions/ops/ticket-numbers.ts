import * as z from 'zod';
import { InvalidInputError } from '../../shared/errors.ts';
import { type Command, type CommandReply, command } from '../../shared/lambda/command.ts';
import { findMeasured, type MeasureDeps } from '../../shared/tickets/find-measured.ts';
import { dimensions, groupNumbers, numbersOf } from '../../shared/tickets/numbers.ts';
import { pointsOf, teamPoints } from '../../shared/tickets/points.ts';
import { period } from './period.ts';

export type NumberDeps = MeasureDeps;

/** An answer of Lambda holds 6 MB; the lists of more would not fit. */
const mostWithLists = 5_000;

const withoutLists = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutLists);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'tickets' && name !== 'lines')
      .map(([name, each]) => [name, withoutLists(each)]),
  );
};

/** The numbers of a period with the tickets behind each of them, whole and by one dimension. It changes nothing. */
export const ticketNumbers = (deps: NumberDeps): Command =>
  command(
    z.strictObject({
      do: z.string(),
      period,
      by: z.enum(dimensions).optional(),
      /** false: counts and figures only. */
      lists: z.boolean().default(true),
    }),
    async ({ period: days, by, lists }, now): Promise<CommandReply> => {
      const cycles = await findMeasured(deps, days, now);
      const cases = new Set(cycles.map(({ ticket }) => ticket.ticket)).size;
      if (lists && cases > mostWithLists)
        throw new InvalidInputError('period_too_large', 'ask for fewer days, or say "lists": false');
      const { desk } = await deps.rules();
      const points = by === 'person' ? pointsOf(cycles, days) : undefined;
      const reply = {
        all: numbersOf(cycles, days),
        ...(by && { by, groups: groupNumbers(cycles, { by, days, desk }) }),
        ...(points && { points, team: teamPoints(points) }),
      };
      return { ...days, read: cases, numbers: lists ? reply : withoutLists(reply) };
    },
  );
