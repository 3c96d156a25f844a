import { applyEvent } from './apply-event.ts';
import type { TicketEvent } from './event.ts';
import { isOpen, type Resolution, type Ticket } from './ticket.ts';

/** One row of a history with the ticket before and after it. */
export type Step = { readonly before: Ticket; readonly after: Ticket; readonly event: TicketEvent };

/** A history event by event, from the one after its opening on. Throws when the rows don't follow each other. */
export const stepsOf = (history: readonly TicketEvent[]): readonly Step[] => {
  const steps: Step[] = [];
  let before: Ticket | undefined;
  for (const event of history) {
    const after = applyEvent(before, event);
    if (before) steps.push({ before, after, event });
    before = after;
  }
  return steps;
};

/** How a clock ended: by a person, by the platform, by a rule. What a bot says ends none. */
export type Ending = Resolution['by'] | 'running';

export type Resolved = { readonly at: string; readonly by: Resolution['by']; readonly isHere: boolean };

/** Where a colleague closes a case without another system: on a card, in Base, in the chat, on a page. */
const isOurs = ({ by }: TicketEvent): boolean => by.kind === 'person' && by.via !== 'ops';

/** How each cycle was resolved; of two resolutions of one cycle the last counts, as in `cycles`. */
export const resolutionsOf = (steps: readonly Step[]): ReadonlyMap<number, Resolved> =>
  new Map(
    steps.flatMap(({ before, event }): [number, Resolved][] => {
      const { change } = event;
      if (change.do !== 'resolved') return [];
      const { at, by } = change.resolution;
      const isHere = by === 'person' && change.closedHere !== false && isOurs(event);
      return [[before.cycle, { at, by, isHere }]];
    }),
  );

/** A customer who had been answered before waited again. */
type Wait = {
  readonly cycle: number;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly ending: Ending;
};

const wasAnswered = ({ cycles }: Ticket): boolean => cycles.at(-1)?.firstRespondedAt !== undefined;

const endOf = ({ change, at }: TicketEvent): { readonly endedAt: string; readonly ending: Ending } => {
  if (change.do === 'resolved') return { endedAt: change.resolution.at, ending: change.resolution.by };
  return { endedAt: change.do === 'said' ? change.at : at, ending: 'person' };
};

const ended = ({ before, after, event }: Step): readonly Wait[] => {
  const { waitingSince, cycle } = before;
  if (waitingSince === undefined || after.waitingSince !== undefined || !wasAnswered(before)) return [];
  return [{ cycle, startedAt: waitingSince, ...endOf(event) }];
};

/** Every time that a customer waited for an answer after the first one, also the one that waits now. */
export const waitsOf = (steps: readonly Step[], ticket: Ticket): readonly Wait[] => {
  const over = steps.flatMap(ended);
  const { waitingSince, cycle } = ticket;
  if (waitingSince === undefined || !isOpen(ticket) || !wasAnswered(ticket)) return over;
  return [...over, { cycle, startedAt: waitingSince, ending: 'running' }];
};
