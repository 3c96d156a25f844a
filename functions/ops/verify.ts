import type { Command } from '../../shared/lambda/command.ts';
import { type VerifyDeps, verifySubject } from './identity.ts';
import { type VerifyTicketDeps, verifyTickets } from './verify-tickets.ts';

const isAboutTickets = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && 'tickets' in input;

/** What can be recomputed: the states of a subject's deliveries, or the tickets of a period. */
export const verify = (deps: VerifyDeps & VerifyTicketDeps): Command => {
  const [subject, tickets] = [verifySubject(deps), verifyTickets(deps)];
  return {
    input: subject.input.or(tickets.input),
    run: (input, now) => (isAboutTickets(input) ? tickets : subject).run(input, now),
  };
};
